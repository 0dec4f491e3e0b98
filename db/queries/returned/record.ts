/** A letter comes back: it is recorded, and letters to its person wait, unless the register knows better. */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../../config/actor.ts'
import type { NoticeKind, PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import {
  type ReturnEnding,
  type ReturnReason,
  stopsLetters,
} from '../../../domain/returned-post.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import { planFields } from '../../purposes.ts'
import { inTowns } from '../../scope.ts'
import { homesOf } from '../home-of.ts'
import { type CourseHome, lockCourse } from '../plan-input.ts'
import { replan } from '../replan.ts'
import { openTask } from '../tasks.ts'
import { findPostedLetter, type PostedLetter } from './letters.ts'
import { settleStop } from './stop.ts'

export type ReturnToRecord = {
  municipalityCode: string
  mark: { from: string; to: string }
  reason: ReturnReason
}

export type Recorded = {
  id: string
  /** Scanned once before: nothing was changed. */
  isRepeat: boolean
  /** Undefined of a sheet of tickets. */
  letter: { kind: NoticeKind; round: number } | undefined
  sentOn: PlainDate
  /** Letters wait from now on. */
  stops: boolean
  /** The register has said since that the address is another one, or that the person has left. */
  ended: ReturnEnding | undefined
}

/** Throws `letterNotFound`, `letterNotUnique`. One look, and one more where a course is planned anew. */
export async function recordReturn(
  sql: Sql,
  { municipalityCode, mark, reason }: ReturnToRecord,
  today: PlainDate,
): Promise<Recorded> {
  const scope = { municipalityCode, purpose: 'returnedPost' } as const
  return withPurpose(sql, scope, async (tx) => {
    const letter = await findPostedLetter(tx, municipalityCode, mark).catch(async (error) => {
      await look(tx, [])
      throw error
    })
    const { residentId, letterId, sentOn, notice } = letter
    const row = { municipalityCode, residentId }
    await look(tx, [{ ...row, fields: ['notices', 'registerEvents'] }])
    const courseId = await lockCourseOf(tx, row)
    const about = { letter: notice && { kind: notice.kind, round: notice.round }, sentOn }
    const before = await recordedBefore(tx, row, letterId)
    if (before) return { ...before, ...about, isRepeat: true }

    const ended = await whatTheRegisterSays(tx, letter, today)
    const stops = !ended && stopsLetters(reason)
    const id = randomUUID()
    await insertReturn(tx, letter, { id, reason, stops, ended, today })
    await settleStop(tx, row)
    if (!ended) await openLookForIt(tx, row, { id, courseId, today })
    // Of somebody who has left, too: it goes along to the next town.
    if (courseId && (stops || ended)) {
      await holdAgain(tx, row, { courseId, noticeId: notice?.id, today })
    }
    if (!courseId && notice) await sendAlong(tx, row, notice, today)
    return { id, ...about, isRepeat: false, stops, ended }
  })
}

/** The course that is at home here, locked; of somebody who has none, or has moved, undefined. */
export async function lockCourseOf(tx: Tx, row: CourseHome): Promise<string | undefined> {
  const { municipalityCode, residentId } = row
  const [course] = await tx<{ id: string }[]>`
    select id from course
     where home_municipality_code = ${municipalityCode} and home_resident_id = ${residentId}
       and closed_because is distinct from 'merged'
     order by opened_at limit 1`
  if (!course) return undefined
  await settling(tx, row, course.id, () => lockCourse(tx, course.id))
  return course.id
}

/** As whatever else follows from news of one person; planned from everything, which is one look. */
export async function settling<T>(
  tx: Tx,
  row: CourseHome,
  courseId: string,
  work: () => Promise<T>,
  plans = false,
): Promise<T> {
  const scope = { municipalityCode: row.municipalityCode, purpose: 'settleMove' } as const
  return inTowns(tx, scope, async () => {
    if (plans) await look(tx, [{ ...row, courseId, fields: planFields }])
    return work()
  })
}

async function recordedBefore(tx: Tx, row: CourseHome, letterId: string) {
  const [before] = await tx<{ id: string; stops: boolean; ended: ReturnEnding | null }[]>`
    select id, stops and ended_at is null as stops, ended_because as ended from returned_letter
     where municipality_code = ${row.municipalityCode} and letter_id = ${letterId}`
  return before && { ...before, ended: before.ended ?? undefined }
}

/** The same question as `overtakenIn` asks of letters that wait. */
async function whatTheRegisterSays(
  tx: Tx,
  { municipalityCode, residentId, sentAt }: PostedLetter,
  today: PlainDate,
): Promise<ReturnEnding | undefined> {
  const [said] = await tx<{ hasLeft: boolean; hasTold: boolean }[]>`
    select r.status <> 'registered' as "hasLeft",
           exists (select from residence a
                    where (a.municipality_code, a.resident_id) = (r.municipality_code, r.id)
                      and a.recorded_at > ${sentAt} and a.from_on <= ${today}
                      and (a.to_on is null or a.to_on >= ${today})) as "hasTold"
      from resident r where r.municipality_code = ${municipalityCode} and r.id = ${residentId}`
  if (said?.hasLeft) return 'leftRegister'
  return said?.hasTold ? 'registerTold' : undefined
}

type ReturnRow = {
  id: string
  reason: ReturnReason
  stops: boolean
  ended: ReturnEnding | undefined
  today: PlainDate
}

async function insertReturn(
  tx: Tx,
  letter: PostedLetter,
  { id, reason, stops, ended, today }: ReturnRow,
): Promise<void> {
  const by = currentActor().id
  const end = ended ? { on: today, by } : { on: null, by: null }
  await tx`
    insert into returned_letter (municipality_code, id, resident_id, letter_id, notice_id, reason,
                                 sent_at, sent_on, returned_on, entered_by, stops, ended_on, ended_at,
                                 ended_by, ended_because)
    values (${letter.municipalityCode}, ${id}, ${letter.residentId}, ${letter.letterId},
            ${letter.notice?.id ?? null}, ${reason}, ${letter.sentAt}, ${letter.sentOn}, ${today},
            ${by}, ${stops}, ${end.on}, ${ended ? tx`clock_timestamp()` : null}, ${end.by},
            ${ended ?? null})`
}

async function openLookForIt(
  tx: Tx,
  row: CourseHome,
  { id, courseId, today }: { id: string; courseId: string | undefined; today: PlainDate },
): Promise<void> {
  await openTask(tx, {
    ...{ ...row, courseId: courseId ?? null, kind: 'addressReturned' },
    ...{ occasion: id, round: 0, openedOn: today },
  })
}

/**
 * The letter did not reach anybody: its notice is owed again, as a further attempt of the same one, and
 * the course is planned by that. Not where a later round has left since, nor once people call instead.
 */
export async function holdAgain(
  tx: Tx,
  row: CourseHome,
  about: { courseId: string; noticeId: string | null | undefined; today: PlainDate },
): Promise<void> {
  const { courseId, noticeId, today } = about
  await settling(
    tx,
    row,
    courseId,
    async () => {
      if (noticeId) await holdNotice(tx, row.municipalityCode, noticeId)
      await replan(tx, courseId, { cause: 'replanned', today, tell: true })
    },
    true,
  )
}

/** False where nothing is owed any more. The course is locked. */
async function holdNotice(tx: Tx, municipalityCode: string, noticeId: string): Promise<boolean> {
  const held = await tx`
    update notice n set state = 'held', reason = 'addressReturned', updated_at = now()
      from course c
     where n.municipality_code = ${municipalityCode} and n.id = ${noticeId}
       and n.state = 'left' and c.id = n.course_id
       and case n.kind
             -- of a dose that was given, whatever the course has come to
             when 'lotRecall' then c.closed_because is null or c.closed_because = 'declined'
             when 'invitation' then c.stage = 'awaitingFirstDose'
             else c.stage in ('awaitingSecondDose', 'secondDoseOverdue')
           end
       and not exists (select from notice o
                        where o.course_id = n.course_id and o.kind = n.kind
                          and o.occasion = n.occasion and o.round > n.round
                          and o.state in ('queued', 'left'))
    returning n.id`
  return held.length > 0
}

/**
 * Its person lives in another town by now, with the course: the notice waits here until the course's next step
 * takes it along, to the address that is told there. The look is in that town.
 */
async function sendAlong(
  tx: Tx,
  row: CourseHome,
  { id, courseId }: { id: string; courseId: string },
  today: PlainDate,
): Promise<void> {
  const home = (await homesOf(tx, [courseId])).get(courseId)
  if (!home || home.municipalityCode === row.municipalityCode) return
  const towns = [row.municipalityCode, home.municipalityCode]
  await inTowns(tx, { municipalityCode: towns, purpose: 'settleMove' }, async () => {
    const course = await lockCourse(tx, courseId)
    // Moved once more in this very moment: whoever scans it again finds it so.
    if (course?.residentId !== home.residentId) {
      throw new DomainError('letterNotFound', 'Its person moves at this moment', 'mark')
    }
    await look(tx, [{ ...home, courseId, fields: planFields }])
    if (!(await holdNotice(tx, row.municipalityCode, id))) return
    await replan(tx, courseId, { cause: 'replanned', today, tell: true })
  })
}
