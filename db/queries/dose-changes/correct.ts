/** A dose that was recorded with something wrong in it: day, product, lot, venue or number. */
import { ageBandOf } from '../../../domain/age.ts'
import { compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { correctedContent, type DoseContent } from '../../../domain/dose-change.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Tx } from '../../client.ts'
import { openBirthDates } from '../../people/birth.ts'
import type { Store } from '../../store.ts'
import type { CourseHome } from '../plan-input.ts'
import {
  assertNotConfirmed,
  type Changed,
  type Changing,
  changeDose,
  type DoseAsk,
} from './in-dose.ts'
import { type LockedDose, placesAreHidden } from './locked-dose.ts'
import { contentOf, freeSlip, keepChange, slipOf, useSlip } from './write.ts'

export type Correction = DoseAsk & { changes: Partial<DoseContent> }

/**
 * Undefined when there is no such dose to change. Throws what `changeDose` does, `confirmedOnPaper`,
 * `venueHidden`, `nothingToCorrect`, `givenOnInFuture`, `givenOnAfterRecorded`, `dateBeforeBirth`, `unknownProduct`,
 * `unknownVenue`.
 */
export function correctDose(
  store: Store,
  asked: Correction,
  today: PlainDate,
): Promise<Changed | undefined> {
  const write = (changing: Changing) => correct(changing, asked.changes)
  const assertMay = async (dose: LockedDose, tx: Tx) => {
    assertNotConfirmed(dose)
    if (asked.changes.venueCode === undefined) return
    // Nobody writes over a place that they are not told, nor finds out by trying which one it is.
    if (await placesAreHidden(tx, dose, asked.municipalityCode, today)) {
      throw new DomainError('venueHidden', 'Its places are hidden', 'venueCode')
    }
  }
  return changeDose(store, asked, today, write, { assertMay })
}

async function correct(changing: Changing, changes: Partial<DoseContent>): Promise<string[]> {
  const { tx, today, dose, reason } = changing
  const before = contentOf(dose)
  const after = correctedContent(before, changes)
  if (!after) throw new DomainError('nothingToCorrect', 'Nothing would be different')
  await assertPossible(changing, after)
  const { municipalityCode, residentId, id: doseId, courseId } = dose
  const revision = dose.revision + 1
  await tx`
    update dose set claimed_dose_number = ${after.claimedDoseNumber}, given_on = ${after.givenOn},
                    product_code = ${after.productCode}, lot_number = ${after.lotNumber},
                    venue_code = ${after.venueCode},
                    age_band = ${await ageBandAt(tx, dose, after.givenOn)}, revision = ${revision}
     where municipality_code = ${municipalityCode} and id = ${doseId}`
  if (after.claimedDoseNumber !== before.claimedDoseNumber) {
    await freeSlip(tx, dose, [courseId], today)
    const slip = { ...slipOf(dose), doseNumber: after.claimedDoseNumber }
    await useSlip(tx, slip, dose.scanId, today)
  }
  const row = { municipalityCode, residentId, doseId }
  await keepChange(tx, { ...row, kind: 'corrected', revision, reason, before, after, today })
  return [courseId]
}

async function assertPossible(changing: Changing, after: DoseContent): Promise<void> {
  const { tx, vault, today, dose } = changing
  if (compareDates(after.givenOn, today) > 0) {
    throw new DomainError('givenOnInFuture', 'given after today', 'givenOn')
  }
  if (compareDates(after.givenOn, dose.recordedOn) > 0) {
    throw new DomainError('givenOnAfterRecorded', 'given after it was recorded', 'givenOn')
  }
  const [known] = await tx<{ product: boolean; venue: boolean; isMinor: boolean }[]>`
    select exists (select from product where code = ${after.productCode}) as product,
           exists (select from venue where code = ${after.venueCode}) as venue,
           coalesce((select r.is_minor from resident r
                      where r.municipality_code = ${dose.municipalityCode}
                        and r.id = ${dose.residentId}), false) as "isMinor"`
  if (!known!.product) throw new DomainError('unknownProduct', 'no such product', 'productCode')
  if (!known!.venue) throw new DomainError('unknownVenue', 'no such venue', 'venueCode')
  if (!known!.isMinor || after.givenOn === dose.givenOn) return
  const born = await openBirthDates(tx, vault, { purpose: 'changeDose', rows: [dose] })
  const bornOn = born.get(dose.residentId)
  if (bornOn !== undefined && compareDates(after.givenOn, bornOn) < 0) {
    throw new DomainError('dateBeforeBirth', 'given before birth', 'givenOn')
  }
}

/** The band on the day of the dose, of whoever has the register row. */
export async function ageBandAt(
  tx: Tx,
  row: CourseHome | LockedDose,
  givenOn: PlainDate,
): Promise<string> {
  const [facts] = await tx<
    { ageClass: number; ageClassOn: PlainDate; olderFrom: PlainDate | null; isMinor: boolean }[]
  >`
    select age_class as "ageClass", age_class_on as "ageClassOn", older_from as "olderFrom",
           is_minor as "isMinor"
      from resident where municipality_code = ${row.municipalityCode} and id = ${row.residentId}`
  if (!facts) return 'UNK'
  const { olderFrom, ...others } = facts
  return ageBandOf({ ...others, ...(olderFrom && { olderFrom }) }, givenOn)
}
