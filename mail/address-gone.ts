/**
 * Whether a mail server's lasting no is about the address itself. By RFC 3463 that is what the enhanced status
 * code says: class 5, subject 1 (addressing) or 5.2.1 (mailbox disabled). Not every code of subject 1 is about
 * the recipient: 5.1.5 says that the address is valid, 5.1.7 and 5.1.8 are about the sender, 5.1.9 about a relay.
 * A full mailbox (5.2.2), a policy (5.7.x) and all others are about that mail, that hour or ourselves.
 *
 * Without such a code RFC 5321, 4.2.3 is what there is: at RCPT 550 (mailbox unavailable), 551 (user not local)
 * and 553 (mailbox name not allowed); 552 is a full mailbox, 554 anything. After the content a bare code is
 * about the content.
 */
const aboutTheAddress = /^5\.(1\.(0|1|2|3|4|6|10)|2\.1)$/

export function isAddressGone(status: string): boolean {
  return aboutTheAddress.test(status)
}

const bareCodes = [550, 551, 553]

/** `reply` is the server's whole answer, of any number of lines; nothing of it is kept. */
export function saysAddressGone(
  { responseCode, reply }: { responseCode: number; reply: string | undefined },
  isAtRecipient: boolean,
): boolean {
  if (responseCode < 500) return false
  const status = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?=\s|$)/m.exec(reply ?? '')?.[1]
  if (status) return isAddressGone(status)
  return isAtRecipient && bareCodes.includes(responseCode)
}
