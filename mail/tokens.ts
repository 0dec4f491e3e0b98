/**
 * Where a mail's token stands: in the return path that its envelope names, and in the link that ends mails.
 * What comes back without it is nobody's: a Message-ID may have been seen by others, a token has not.
 */
import { type MailAddress, mailAddressOf } from './address.ts'

/** A mail by its town and its token, a random UUID. */
export type MailToken = { municipalityCode: string; token: string }

/** Of a return path: `+`, the code, `-`, 32 digits. */
const markBytes = 1 + 6 + 1 + 32
const localAtMost = 64
const marked = /\+(\d{6})-([0-9a-f]{32})@/i
const linked = /\/my\/mail\/stop\/(\d{6})\/([0-9a-f]{32})(?![0-9a-z])/i

/** `bounces+131041-<32 digits>@city.example`: short enough for a local part, in any case of letters. */
export function returnPathOf(returnTo: MailAddress, of: MailToken): MailAddress {
  const at = returnTo.lastIndexOf('@')
  const local = returnTo.slice(0, at)
  const path = `${local}+${of.municipalityCode}-${digitsOf(of.token)}${returnTo.slice(at)}`
  const address = local.length + markBytes <= localAtMost ? mailAddressOf(path) : undefined
  if (!address) throw new Error('the return address is too long to bear a token')
  return address
}

export function tokenInReturnPath(text: string): MailToken | undefined {
  return tokenBy(marked, text)
}

/** The page that ends mails to an address; `myAddress` is that of the residents' page. */
export function stopLinkOf(myAddress: string, of: MailToken): string {
  return `${myAddress}/mail/stop/${of.municipalityCode}/${digitsOf(of.token)}`
}

export function tokenInStopLink(text: string): MailToken | undefined {
  return tokenBy(linked, text)
}

/** The page on which an address is confirmed. */
export function confirmLinkOf(myAddress: string, municipalityCode: string, secret: string): string {
  return `${myAddress}/mail/confirm/${municipalityCode}/${secret}`
}

/** A UUID from its 32 digits; undefined for anything else. */
export function tokenFrom(digits: string): string | undefined {
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i.exec(digits)
  return parts?.slice(1).join('-').toLowerCase()
}

function tokenBy(pattern: RegExp, text: string): MailToken | undefined {
  const [, municipalityCode, digits] = pattern.exec(text) ?? []
  const token = digits && tokenFrom(digits)
  return municipalityCode && token ? { municipalityCode, token } : undefined
}

function digitsOf(token: string): string {
  return token.replaceAll('-', '')
}
