/**
 * What the links in mails do. Whoever has the mail may press: nobody signs in, nobody is opened, and no link
 * says whose it is.
 */
import type { PlainDate } from '../../domain/course.ts'
import type { MailToken } from '../../domain/mail-token.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import type { MailLanguage } from '../people/mail-address.ts'
import { stopMail } from '../queries/mail-addresses.ts'
import { sha256 } from '../queries/mail-asks.ts'

export type ConfirmLink = { municipalityCode: string; secret: string }

/** Whether the link still works. Reading it uses nothing up: programs that look through mails open links. */
export async function isConfirmLink(sql: Sql, link: ConfirmLink): Promise<boolean> {
  return inTown(sql, link, async (tx) => {
    const [row] = await tx`
      select from mail_link
       where municipality_code = ${link.municipalityCode} and token_sha256 = ${sha256(link.secret)}
         and usable_until > now()`
    return row !== undefined
  })
}

/** Once: every link of that address is used up with it. False where there is none that works. */
export async function confirmMail(
  sql: Sql,
  link: ConfirmLink,
  { language, today }: { language: MailLanguage; today: PlainDate },
): Promise<boolean> {
  const { municipalityCode } = link
  return inTown(sql, link, async (tx) => {
    const [used] = await tx<{ residentId: string }[]>`
      delete from mail_link
       where municipality_code = ${municipalityCode} and token_sha256 = ${sha256(link.secret)}
         and usable_until > now()
      returning resident_id as "residentId"`
    if (!used) return false
    const { residentId } = used
    // The mail may be read before its server has said yes to us.
    const confirmed = await tx`
      update mail_address
         set state = 'verified', verified_on = ${today}, language = ${language}, failures = 0,
             leased_until = null
       where municipality_code = ${municipalityCode} and resident_id = ${residentId}
         and state in ('asking', 'asked') and address_check is not null`
    await tx`
      delete from mail_link
       where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
    return confirmed.count > 0
  })
}

/** The town of a link, if it takes part; undefined for what no link of ours can name. */
export async function townOfLink(sql: Sql, code: string): Promise<string | undefined> {
  const [town] = await sql<{ name: string }[]>`
    select m.name from municipality m
      join municipality_setting s on s.municipality_code = m.code where m.code = ${code}`
  return town?.name
}

/** No further mail goes to the address of that mail; done again, it is as it was. False for no mail of ours. */
export async function stopByMail(sql: Sql, mail: MailToken, today: PlainDate): Promise<boolean> {
  return inTown(sql, mail, async (tx) => {
    const residentId = await residentOf(tx, mail)
    if (!residentId) return false
    const row = { municipalityCode: mail.municipalityCode, residentId }
    await stopMail(tx, row, { because: 'unsubscribed', on: today })
    return true
  })
}

async function residentOf(tx: Tx, { municipalityCode, token }: MailToken) {
  const [row] = await tx<{ residentId: string }[]>`
    select resident_id as "residentId" from mail_of_token(${municipalityCode}, ${token})`
  return row?.residentId
}

function inTown<T>(
  sql: Sql,
  { municipalityCode }: { municipalityCode: string },
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return withPurpose(sql, { municipalityCode, purpose: 'openMailLink' }, work)
}
