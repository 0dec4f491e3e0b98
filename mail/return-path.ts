import { type MailToken, returnMarkOf } from '../domain/mail-token.ts'
import { type MailAddress, mailAddressOf } from './address.ts'

const localAtMost = 64

/**
 * `bounces+131041-<32 digits>@city.example`: in any case of letters, as servers change it. Throws when the
 * address is too long to bear a token.
 */
export function returnPathOf(returnTo: MailAddress, of: MailToken): MailAddress {
  const at = returnTo.lastIndexOf('@')
  const local = returnTo.slice(0, at) + returnMarkOf(of)
  const address = local.length <= localAtMost && mailAddressOf(local + returnTo.slice(at))
  if (!address) throw new Error('the return address of mails is too long to bear a token')
  return address
}
