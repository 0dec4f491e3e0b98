/** What a caller says to a clerk, kept, and what follows from it. */
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import type { ResidentWords } from '../people/resident-words.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { courseAtHome, type ToldCourse } from '../residents/read-course.ts'
import { type SaidBefore, saidBefore } from '../residents/statement-once.ts'
import {
  declineCourse,
  holdReminders,
  keepStatement,
  reopenCourse,
} from '../residents/statements.ts'
import type { Store } from '../store.ts'
import { mayBeTold } from './find.ts'
import { deskFields, type StatementKind } from './record.ts'

export type Heard = { id: string; remindersWaitUntil?: PlainDate }

/**
 * Undefined for nobody of this register. Throws `noCourse` where there is nothing to decline yet, and
 * `courseIsOver`. Saying that something is not one's own changes nothing but that somebody looks. The
 * same under the same id is answered as before; something else throws `idUsedForAnotherBody`.
 */
export async function hearAtDesk(
  { sql, vault }: Store,
  row: CourseHome,
  { id, ...said }: { id: string; kind: StatementKind; words?: ResidentWords },
  today: PlainDate,
): Promise<Heard | undefined> {
  return atDesk(sql, row, today, async (tx, course) => {
    const heardBy = currentActor().id
    const { once, before } = await saidBefore(tx, vault, row, { id, ...said, via: 'desk' })
    if (before) return answerAgain(id, before)
    if (said.kind === 'declines') await declineCourse(tx, courseIdOf(course), today)
    const isToBeFound = said.kind === 'alreadyVaccinated' && course
    const until = isToBeFound ? await holdReminders(tx, course.id, today) : undefined
    const about = { ...row, courseId: course?.id ?? null }
    const kept = { ...said, heardBy, once, remindersWaitUntil: until }
    await keepStatement(tx, vault, about, kept, today)
    return heard(id, until)
  })
}

function answerAgain(id: string, before: SaidBefore): Heard {
  if (before.isSame) return heard(id, before.remindersWaitUntil)
  const what = 'statementId was used with another body'
  throw new DomainError('idUsedForAnotherBody', what, 'statementId')
}

function heard(id: string, until: PlainDate | null | undefined): Heard {
  return { id, ...(until && { remindersWaitUntil: until }) }
}

/** Takes back that somebody does not wish. Throws `noCourse`, `courseNotDeclined`. */
export async function reopenAtDesk(
  { sql }: Pick<Store, 'sql'>,
  row: CourseHome,
  today: PlainDate,
): Promise<'reopened' | undefined> {
  return atDesk(sql, row, today, async (tx, course) => {
    await reopenCourse(tx, courseIdOf(course), today)
    await tx`
      update resident_message set ended_on = ${today}, ended_by = ${currentActor().id}
       where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
         and kind = 'declines' and ended_on is null`
    return 'reopened' as const
  })
}

function courseIdOf(course: ToldCourse | undefined): string {
  if (course) return course.id
  throw new DomainError('noCourse', 'there is no course to close or to open', 'kind')
}

async function atDesk<T>(
  sql: Store['sql'],
  row: CourseHome,
  today: PlainDate,
  work: (tx: Tx, course: ToldCourse | undefined) => Promise<T>,
): Promise<T | undefined> {
  const scope = { municipalityCode: row.municipalityCode, purpose: 'callDesk' } as const
  return withPurpose(sql, scope, async (tx) => {
    if (!(await mayBeTold(tx, row, today))) {
      await look(tx, [])
      return undefined
    }
    const course = await courseAtHome(tx, row)
    await look(tx, [{ ...row, ...(course && { courseId: course.id }), fields: deskFields }])
    return work(tx, course)
  })
}
