/** A dose that was given to somebody else: it goes to that person's course, and both are planned anew. */
import { randomBytes, randomUUID } from 'node:crypto'
import { currentActor } from '../../../config/actor.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Tx } from '../../client.ts'
import { inTowns } from '../../scope.ts'
import type { Store } from '../../store.ts'
import type { CourseHome } from '../plan-input.ts'
import { settlePerson } from '../residency.ts'
import { ageBandAt } from './correct.ts'
import {
  assertNotConfirmed,
  type Changed,
  type Changing,
  changeDose,
  type DoseAsk,
  rowOf,
} from './in-dose.ts'
import type { LockedDose } from './locked-dose.ts'
import {
  assertMayNameTicket,
  holderOf,
  indexed,
  residentOf,
  type Sheet,
  type StatedRecipient,
  type Target,
} from './recipient.ts'
import { contentOf, freeSlip, keepChange, slipOf, useSlip } from './write.ts'

export type Reattribution = DoseAsk & {
  /** A sheet of the town that issued the one which was read; or somebody of the asking town's register. */
  to: StatedRecipient | { residentId: string }
}

/**
 * Undefined when there is no such dose to change. Throws what `changeDose` does, `confirmedOnPaper`,
 * `notYoursToMove`, `otherIssuer` for a sheet of another town than the one that was read,
 * `recipientNotSure`, `unknownResident`, `residentErased`, `alreadyTheirs`.
 */
export async function reattributeDose(
  store: Store,
  asked: Reattribution,
  today: PlainDate,
): Promise<Changed | undefined> {
  const { to, municipalityCode } = asked
  const sheet = 'ticket' in to ? await indexed(store.vault, to) : undefined
  let target: Target | undefined
  const findTarget = async (tx: Tx, dose: LockedDose) => {
    if ('ticket' in to) assertMayNameTicket(dose, municipalityCode, to.ticket.municipalityCode)
    target = await ('ticket' in to
      ? holderOf(tx, store.vault, dose, { ...to, ...sheet! })
      : residentOf(tx, { municipalityCode, residentId: to.residentId }))
    return rowOf(target)
  }
  const write = (changing: Changing) => moveDose(changing, target!)
  return changeDose(store, asked, today, write, { findTarget, assertMay: assertNotConfirmed })
}

/**
 * Under the locks of both people and both courses. The dose goes to the register row of whoever it was
 * given to, its slip too: the sheet that was misread was never handed in.
 */
export async function moveDose(changing: Changing, to: Target): Promise<string[]> {
  const { tx, today, dose, reason, target } = changing
  if (to.isErased) throw new DomainError('residentErased', 'Erased', 'residentId')
  if (target?.courseId === dose.courseId || to.residentId === dose.residentId) {
    throw new DomainError('alreadyTheirs', 'It is this person’s already')
  }
  const courseId = target?.courseId ?? (await openCourse(tx, rowOf(to), today))
  // Nobody's sheet: sixteen bytes that no number has as its index.
  const sheet = to.sheet ?? { municipalityCode: to.municipalityCode, index: randomBytes(16) }
  const revision = dose.revision + 1
  await writeAt(changing, { ...rowOf(to), courseId, sheet, revision })
  await freeSlip(tx, dose, [dose.courseId], today)
  await useSlip(tx, { ...slipOf(dose), ...sheet }, dose.scanId, today)
  await keepBoth(changing, to, revision, reason)
  if (to.isHere || target?.courseId) return [dose.courseId, courseId].sort()
  // Somebody who has moved on: their course, which another town may have opened, takes this one in.
  const { municipalityCode } = to
  await inTowns(tx, { municipalityCode, purpose: 'settleMove' }, () =>
    settlePerson(tx, rowOf(to), today),
  )
  return [dose.courseId, await courseNow(tx, to, dose.id)].sort()
}

type NewPlace = CourseHome & { courseId: string; sheet: Sheet; revision: number }

/** In one register the row changes; into another it goes as a row of its own, and the old one is voided. */
async function writeAt({ tx, dose, reason }: Changing, at: NewPlace): Promise<void> {
  const { municipalityCode, residentId, courseId, sheet, revision } = at
  const ageBand = await ageBandAt(tx, at, dose.givenOn)
  const isHere = municipalityCode === dose.municipalityCode
  await tx`
    insert into dose as d (municipality_code, id, resident_id, course_id, claimed_dose_number,
                           issuing_municipality_code, ticket_index, given_on, given_at_local_time,
                           venue_code, product_code, lot_number, age_band, scan_id, read_by,
                           recorded_at, recorded_on, revision)
    select ${municipalityCode}, id, ${residentId}, ${courseId}, claimed_dose_number,
           ${sheet.municipalityCode}, ${sheet.index}, given_on, given_at_local_time, venue_code,
           product_code, lot_number, ${ageBand}, scan_id, read_by, recorded_at, recorded_on, ${revision}
      from dose where municipality_code = ${dose.municipalityCode} and id = ${dose.id}
    on conflict (municipality_code, id) do update
      set resident_id = excluded.resident_id, course_id = excluded.course_id,
          claimed_dose_number = excluded.claimed_dose_number,
          issuing_municipality_code = excluded.issuing_municipality_code,
          ticket_index = excluded.ticket_index, given_on = excluded.given_on,
          venue_code = excluded.venue_code, product_code = excluded.product_code,
          lot_number = excluded.lot_number, age_band = excluded.age_band,
          revision = excluded.revision, voided_at = null, voided_by = null, void_reason = null`
  if (isHere) return
  await tx`
    update dose set voided_at = now(), voided_by = ${currentActor().id}, void_reason = ${reason},
                    revision = ${revision}
     where municipality_code = ${dose.municipalityCode} and id = ${dose.id}`
}

async function courseNow(
  tx: Tx,
  { municipalityCode }: CourseHome,
  doseId: string,
): Promise<string> {
  const [row] = await tx<{ courseId: string }[]>`
    select course_id as "courseId" from dose
     where municipality_code = ${municipalityCode} and id = ${doseId}`
  return row!.courseId
}

/** Each register keeps that a dose went or came; neither keeps from whom, nor to whom. */
async function keepBoth(
  { tx, today, dose }: Changing,
  to: CourseHome,
  revision: number,
  reason: string,
): Promise<void> {
  const content = contentOf(dose)
  const kept = { doseId: dose.id, revision, reason, today }
  await keepChange(tx, { ...kept, ...rowOf(dose), kind: 'movedAway', before: content })
  await keepChange(tx, { ...kept, ...rowOf(to), kind: 'movedHere', after: content })
}

async function openCourse(tx: Tx, row: CourseHome, today: PlainDate): Promise<string> {
  const courseId = randomUUID()
  await tx`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage)
    values (${courseId}, ${row.municipalityCode}, ${row.residentId}, 'scan', 'corrected',
            'awaitingFirstDose')`
  await tx`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis,
                             linked_by)
    values (${row.municipalityCode}, ${row.residentId}, ${courseId}, ${today}, 'ownRegister',
            'reattributed')`
  return courseId
}
