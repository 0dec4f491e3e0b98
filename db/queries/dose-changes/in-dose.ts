/** The frame of every change of a dose: who may, which revision they saw, locks, what follows. */
import postgres from 'postgres'
import type { PlainDate } from '../../../domain/course.ts'
import type { DoseChangeReason } from '../../../domain/dose-change.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Vault } from '../../../vault/vault.ts'
import { look, type Tx, withPurpose } from '../../client.ts'
import { planFields } from '../../purposes.ts'
import { widenScope } from '../../scope.ts'
import type { Store } from '../../store.ts'
import type { CourseHome } from '../plan-input.ts'
import { replanPeers } from '../stay-consents.ts'
import {
  type DosePlace,
  followPeople,
  type LockedDose,
  lockCoursesAround,
  placeOf,
  readDose,
} from './locked-dose.ts'
import { settleCorrected } from './settle-corrected.ts'

export type DoseAsk = {
  doseId: string
  /** Of whoever asks: staff of the register that keeps the dose, or of the course's home today. */
  municipalityCode: string
  reason: DoseChangeReason
  /** The revision that they saw; left out, any will do. */
  expectedRevision?: number
}

/** A tablet takes back what it has just recorded: any town's dose, as long as nobody has changed it. */
export type UndoAsk = { doseId: string; undoBy: string; nowMs: number; reason: DoseChangeReason }

export type Asked = DoseAsk | UndoAsk

export type Changing = {
  tx: Tx
  vault: Vault
  today: PlainDate
  dose: LockedDose
  /** Of whom it becomes the dose, and their course if there is one. */
  target?: CourseHome & { courseId?: string }
  reason: DoseChangeReason
}

type Options = {
  /** The register row of whoever the dose really was given to; read before any lock. */
  findTarget?: (tx: Tx, dose: LockedDose) => Promise<CourseHome>
  /** Throws when the dose cannot be changed so. Asked under the locks. */
  assertMay?: (dose: LockedDose, tx: Tx) => Promise<void> | void
}

export type Changed = { doseId: string; revision: number }

/** A lost race (a deadlock, a course opened twice) is settled by looking again; so is a move meanwhile. */
const raceAttempts = 5
const raceCodes = ['23505', '40P01']

/** Its course or register changed while the locks were waited for. */
class MovedMeanwhile extends Error {}

/**
 * One change in one transaction; `change` writes, and answers with the courses to plan anew. Undefined
 * when there is no such dose, and when it is not theirs to change. Throws `doseChangedMeanwhile` for a
 * stale revision, `doseIsVoided`, and what the options and the change throw.
 */
export async function changeDose(
  store: Store,
  asked: Asked,
  today: PlainDate,
  change: (changing: Changing) => Promise<string[]>,
  options: Options = {},
): Promise<Changed | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryToChange(store, asked, today, change, options)
    } catch (error) {
      const isRace =
        error instanceof MovedMeanwhile ||
        (error instanceof postgres.PostgresError && raceCodes.includes(error.code))
      if (!isRace || attempt >= raceAttempts) throw error
    }
  }
}

