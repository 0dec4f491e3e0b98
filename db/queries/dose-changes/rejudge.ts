/** The findings of a course's doses, judged again after one of them has changed. */
import { currentActor } from '../../../config/actor.ts'
import type { PlainDate } from '../../../domain/course.ts'
import type { PlanDose } from '../../../domain/plan.ts'
import { judgeAgain, type RecordedDose } from '../../../domain/rejudge.ts'
import type { FindingCode } from '../../../domain/scan.ts'
import type { Vault } from '../../../vault/vault.ts'
import type { Tx } from '../../client.ts'
import { openBirthDates } from '../../people/birth.ts'
import { inTowns } from '../../scope.ts'
import type { CourseHome } from '../plan-input.ts'
import type { Settling } from './settle-corrected.ts'

type DoseRow = PlanDose &
  CourseHome & {
    lotNumber: string
    isVoided: boolean
    lot: { expiresOn: PlainDate | null; recalledOn: PlainDate | null } | null
    revokedOn: PlainDate | null
    slipIsUsed: boolean
    isMinor: boolean
  }

/**
 * A rule that is hit no more leaves its finding as `corrected`; one that is hit anew stands as at first. What
 * somebody has checked and found right stays so. Of a voided dose no rule is hit.
 */
export async function rejudge({ tx, vault }: Settling, courseId: string): Promise<void> {
  const rows = await dosesOf(tx, courseId)
  const counting = rows.filter((row) => !row.isVoided)
  const births = await birthsOf(tx, vault, counting)
  const doses = counting.map((row) => recordedDose(row, births))
  const hits = judgeAgain(doses, await sharedWith(tx, courseId))
  for (const row of rows) await keepFindings(tx, row, hits.get(row.id) ?? [])
}

function dosesOf(tx: Tx, courseId: string): Promise<DoseRow[]> {
  return tx<DoseRow[]>`
    select d.municipality_code as "municipalityCode", d.id, d.resident_id as "residentId",
           d.claimed_dose_number as "claimedDoseNumber", d.given_on as "givenOn",
           d.product_code as "productCode", d.lot_number as "lotNumber",
           d.voided_at is not null as "isVoided",
           (select json_build_object('expiresOn', l.expires_on, 'recalledOn', l.recalled_on)
              from lot l where l.product_code = d.product_code and l.lot_number = d.lot_number) as lot,
           t.revoked_on as "revokedOn", coalesce(r.is_minor, false) as "isMinor",
           exists (select from ticket_slip k
                    where k.municipality_code = d.issuing_municipality_code
                      and k.ticket_index = d.ticket_index and k.slip_kind = 'vaccination'
                      and k.dose_number = d.claimed_dose_number
                      and k.scan_id <> d.scan_id) as "slipIsUsed"
      from dose d
      left join ticket t on t.municipality_code = d.issuing_municipality_code
                        and t.number_index = d.ticket_index
      left join resident r on r.municipality_code = d.municipality_code and r.id = d.resident_id
     where d.course_id = ${courseId}
     order by d.recorded_at, d.id`
}

/** Only the first dose of a minor goes by the day; nobody else's birth date is opened. */
function birthsOf(tx: Tx, vault: Vault, [first]: DoseRow[]): Promise<Map<string, PlainDate>> {
  const rows = first?.isMinor
    ? [{ municipalityCode: first.municipalityCode, residentId: first.residentId }]
    : []
  return openBirthDates(tx, vault, { purpose: 'changeDose', rows })
}

function recordedDose(row: DoseRow, births: Map<string, PlainDate>): RecordedDose {
  const { lot, revokedOn, slipIsUsed, residentId } = row
  const bornOn = births.get(residentId)
  return {
    id: row.id,
    claimedDoseNumber: row.claimedDoseNumber,
    givenOn: row.givenOn,
    productCode: row.productCode,
    lotNumber: row.lotNumber,
    ...(lot && { lot: withoutNulls(lot) }),
    ticket: { slipIsUsed, ...(revokedOn && { revokedOn }), ...(bornOn && { bornOn }) },
  }
}

function withoutNulls({ expiresOn, recalledOn }: NonNullable<DoseRow['lot']>) {
  return { ...(expiresOn && { expiresOn }), ...(recalledOn && { recalledOn }) }
}

async function sharedWith(tx: Tx, courseId: string): Promise<PlanDose[]> {
  const [home] = await tx<CourseHome[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId"
      from course_home(${courseId})`
  const { municipalityCode, residentId } = home!
  return inTowns(
    tx,
    { municipalityCode, purpose: 'settleMove' },
    () => tx<PlanDose[]>`
      select id, claimed_dose_number as "claimedDoseNumber", given_on as "givenOn",
             product_code as "productCode"
        from shared_doses(${municipalityCode}, ${residentId})`,
  )
}

async function keepFindings(
  tx: Tx,
  { municipalityCode, id }: DoseRow,
  codes: FindingCode[],
): Promise<void> {
  await tx`
    update finding set state = 'corrected', decided_by = ${currentActor().id}, decided_at = now()
     where municipality_code = ${municipalityCode} and dose_id = ${id}
       and state in ('ruleHit', 'wrong') and code <> all(${codes}::text[])`
  await tx`
    insert into finding (municipality_code, dose_id, code)
    select ${municipalityCode}, ${id}, code from unnest(${codes}::text[]) code
    on conflict (municipality_code, dose_id, code) do update
      set state = 'ruleHit', decided_by = null, decided_at = null
      where finding.state = 'corrected'`
}
