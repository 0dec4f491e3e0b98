/** What follows for a course when one of its doses was changed: findings, notices, plan, tasks. */
import { type CourseFacts, isOver, type PlainDate } from '../../../domain/course.ts'
import type { Vault } from '../../../vault/vault.ts'
import type { Tx } from '../../client.ts'
import { doseWasFound, findDoseTasks } from '../../residents/statements.ts'
import { inTowns } from '../../scope.ts'
import { settleMoveTasks } from '../move-tasks.ts'
import { type CourseRow, lockCourse, PersonNotVisible } from '../plan-input.ts'
import { replan } from '../replan.ts'
import { rejudge } from './rejudge.ts'
import { settleNotices } from './settle-notices.ts'

export type Settling = { tx: Tx; vault: Vault; today: PlainDate }

/** The course is locked, and all towns of its person are in scope. News go to its workflow. */
export async function settleCorrected(settling: Settling, courseId: string): Promise<void> {
  const { tx, today } = settling
  await rejudge(settling, courseId)
  const municipalityCode = await townsInScope(tx)
  await inTowns(tx, { municipalityCode, purpose: 'settleMove' }, async () => {
    const course = await lockCourse(tx, courseId)
    if (!course) throw new PersonNotVisible(courseId)
    await settleNotices(tx, course, today)
    const replanned = await replan(tx, courseId, { cause: 'corrected', today, tell: true })
    await settleMoveTasks(tx, courseId, today)
    await settleFollowUps(tx, course, replanned!.plan.stage)
    if (replanned!.plan.stage === 'complete') await endSearch(tx, course)
  })
}

async function townsInScope(tx: Tx): Promise<string> {
  const [row] = await tx<{ towns: string }[]>`
    select current_setting('sesshu.municipality', true) as towns`
  return row!.towns
}

/** Nobody looks for a dose that is known; and whoever was found to miss one is looked for again. */
async function settleFollowUps(
  tx: Tx,
  { id }: CourseRow,
  stage: CourseFacts['stage'],
): Promise<void> {
  if (isOver(stage)) {
    await tx`
      update task set done_at = now(), done_by = 'system', outcome = 'courseOver'
       where course_id = ${id} and kind = 'followUp' and done_at is null`
  } else if (stage === 'inFollowUp') {
    await tx`
      update task set done_at = null, done_by = null, outcome = null
       where course_id = ${id} and kind = 'followUp' and outcome = 'courseOver'`
  }
}

/** Somebody said to have had it, and here it is, found by a clerk instead of by a scan. */
async function endSearch(tx: Tx, { id }: CourseRow): Promise<void> {
  const [search] = await tx<{ isOpen: boolean }[]>`
    select exists (select from course where id = ${id} and reminders_wait_until is not null)
        or exists (select from task where course_id = ${id} and kind = any(${[...findDoseTasks]})
                                      and done_at is null) as "isOpen"`
  if (search!.isOpen) await doseWasFound(tx, id)
}
