/** What a municipality says of itself and its venues. */
import type { PlainDate } from '../../domain/course.ts'
import { type NoticeSettings, newTownsNoticeSettings } from '../../domain/notice-settings.ts'
import type { Sql, Tx } from '../client.ts'
import { changeNoticeSettings } from './notice-settings.ts'
import { assertMunicipality, inRegister } from './register-events.ts'

export type MunicipalitySettings = {
  [Name in keyof NoticeSettings]?: NoticeSettings[Name] | undefined
}

export type MunicipalityOffice = {
  officeJa: string
  officeEn: string
  phone: string
  postcode: string
  address: string
  settings?: MunicipalitySettings | undefined
}

/** Nobody's row is looked at. */
function inTown<T>(sql: Sql, code: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inRegister(sql, code, work, 'manageTown')
}

/**
 * Says who signs a town's notices; a setting left out keeps its value. Throws `unknownMunicipality`,
 * `settingOutOfBounds`.
 */
export async function putMunicipality(
  sql: Sql,
  code: string,
  office: MunicipalityOffice,
): Promise<void> {
  await inTown(sql, code, async (tx) => {
    await assertMunicipality(tx, code, 'code')
    const { officeJa, officeEn, phone, postcode, address } = office
    const fresh = newTownsNoticeSettings
    await tx`
      insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address,
                                        pre_due_days, invitation_after_days, lot_recall_notices,
                                        send_from_minute, send_until_minute, quiet_weekdays,
                                        holidays_are_quiet)
      values (${code}, ${officeJa}, ${officeEn}, ${phone}, ${postcode}, ${address},
              ${fresh.preDueDays}, ${fresh.invitationAfterDays}, ${fresh.lotRecallNotices},
              ${fresh.sendFromMinute}, ${fresh.sendUntilMinute}, ${[...fresh.quietWeekdays]},
              ${fresh.holidaysAreQuiet})
      on conflict (municipality_code) do update
        set office_ja = excluded.office_ja, office_en = excluded.office_en, phone = excluded.phone,
            postcode = excluded.postcode, address = excluded.address`
    if (office.settings) await changeNoticeSettings(tx, code, office.settings)
  })
}

/** An opening day left out stays what it was. Throws `unknownMunicipality`. */
export async function putVenue(
  sql: Sql,
  code: string,
  venue: { municipalityCode: string; name: string; openedOn?: PlainDate | undefined },
): Promise<void> {
  await inTown(sql, venue.municipalityCode, async (tx) => {
    await assertMunicipality(tx, venue.municipalityCode, 'municipalityCode')
    await tx`
      insert into venue (code, municipality_code, name, opened_on)
      values (${code}, ${venue.municipalityCode}, ${venue.name}, ${venue.openedOn ?? null})
      on conflict (code) do update
        set municipality_code = excluded.municipality_code, name = excluded.name,
            opened_on = coalesce(excluded.opened_on, venue.opened_on)`
  })
}

/** Whom to call, as everybody may know it. */
export type PublicOffice = {
  municipalityName: string
  officeJa: string
  officeEn: string
  phone: string
}

/** Undefined for a code that no municipality which takes part has. */
export async function officeOf(sql: Sql | Tx, code: string): Promise<PublicOffice | undefined> {
  const [row] = await sql<PublicOffice[]>`
    select m.name as "municipalityName", s.office_ja as "officeJa", s.office_en as "officeEn", s.phone
      from municipality m join municipality_setting s on s.municipality_code = m.code
     where m.code = ${code}`
  return row
}

/** Names by code. */
export async function townNames(
  sql: Sql | Tx,
  codes: string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ code: string; name: string }[]>`
    select code, name from municipality where code = any(${[...new Set(codes)]})`
  return new Map(rows.map(({ code, name }) => [code, name]))
}
