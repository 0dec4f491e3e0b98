/** What a clerk told somebody by hand, which stands for the automatic notice of its kind. */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import { addDays, compareDates } from '../../domain/calendar.ts'
import { type NoticeKind, noticeKinds, type PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { look, type Sql, type Tx, withPurpose } from '../client.ts'
import { mayBeTold } from '../desk/find.ts'
import { courseAtHome } from '../residents/read-course.ts'
import type { CourseHome } from './plan-input.ts'

/** A notice that falls due this long after somebody was told by hand, or on the day itself, is not sent. */
export const manualReplacesWithinDays = 3
/** What was told longer ago than this is not written down any more: it would replace nothing. */
const toldAtMostDaysAgo = 14

export const manualChannels = ['phone', 'counter', 'visit', 'letter'] as const
export type ManualChannel = (typeof manualChannels)[number]
export const manualKinds = noticeKinds
export type ManualNotice = { kind: NoticeKind; toldOn: PlainDate; toldBy: ManualChannel }

/**
 * Whether somebody was told by hand so lately that the automatic notice of a day would be a second one;
 * of one that waits since a day, from shortly before that day on.
 */
export async function wasToldByHand(
  tx: Tx,
  courseId: string,
  kind: NoticeKind,
  day: PlainDate,
  queuedOn: PlainDate = day,
): Promise<boolean> {
  const from = addDays(queuedOn, -manualReplacesWithinDays)
  const [row] = await tx<{ was: boolean }[]>`
    select was_told_by_hand(${courseId}, ${kind}, ${from}, ${day}) as was`
  return row?.was ?? false
}

/**
 * Keeps that a clerk told somebody; the same `id` again changes nothing. Undefined for nobody of this
 * register, and for whoever must look like nobody. Throws `dateInFuture`, `toldTooLongAgo`.
 */
export async function keepManualNotice(
  sql: Sql,
  row: CourseHome,
  { id = randomUUID(), kind, toldOn, toldBy }: ManualNotice & { id?: string },
  today: PlainDate,
): Promise<{ id: string } | undefined> {
  if (compareDates(toldOn, today) > 0) {
    throw new DomainError('dateInFuture', 'Nobody was told yet', 'toldOn')
  }
  if (compareDates(toldOn, addDays(today, -toldAtMostDaysAgo)) < 0) {
    throw new DomainError('toldTooLongAgo', 'It would replace nothing', 'toldOn')
  }
  const { municipalityCode, residentId } = row
  return withPurpose(sql, { municipalityCode, purpose: 'callDesk' }, async (tx) => {
    const mayTell = await mayBeTold(tx, row, today)
    const course = mayTell ? await courseAtHome(tx, row) : undefined
    if (!course) {
      await look(tx, [])
      return undefined
    }
    await look(tx, [{ ...row, courseId: course.id, fields: ['notices'] }])
    await tx`
      insert into manual_notice (municipality_code, id, resident_id, course_id, kind, told_on, told_by,
                                 recorded_on, recorded_by)
      values (${municipalityCode}, ${id}, ${residentId}, ${course.id}, ${kind}, ${toldOn}, ${toldBy},
              ${today}, ${currentActor().id})
      on conflict (municipality_code, id) do nothing`
    return { id }
  })
}

/** Said by mistake; the notice is owed again if nothing replaced it yet. False: there is none such. */
export async function takeBackManualNotice(
  sql: Sql,
  { municipalityCode, residentId }: CourseHome,
  id: string,
): Promise<boolean> {
  return withPurpose(sql, { municipalityCode, purpose: 'callDesk' }, async (tx) => {
    await look(tx, [{ municipalityCode, residentId, fields: ['notices'] }])
    const taken = await tx`
      update manual_notice
         set taken_back_at = clock_timestamp(), taken_back_by = ${currentActor().id}
       where municipality_code = ${municipalityCode} and id = ${id}
         and resident_id = ${residentId} and taken_back_at is null`
    return taken.count > 0
  })
}
