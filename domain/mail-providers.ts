/**
 * Mail providers with so many customers that their name says nothing of anybody. Of all others no domain is
 * kept in the clear: a family's own domain is a name. Used to pace mails (`mail_pace`).
 */
export const mailProviders = [
  'au.com',
  'biglobe.ne.jp',
  'docomo.ne.jp',
  'ezweb.ne.jp',
  'gmail.com',
  'hotmail.co.jp',
  'hotmail.com',
  'i.softbank.jp',
  'icloud.com',
  'me.com',
  'nifty.com',
  'ocn.ne.jp',
  'outlook.com',
  'outlook.jp',
  'rakumail.jp',
  'softbank.ne.jp',
  'uqmobile.jp',
  'vodafone.ne.jp',
  'yahoo.co.jp',
  'ymobile.ne.jp',
] as const

/** Everybody whose provider is not named; they share one pace. */
export const otherProviders = '*'

const known: ReadonlySet<string> = new Set(mailProviders)

export function providerOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return known.has(domain) ? domain : otherProviders
}

/**
 * `docomo.ne.jp=5,*=200`: mails a second. Throws with the part that is not understood; a provider that is
 * not in the list above cannot be told apart, and is refused too.
 */
export function readMailRates(text: string): { provider: string; perSecond: number }[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.filter(Boolean).map((part) => {
    const [, provider = '', rate] = /^(\S+)=(\d{1,5}(?:\.\d{1,3})?)$/.exec(part) ?? []
    const perSecond = Number(rate)
    const isKnown = provider === otherProviders || known.has(provider)
    if (!isKnown || !(perSecond > 0)) throw new Error(`"${part}" names no known provider and rate`)
    return { provider, perSecond }
  })
}
