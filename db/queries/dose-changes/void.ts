/** A dose that was never this: it stays on record, counts no more, and the course waits again. */
import { currentActor } from '../../../config/actor.ts'
import type { PlainDate } from '../../../domain/course.ts'
import type { Store } from '../../store.ts'
import {
  type Asked,
  assertNotConfirmed,
  type Changed,
  type Changing,
  changeDose,
} from './in-dose.ts'
import { contentOf, freeSlip, keepChange } from './write.ts'

/**
 * Undefined when there is no such dose to change. Throws what `changeDose` does, `confirmedOnPaper`, and
 * for a tablet `undoIsOver`.
 */
export function voidDose(
  store: Store,
  asked: Asked,
  today: PlainDate,
): Promise<Changed | undefined> {
  return changeDose(store, asked, today, write, { assertMay: assertNotConfirmed })
}

async function write({ tx, today, dose, reason }: Changing): Promise<string[]> {
  const { municipalityCode, residentId, id: doseId, courseId } = dose
  const revision = dose.revision + 1
  await tx`
    update dose set voided_at = now(), voided_by = ${currentActor().id}, void_reason = ${reason},
                    revision = ${revision}
     where municipality_code = ${municipalityCode} and id = ${doseId}`
  await freeSlip(tx, dose, [courseId], today)
  const before = contentOf(dose)
  const row = { municipalityCode, residentId, doseId }
  await keepChange(tx, { ...row, kind: 'voided', revision, reason, before, today })
  return [courseId]
}