async function tryToChange(
  { sql, vault }: Store,
  asked: Asked,
  today: PlainDate,
  change: (changing: Changing) => Promise<string[]>,
  { findTarget, assertMay }: Options,
): Promise<Changed | undefined> {
  const municipalityCode = 'undoBy' in asked ? [] : asked.municipalityCode
  return withPurpose(sql, { municipalityCode, purpose: 'changeDose' }, async (tx) => {
    const place = await placeOf(tx, asked.doseId)
    if (!place || !mayChange(place, asked)) return nobody(tx)
    await widenScope(tx, [place.municipalityCode, place.homeMunicipalityCode])
    const seen = await readDose(tx, place, asked.doseId)
    if (!seen) return nobody(tx)
    const from = rowOf(seen)
    await look(tx, [{ ...from, courseId: seen.courseId, fields: planFields }])
    if (!(await isOwn(tx, seen, asked))) return undefined
    const found = await findTarget?.(tx, seen)
    if (found) await look(tx, [{ ...found, fields: planFields }])
    const rows = found ? [from, found] : [from]
    await followPeople(tx, rows)
    const { courseIds, peers } = await lockCoursesAround(tx, rows, seen.courseId)
    const dose = await readDose(tx, place, asked.doseId)
    if (!dose || dose.courseId !== seen.courseId) throw new MovedMeanwhile()
    if (isUndoneAlready(dose, asked)) return { doseId: dose.id, revision: dose.revision }
    assertRevision(dose, asked)
    await assertMay?.(dose, tx)
    const target = found && { ...found, ...(courseIds[1] && { courseId: courseIds[1] }) }
    const { reason } = asked
    const changing = { tx, vault, today, dose, reason, ...(target && { target }) }
    const concerned = await change(changing)
    for (const courseId of concerned) await settleCorrected({ tx, vault, today }, courseId)
    if (concerned.length > 0) await replanPeers(tx, peers, today)
    return { doseId: dose.id, revision: dose.revision + 1 }
  })
}

function mayChange(place: DosePlace, asked: Asked): boolean {
  if ('undoBy' in asked) return true
  const { municipalityCode } = asked
  return [place.municipalityCode, place.homeMunicipalityCode].includes(municipalityCode)
}

/** A tablet's undo is of its own scan. */
async function isOwn(tx: Tx, dose: LockedDose, asked: Asked): Promise<boolean> {
  if (!('undoBy' in asked)) return true
  await widenScope(tx, [dose.issuingMunicipalityCode])
  return assertUndoInTime(tx, dose, asked, isUndoneAlready(dose, asked))
}

/** Whether this tablet sent the scan; its issuer's town is in scope. Throws `undoIsOver`. */
export async function assertUndoInTime(
  tx: Tx,
  { scanId }: { scanId: string },
  asked: { undoBy: string; nowMs: number },
  isRepeat: boolean,
): Promise<boolean> {
  const [scan] = await tx<{ undoUntil: string | null }[]>`
    select answer ->> 'undoUntil' as "undoUntil" from scan
     where id = ${scanId} and received_from = ${asked.undoBy}`
  if (!scan) return false
  const isOver = !scan.undoUntil || Date.parse(scan.undoUntil) < asked.nowMs
  if (isOver && !isRepeat) {
    throw new DomainError('undoIsOver', 'The time for taking it back is over')
  }
  return true
}

/** The tablet asks again because the first answer was lost. */
function isUndoneAlready(dose: LockedDose, asked: Asked): boolean {
  return 'undoBy' in asked && dose.isVoided && dose.voidReason === asked.reason
}

/** The revision of a dose that nobody has changed. */
const asRecorded = 1

function assertRevision(dose: LockedDose, asked: Asked): void {
  // A clerk who was faster has looked at it: a tablet takes back only what is as it recorded it.
  const expected = 'undoBy' in asked ? asRecorded : asked.expectedRevision
  if (expected !== undefined && expected !== dose.revision) {
    const field = 'undoBy' in asked ? undefined : 'if-match'
    throw new DomainError('doseChangedMeanwhile', 'Somebody else changed the dose', field)
  }
  if (dose.isVoided) throw new DomainError('doseIsVoided', 'The dose is voided')
}

/** What was compared with the paper is changed by nobody before the lock is lifted. */
export function assertNotConfirmed({ isConfirmed }: LockedDose): void {
  if (isConfirmed) throw new DomainError('confirmedOnPaper', 'The dose is confirmed against paper')
}

async function nobody(tx: Tx): Promise<undefined> {
  await look(tx, [])
  return undefined
}

export function rowOf({ municipalityCode, residentId }: CourseHome): CourseHome {
  return { municipalityCode, residentId }
}
