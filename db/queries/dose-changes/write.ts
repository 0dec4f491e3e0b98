/** The rows that a change of a dose writes: the dose itself, what is kept of the change, the slip. */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../../config/actor.ts'
import type { PlainDate } from '../../../domain/course.ts'
import type { DoseChangeKind, DoseContent } from '../../../domain/dose-change.ts'
import type { Tx } from '../../client.ts'
import type { CourseHome } from '../plan-input.ts'
import type { LockedDose } from './locked-dose.ts'

export type ChangeToKeep = CourseHome & {
  doseId: string
  kind: DoseChangeKind
  revision: number
  reason: string
  before?: DoseContent
  after?: DoseContent
  today: PlainDate
}

export async function keepChange(tx: Tx, change: ChangeToKeep): Promise<void> {
  const { id, role } = currentActor()
  const { before, after } = change
  await tx`
    insert into dose_change (municipality_code, id, dose_id, resident_id, kind, revision, reason,
                             before, after, changed_on, changed_by, changed_as)
    values (${change.municipalityCode}, ${randomUUID()}, ${change.doseId}, ${change.residentId},
            ${change.kind}, ${change.revision}, ${change.reason},
            ${before ? tx.json(before) : null}, ${after ? tx.json(after) : null}, ${change.today},
            ${id}, ${role})`
}

export function contentOf(dose: DoseContent): DoseContent {
  const { claimedDoseNumber, givenOn, productCode, lotNumber, venueCode } = dose
  return { claimedDoseNumber, givenOn, productCode, lotNumber, venueCode }
}

type Slip = {
  municipalityCode: string
  index: Uint8Array
  doseNumber: number
}

export function slipOf(dose: LockedDose): Slip {
  return {
    municipalityCode: dose.issuingMunicipalityCode,
    index: dose.ticketIndex,
    doseNumber: dose.claimedDoseNumber,
  }
}

/**
 * A slip that this dose had used is free again, or that of the next dose which claims it. The dose must be
 * changed already, and the courses of whoever has the sheet be given.
 */
export async function freeSlip(
  tx: Tx,
  dose: LockedDose,
  courseIds: string[],
  today: PlainDate,
): Promise<void> {
  const slip = slipOf(dose)
  const freed = await tx`
    delete from ticket_slip
     where municipality_code = ${slip.municipalityCode} and ticket_index = ${slip.index}
       and slip_kind = 'vaccination' and dose_number = ${slip.doseNumber}
       and scan_id = ${dose.scanId}`
  if (freed.count === 0) return
  const [other] = await tx<{ scanId: string }[]>`
    select scan_id as "scanId" from dose
     where course_id = any(${courseIds}::uuid[]) and voided_at is null
       and issuing_municipality_code = ${slip.municipalityCode} and ticket_index = ${slip.index}
       and claimed_dose_number = ${slip.doseNumber}
     order by recorded_at, id limit 1`
  if (other) await useSlip(tx, slip, other.scanId, today)
}

/** A dose without a sheet, or told without a slip, uses none. */
export async function useSlip(
  tx: Tx,
  { municipalityCode, index, doseNumber }: Slip,
  scanId: string,
  today: PlainDate,
): Promise<void> {
  await tx`
    insert into ticket_slip (municipality_code, ticket_index, slip_kind, dose_number, scan_id, used_on)
    select t.municipality_code, t.number_index, 'vaccination', ${doseNumber}, ${scanId}, ${today}
      from ticket t
     where t.municipality_code = ${municipalityCode} and t.number_index = ${index}
       and exists (select from scan s where s.id = ${scanId})
    on conflict do nothing`
}
