/**
 * What somebody says of their own vaccination, on the own page or to a clerk: one record for both, and
 * what follows from it for the course. Every function is called within a transaction that has said whom
 * it is about; courses are changed under `settleMove`, as by any other news of one person.
 */
import { addDays } from '../../domain/calendar.ts'
import { isOver, type PlainDate, type Stage } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { declinedFromOn, findDoseWithinDays } from '../../domain/plan.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import { type ResidentWords, sealWords } from '../people/resident-words.ts'
import { planFields } from '../purposes.ts'
import { homesOf } from '../queries/home-of.ts'
import { type CourseHome, loadPlanInput, lockCourse } from '../queries/plan-input.ts'
import { replan } from '../queries/replan.ts'
import { openTask } from '../queries/tasks.ts'
import type { TaskKind } from '../schema/register.ts'
import { inTowns } from '../scope.ts'
import type { SaidOnce } from './statement-once.ts'

export type Statement = {
  kind: 'alreadyVaccinated' | 'notMine' | 'declines'
  words?: ResidentWords
  /** Who heard it; left out of what was said on the own page. */
  heardBy?: string
  once: SaidOnce
  /** As it is answered, and answered again. */
  remindersWaitUntil?: PlainDate | undefined
}

/** Tasks by which a clerk looks for a dose that somebody says was given. */
export const findDoseTasks: readonly TaskKind[] = ['findDose', 'toldVaccinated']

/** Keeps what was said, the words sealed, and opens its task. */
export async function keepStatement(
  tx: Tx,
  vault: Vault,
  about: CourseHome & { courseId: string | null },
  { kind, words, heardBy, once, remindersWaitUntil }: Statement,
  today: PlainDate,
): Promise<void> {
  const { municipalityCode, residentId, courseId } = about
  const row = { municipalityCode, residentId }
  const { id, bodyDigest } = once
  const purpose = heardBy ? 'callDesk' : 'residentPage'
  const sealed = words && (await sealWords(tx, vault, { row, messageId: id, words, purpose }))
  await tx`
    insert into resident_message (municipality_code, id, resident_id, kind, said_on, words, via, said_to,
                                  body_digest, reminders_wait_until)
    values (${municipalityCode}, ${id}, ${residentId}, ${kind}, ${today}, ${sealed ?? null},
            ${heardBy ? 'desk' : 'ownPage'}, ${heardBy ?? null}, ${bodyDigest}, ${remindersWaitUntil ?? null})`
  const task = taskOf(kind, heardBy !== undefined)
  if (task) {
    const opened = { kind: task, occasion: id, round: 0, openedOn: today }
    await openTask(tx, { ...row, courseId, ...opened })
  }
}

function taskOf(kind: Statement['kind'], atDesk: boolean): TaskKind | undefined {
  if (kind === 'declines') return undefined
  if (kind === 'notMine') return 'toldNotMine'
  return atDesk ? 'findDose' : 'toldVaccinated'
}

/**
 * The rounds wait while the dose is looked for. Said again meanwhile, it waits no longer: nobody can put
 * reminders off for good by saying the same thing. Answers until when, if there is anything to wait.
 */
export function holdReminders(
  tx: Tx,
  courseId: string,
  today: PlainDate,
): Promise<PlainDate | undefined> {
  return inItsTown(tx, courseId, async () => {
    const until = addDays(today, findDoseWithinDays)
    const held = await tx`
      update course set reminders_wait_until = ${until}
       where id = ${courseId} and stage not in ('complete', 'closed')
         and (reminders_wait_until is null or reminders_wait_until <= ${today})`
    if (held.count > 0) await replan(tx, courseId, { cause: 'replanned', today, tell: true })
    const [course] = await tx<{ until: PlainDate | null }[]>`
      select reminders_wait_until as until from course where id = ${courseId}`
    return course?.until ?? undefined
  })
}

/**
 * Before a task of a course is settled: a scan that completes the course locks it and then its tasks, and
 * whoever goes the other way round waits for it while it waits for them. Nothing is read.
 */
export async function lockBeforeTasks(tx: Tx, courseIds: (string | null)[]): Promise<void> {
  const ids = [...new Set(courseIds.filter((id) => id !== null))].sort()
  const towns = [...(await homesOf(tx, ids)).values()].map(
    ({ municipalityCode }) => municipalityCode,
  )
  if (towns.length === 0) return
  await inTowns(
    tx,
    { municipalityCode: towns, purpose: 'settleMove' },
    () => tx`select from course where id = any(${ids}::uuid[]) order by id for update`,
  )
}

/**
 * A clerk has decided: what is owed then is owed at once. Not while another clerk still looks for a dose of
 * the same course.
 */
export async function endHold(tx: Tx, courseId: string, today: PlainDate): Promise<void> {
  await inItsTown(tx, courseId, async () => {
    const ended = await tx`
      update course set reminders_wait_until = null
       where id = ${courseId} and reminders_wait_until is not null
         and not exists (select from task t where t.course_id = course.id and t.done_at is null
                                              and t.kind = any(${[...findDoseTasks]}))`
    if (ended.count > 0) await replan(tx, courseId, { cause: 'replanned', today, tell: true })
  })
}

/** A dose has completed a course whose person says to have had it: the search is over. */
export async function doseWasFound(tx: Tx, courseId: string): Promise<void> {
  await inItsTown(tx, courseId, async () => {
    await tx`update course set reminders_wait_until = null where id = ${courseId}`
    await tx`
      update task set done_at = now(), done_by = 'system', outcome = 'doseRecorded'
       where course_id = ${courseId} and kind = any(${[...findDoseTasks]}) and done_at is null`
  })
}

/** Throws `courseIsOver`: who has had everything, or has left, has nothing to decline. */
export async function declineCourse(tx: Tx, courseId: string, today: PlainDate): Promise<void> {
  await inItsTown(tx, courseId, async () => {
    const course = await lockCourse(tx, courseId)
    if (!course || isOver(course.stage as Stage))
      throw new DomainError('courseIsOver', 'nothing is owed any more', 'kind')
    const { doses } = await loadPlanInput(tx, course, today)
    await tx`
      update course set stage = 'closed', closed_because = 'declined', reminders_wait_until = null,
                        declined_from = ${declinedFromOn(today, doses)}
       where id = ${courseId}`
    await replan(tx, courseId, { cause: 'closed', today, tell: true })
  })
}

/** Planned anew from what is known today. Throws `courseNotDeclined`. */
export async function reopenCourse(tx: Tx, courseId: string, today: PlainDate): Promise<void> {
  await inItsTown(tx, courseId, async () => {
    const opened = await tx`
      update course set stage = 'awaitingFirstDose', closed_because = null, declined_from = null
       where id = ${courseId} and closed_because = 'declined'`
    if (opened.count === 0)
      throw new DomainError('courseNotDeclined', 'it was not declined', 'kind')
    await replan(tx, courseId, { cause: 'corrected', today, tell: true })
  })
}

/** Where the course is at home by now; one look there, as for whatever else is planned anew. */
async function inItsTown<T>(tx: Tx, courseId: string, work: () => Promise<T>): Promise<T> {
  const { municipalityCode, residentId } = (await homesOf(tx, [courseId])).get(courseId)!
  return inTowns(tx, { municipalityCode, purpose: 'settleMove' }, async () => {
    await look(tx, [{ municipalityCode, residentId, courseId, fields: planFields }])
    return work()
  })
}
