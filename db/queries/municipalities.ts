/** What a municipality says of itself and its venues. */
import type { PlainDate } from '../../domain/course.ts'
import type { Sql, Tx } from '../client.ts'
import { assertMunicipality, inRegister } from './register-events.ts'

export type MunicipalitySettings = {
  minimumGraceDays?: number | undefined
  roundGapDays?: number | undefined
  followUpAfterDays?: number | undefined
  relocationTicketWaitDays?: number | undefined
  noticeMinute?: number | undefined
  eveningMinute?: number | undefined
  /** Letters of an evening that may leave without two people; 0: none. */
  releaseAutomaticallyUpTo?: number | undefined
  waitsForReconciliation?: boolean | undefined
  reconcileWithinDays?: number | undefined
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

/** Says who signs a town's notices; a setting left out keeps its value. Throws `unknownMunicipality`. */
export async function putMunicipality(
  sql: Sql,
  code: string,
  office: MunicipalityOffice,
): Promise<void> {
  await inTown(sql, code, async (tx) => {
    await assertMunicipality(tx, code, 'code')
    const { officeJa, officeEn, phone, postcode, address } = office
    await tx`
      insert into municipality_setting (municipality_code, office_ja, office_en, phone, postcode, address)
      values (${code}, ${officeJa}, ${officeEn}, ${phone}, ${postcode}, ${address})
      on conflict (municipality_code) do update
        set office_ja = excluded.office_ja, office_en = excluded.office_en, phone = excluded.phone,
            postcode = excluded.postcode, address = excluded.address`
    if (office.settings) await putSettings(tx, code, office.settings)
  })
}

async function putSettings(tx: Tx, code: string, settings: MunicipalitySettings): Promise<void> {
  await tx`
    update municipality_setting set
      minimum_grace_days = coalesce(${settings.minimumGraceDays ?? null}, minimum_grace_days),
      round_gap_days = coalesce(${settings.roundGapDays ?? null}, round_gap_days),
      follow_up_after_days = coalesce(${settings.followUpAfterDays ?? null}, follow_up_after_days),
      relocation_ticket_wait_days =
        coalesce(${settings.relocationTicketWaitDays ?? null}, relocation_ticket_wait_days),
      notice_minute = coalesce(${settings.noticeMinute ?? null}, notice_minute),
      evening_minute = coalesce(${settings.eveningMinute ?? null}, evening_minute),
      release_automatically_up_to =
        coalesce(${settings.releaseAutomaticallyUpTo ?? null}, release_automatically_up_to),
      waits_for_reconciliation =
        coalesce(${settings.waitsForReconciliation ?? null}, waits_for_reconciliation),
      reconcile_within_days =
        coalesce(${settings.reconcileWithinDays ?? null}, reconcile_within_days)
    where municipality_code = ${code}`
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
