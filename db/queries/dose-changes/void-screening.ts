/** A visit without a dose that was none: its slip is free again, and the reminder waits for it no more. */
import { currentActor } from '../../../config/actor.ts'
import type { PlainDate } from '../../../domain/course.ts'
import type { DoseChangeReason } from '../../../domain/dose-change.ts'
import { DomainError } from '../../../domain/errors.ts'
import { look, type Tx, withPurpose } from '../../client.ts'
import { planFields } from '../../purposes.ts'
import { inTowns, widenScope } from '../../scope.ts'
import type { Store } from '../../store.ts'
import type { CourseHome } from '../plan-input.ts'
import { replan } from '../replan.ts'
import { assertUndoInTime } from './in-dose.ts'
import { followPeople, lockCoursesAround } from './locked-dose.ts'

/** Staff of the town that keeps it or where its person lives today; or the tablet that recorded it. */
export type ScreeningAsk = { screeningId: string; reason: DoseChangeReason } & (
  | { municipalityCode: string }
  | { undoBy: string; nowMs: number }
)

type Place = CourseHome & {
  issuingMunicipalityCode: string
  homeMunicipalityCode: string | null
}
type Kept = { scanId: string; voidReason: string | null }

/**
 * Undefined when there is none to take back. Throws `doseIsVoided` when it was taken back before, and for
 * a tablet, which may ask again, `undoIsOver`.
 */
export async function voidScreening(
  { sql }: Pick<Store, 'sql'>,
  asked: ScreeningAsk,
  today: PlainDate,
): Promise<{ screeningId: string } | undefined> {
  const municipalityCode = 'undoBy' in asked ? [] : asked.municipalityCode
  return withPurpose(sql, { municipalityCode, purpose: 'changeDose' }, async (tx) => {
    const place = await placeOf(tx, asked)
    if (!place) {
      await look(tx, [])
      return undefined
    }
    const row = { municipalityCode: place.municipalityCode, residentId: place.residentId }
    await widenScope(tx, [row.municipalityCode, place.issuingMunicipalityCode])
    await look(tx, [{ ...row, fields: planFields }])
    await followPeople(tx, [row])
    const { courseIds } = await lockCoursesAround(tx, [row])
    const kept = await readScreening(tx, row, asked.screeningId)
    const isRepeat = 'undoBy' in asked && kept.voidReason === asked.reason
    if ('undoBy' in asked && !(await assertUndoInTime(tx, kept, asked, isRepeat))) return undefined
    if (isRepeat) return { screeningId: asked.screeningId }
    if (kept.voidReason) throw new DomainError('doseIsVoided', 'It was taken back before')
    await write(tx, row, asked)
    await settle(tx, { place, scanId: kept.scanId, courseId: courseIds[0], today })
    return { screeningId: asked.screeningId }
  })
}

async function placeOf(tx: Tx, asked: ScreeningAsk): Promise<Place | undefined> {
  const [place] = await tx<Place[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId",
           issuing_municipality_code as "issuingMunicipalityCode",
           home_municipality_code as "homeMunicipalityCode"
      from screening_place(${asked.screeningId})`
  if (!place || 'undoBy' in asked) return place
  const towns = [place.municipalityCode, place.homeMunicipalityCode]
  return towns.includes(asked.municipalityCode) ? place : undefined
}

async function readScreening(tx: Tx, row: CourseHome, id: string): Promise<Kept> {
  const [kept] = await tx<Kept[]>`
    select scan_id as "scanId", void_reason as "voidReason" from screening
     where municipality_code = ${row.municipalityCode} and id = ${id}`
  return kept!
}

async function write(tx: Tx, row: CourseHome, asked: ScreeningAsk): Promise<void> {
  await tx`
    update screening set voided_at = now(), voided_by = ${currentActor().id},
                         void_reason = ${asked.reason}
     where municipality_code = ${row.municipalityCode} and id = ${asked.screeningId}`
}

type Settling = { place: Place; scanId: string; courseId: string | undefined; today: PlainDate }

/** Its slip, the task that it opened, and what the course waited for. */
async function settle(tx: Tx, { place, scanId, courseId, today }: Settling): Promise<void> {
  await tx`
    delete from ticket_slip
     where municipality_code = ${place.issuingMunicipalityCode} and slip_kind = 'screenedOnly'
       and scan_id = ${scanId}`
  const [scope] = await tx<{ towns: string }[]>`
    select current_setting('sesshu.municipality', true) as towns`
  await inTowns(tx, { municipalityCode: scope!.towns, purpose: 'settleMove' }, async () => {
    await tx`
      update task set done_at = now(), done_by = 'system', outcome = 'screeningVoided'
       where kind = 'slipsUsedUp' and occasion = ${scanId} and done_at is null`
    if (courseId) await replan(tx, courseId, { cause: 'replanned', today, tell: true })
  })
}
