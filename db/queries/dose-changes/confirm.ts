/** "Confirmed against paper": a lock that no tablet and no program passes, lifted by a person alone. */
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Store } from '../../store.ts'
import { type Changed, type Changing, changeDose, type DoseAsk } from './in-dose.ts'
import type { LockedDose } from './locked-dose.ts'
import { keepChange } from './write.ts'

/** Undefined when there is no such dose to change. Throws what `changeDose` does, `confirmedOnPaper`. */
export function confirmDose(
  store: Store,
  asked: DoseAsk,
  today: PlainDate,
): Promise<Changed | undefined> {
  const assertMay = ({ isConfirmed }: LockedDose) => {
    if (isConfirmed) throw new DomainError('confirmedOnPaper', 'It is confirmed already')
  }
  return changeDose(store, asked, today, (changing) => lock(changing, true), { assertMay })
}

/** Undefined when there is no such dose to change. Throws what `changeDose` does, `notConfirmed`. */
export function liftLock(
  store: Store,
  asked: DoseAsk,
  today: PlainDate,
): Promise<Changed | undefined> {
  const assertMay = ({ isConfirmed }: LockedDose) => {
    if (!isConfirmed) throw new DomainError('notConfirmed', 'Nothing is locked')
  }
  return changeDose(store, asked, today, (changing) => lock(changing, false), { assertMay })
}

/** Nothing about the dose changes, so that no course is planned anew. */
async function lock({ tx, today, dose, reason }: Changing, isLocked: boolean): Promise<string[]> {
  const { municipalityCode, residentId, id: doseId } = dose
  const revision = dose.revision + 1
  await tx`
    update dose set confirmed_on_paper_at = case when ${isLocked} then now() end,
                    revision = ${revision}
     where municipality_code = ${municipalityCode} and id = ${doseId}`
  const kind = isLocked ? 'confirmed' : 'lockLifted'
  await keepChange(tx, { municipalityCode, residentId, doseId, kind, revision, reason, today })
  return []
}
