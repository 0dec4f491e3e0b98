/** A course and its home: found by the register rows of its person, merged, taken along in a move. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from './plan-input.ts'
import { rowList } from './register-events.ts'
import { replan } from './replan.ts'

export type OwnCourse = { id: string; relocationEventId: string | null } & CourseHome

/**
 * The person's courses, locked, the one that stays first: it has more doses, or else is older. Read
 * again after the lock, because a scan may have been waited for.
 */
export async function lockCoursesOf(tx: Tx, rows: CourseHome[]): Promise<OwnCourse[]> {
  const locked = await tx<{ id: string }[]>`
    select c.id from course c
     where c.closed_because is distinct from 'merged'
       and c.id in (select l.course_id from course_link l
                     where (l.municipality_code, l.resident_id) in (select * from ${rowList(tx, rows)}))
     order by c.id for update`
  return tx<OwnCourse[]>`
    select c.id, c.relocation_event_id as "relocationEventId",
           c.home_municipality_code as "municipalityCode", c.home_resident_id as "residentId"
      from course c
     where c.id = any(${locked.map((course) => course.id)}::uuid[])
       and c.closed_because is distinct from 'merged'
     order by (select count(*) from dose d where d.course_id = c.id and d.voided_at is null) desc,
              c.opened_at, c.id`
}

/** Two courses turned out to be one person's: everything of the others goes to the one that stays. */
export async function mergeCourses(
  tx: Tx,
  kept: OwnCourse,
  others: OwnCourse[],
  today: PlainDate,
): Promise<void> {
  for (const { id } of others) {
    for (const table of ['dose', 'screening', 'notice', 'task']) {
      await tx`update ${tx(table)} set course_id = ${kept.id} where course_id = ${id}`
    }
    await tx`
      update course_link l set course_id = ${kept.id}
       where l.course_id = ${id}
         and not exists (select from course_link k
                          where (k.municipality_code, k.resident_id, k.course_id)
                              = (l.municipality_code, l.resident_id, ${kept.id}::uuid))`
    // Out of the series, it no longer stands in the way of the one that comes to this home.
    await tx`
      update course set series = series || '/mergedInto/' || ${kept.id}, stage = 'closed',
                        closed_because = 'merged'
       where id = ${id}`
    await replan(tx, id, { cause: 'closed', today, tell: true })
  }
}

/** Makes a register row the home of a course; whatever has not left yet goes along. */
export async function relocateCourse(
  tx: Tx,
  course: OwnCourse,
  home: CourseHome,
  move: { eventId: string; recordedOn: PlainDate } | undefined,
): Promise<boolean> {
  const moved = await tx`
    update course
       set home_municipality_code = ${home.municipalityCode}, home_resident_id = ${home.residentId},
           relocation_event_id = ${move?.eventId ?? null},
           relocation_recorded_on = ${move?.recordedOn ?? null}
     where id = ${course.id}
       and (home_municipality_code, home_resident_id, relocation_event_id)
           is distinct from (${home.municipalityCode}, ${home.residentId}::uuid,
                             ${move?.eventId ?? null}::uuid)`
  await tx`
    update notice
       set municipality_code = ${home.municipalityCode}, resident_id = ${home.residentId},
           updated_at = now()
     where course_id = ${course.id} and state in ('queued', 'held')
       and (municipality_code, resident_id) <> (${home.municipalityCode}, ${home.residentId}::uuid)`
  return moved.count > 0
}
