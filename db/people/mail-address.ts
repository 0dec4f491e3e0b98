/** Where mails go: the address that a resident gave, or else the register's. Never to be logged. */
import type { PlainDate } from '../../domain/course.ts'
import { type FieldKeys, open, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { toldValue } from './blind.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

export type MailLanguage = 'ja' | 'en'
export type MailState = 'toAsk' | 'asking' | 'asked' | 'verified' | 'stopped'
export type StoppedBecause = 'unsubscribed' | 'takenBack' | 'refused' | 'bounced' | 'removed'

export type OpenMailAddress = {
  address: string
  language: MailLanguage
  /** Told or sealed anew since it was confirmed: it may be another one now. */
  isRetold: boolean
  /** Of the address that was confirmed. */
  check: Uint8Array | null
}

type Row = Omit<OpenMailAddress, 'address'> & {
  ownAddress: Uint8Array | null
  mail: Uint8Array | null
}

/** With a row in the ledger. Undefined when there is none, or nobody who could have one. */
export async function openMailAddress(
  tx: Tx,
  keys: FieldKeys | undefined,
  row: CourseHome,
): Promise<OpenMailAddress | undefined> {
  const [kept] = await tx<Row[]>`
    select m.own_address as "ownAddress", p.mail, m.language, m.is_retold as "isRetold",
           m.address_check as check
      from mail_address m
      join person p on (p.municipality_code, p.resident_id) = (m.municipality_code, m.resident_id)
     where m.municipality_code = ${row.municipalityCode} and m.resident_id = ${row.residentId}`
  if (!kept || !keys?.mail) return undefined
  const { ownAddress, mail, ...rest } = kept
  if (ownAddress) return { ...rest, address: open(keys, placeOf('ownMail', row), ownAddress) }
  return mail ? { ...rest, address: open(keys, placeOf('mail', row), mail) } : undefined
}

/** The keyed index of one person's address: equal addresses of two people do not look alike. */
export async function mailCheck(
  vault: Vault,
  { municipalityCode, residentId }: CourseHome,
  address: string,
): Promise<Buffer> {
  const value = toldValue('mail', residentId, address.toLowerCase())
  const [check] = await vault.index(municipalityCode, 'body', [value])
  return Buffer.from(check!)
}

/** The keys of the address alone: one look. */
export async function unlockMail(
  tx: Tx,
  vault: Vault,
  row: CourseHome,
  purpose: 'sendNotice' | 'residentPage',
): Promise<FieldKeys | undefined> {
  const keys = await unlockPeople(tx, vault, { purpose, rows: [row], fields: ['mail'] })
  return keys.get(row.residentId)
}

/** What a resident gave on the own page, sealed; it has to be confirmed like any other. */
export async function keepOwnAddress(
  tx: Tx,
  keys: FieldKeys,
  row: CourseHome,
  { address, language, today }: { address: string; language: MailLanguage; today: PlainDate },
): Promise<void> {
  const sealed = seal(keys, placeOf('ownMail', row), address)
  await tx`
    insert into mail_address as m (municipality_code, resident_id, own_address, language, wishes,
                                   wished_on)
    values (${row.municipalityCode}, ${row.residentId}, ${sealed}, ${language}, 1, ${today})
    on conflict (municipality_code, resident_id) do update
      set own_address = excluded.own_address, language = excluded.language, state = 'toAsk',
          is_retold = false, address_check = null, tries = 0, leased_until = null,
          queued_at = clock_timestamp(), stopped_because = null, stopped_on = null, failures = 0,
          wishes = case when m.wished_on = excluded.wished_on then m.wishes + 1 else 1 end,
          wished_on = excluded.wished_on`
}
