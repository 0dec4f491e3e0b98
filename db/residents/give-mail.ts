/** A resident gives a mail address on the own page, or ends mails. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import { keepOwnAddress, type MailLanguage, unlockMail } from '../people/mail-address.ts'
import { stopMail } from '../queries/mail-addresses.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import type { Store } from '../store.ts'
import { inOwnRecord } from './own-record.ts'
import type { SessionKey } from './session.ts'

export const mailAddressAtMost = 254
/** A mailbox may be somebody else's: nobody fills it from here. */
const wishesADay = 3
/** The grammar alone; what we would send to is narrower, and says so when it is asked. */
const addressForm = /^[^\s@<>"(),:;[\]\\]{1,64}@[A-Za-z0-9.-]{3,189}$/

export type MailSaid = 'mailGiven' | 'mailEnough' | 'mailWrong' | 'mailEnded'

/** Sealed under the own key; its owner is asked by mail before anything else goes there. */
export async function giveMail(
  { sql, vault }: Store,
  key: SessionKey,
  given: { address: string; language: MailLanguage },
  today: PlainDate,
): Promise<MailSaid | undefined> {
  const address = given.address.trim()
  if (!addressForm.test(address)) return 'mailWrong'
  const work = async (tx: Tx, { municipalityCode, residentId }: CourseHome) => {
    const row = { municipalityCode, residentId }
    if ((await wishesToday(tx, row, today)) >= wishesADay) return 'mailEnough' as const
    const keys = await unlockMail(tx, vault, row, 'residentPage')
    if (!keys) return undefined
    await keepOwnAddress(tx, keys, row, { address, language: given.language, today })
    await tx`
      delete from mail_link
       where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
    return 'mailGiven' as const
  }
  return inOwnRecord<MailSaid | undefined>(sql, key, today, ['mail'], work)
}

export async function endMail(
  { sql }: Pick<Store, 'sql'>,
  key: SessionKey,
  today: PlainDate,
): Promise<MailSaid | undefined> {
  return inOwnRecord(sql, key, today, ['mail'], async (tx, { municipalityCode, residentId }) => {
    await stopMail(tx, { municipalityCode, residentId }, { because: 'takenBack', on: today })
    return 'mailEnded' as const
  })
}

async function wishesToday(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  today: PlainDate,
): Promise<number> {
  const [row] = await tx<{ wishes: number }[]>`
    select wishes from mail_address
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and wished_on = ${today} for update`
  return row?.wishes ?? 0
}
