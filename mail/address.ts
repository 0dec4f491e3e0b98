/**
 * Which strings we hand to a mail server as one recipient: `local@domain` in plain ASCII.
 *
 * Stricter than RFC 5322 (no quoted local parts, comments, display names, address literals), since
 * all of those are ways to name a second recipient or a header. The address with `..` or a dot
 * before the `@` that Japanese carriers handed out for years does not pass: it travels only quoted,
 * which some servers refuse, and its owner gets a letter instead.
 */
declare const brand: unique symbol
export type MailAddress = string & { readonly [brand]: 'MailAddress' }

const localAtMost = 64
const addressAtMost = 254

const atom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const topLevel = /^(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59})$/

/** The address, or `undefined` if it is not exactly one by the rules above. Changes nothing. */
export function mailAddressOf(text: string): MailAddress | undefined {
  if (text.length > addressAtMost) return undefined
  const parts = text.split('@')
  const [localPart = '', domain = ''] = parts
  if (parts.length !== 2 || localPart.length > localAtMost) {
    return undefined
  }
  if (!localPart.split('.').every((each) => atom.test(each))) return undefined
  const labels = domain.split('.')
  if (labels.length < 2 || !labels.every((each) => label.test(each))) return undefined
  return topLevel.test(labels.at(-1)!) ? (text as MailAddress) : undefined
}
