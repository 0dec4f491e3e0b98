/**
 * Who is protected on a day: in their own right by any register row of theirs, or because they share a
 * household with somebody who is. Every path asks this one question of the database
 * (`protected_under`): queue, seal, mail, print, pages, exports.
 */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from './plan-input.ts'
import { rowList } from './register-events.ts'

/** The register row whose town sees to a person by hand; its own town must be in scope. */
export async function protectedUnder(
  tx: Tx,
  row: CourseHome,
  day: PlainDate,
): Promise<CourseHome | undefined> {
  const [found] = await tx<CourseHome[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId"
      from protected_under(${row.municipalityCode}, ${row.residentId}, ${day})`
  return found
}

export async function isProtectedOn(tx: Tx, row: CourseHome, day: PlainDate): Promise<boolean> {
  return (await protectedUnder(tx, row, day)) !== undefined
}

/** The register row under which a course's person is protected on a day, the present home's first. */
export async function protectedBy(
  tx: Tx,
  course: { id: string },
  today: PlainDate,
): Promise<CourseHome | undefined> {
  const [row] = await tx<CourseHome[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId"
      from protecting_row(${course.id}, ${today})`
  return row
}

/** The same of many at once, by course id: those that are not protected are missing. */
export async function protectedAmong(
  tx: Tx,
  courseIds: string[],
  today: PlainDate,
): Promise<Map<string, CourseHome>> {
  const rows = await tx<(CourseHome & { courseId: string })[]>`
    select c.id as "courseId", p.municipality_code as "municipalityCode",
           p.resident_id as "residentId"
      from unnest(${courseIds}::uuid[]) c(id)
      cross join lateral protecting_row(c.id, ${today}) p`
  return new Map(rows.map(({ courseId, ...row }) => [courseId, row]))
}

/**
 * Whether places are hidden from whoever reads what is kept about a person: it would tell where somebody
 * lives who is protected, or who shares a household with one; and a proxy of the household is never
 * told. `rows` are the person's register rows, their towns in scope.
 */
export async function hidesPlaces(
  tx: Tx,
  rows: CourseHome[],
  reader: 'self' | 'householdProxy',
  today: PlainDate,
): Promise<boolean> {
  if (reader === 'householdProxy') return true
  for (const row of rows) if (await isProtectedOn(tx, row, today)) return true
  return false
}

/**
 * Locks every course that a protection of these register rows concerns, theirs and those of their
 * households: whatever is being sent about one of them ends before the protection is acknowledged, or
 * begins after it and sees it.
 */
export async function lockUnderProtection(tx: Tx, rows: CourseHome[]): Promise<void> {
  if (rows.length === 0) return
  await tx`
    select from course
     where id in (select courses_under_protection(r.municipality_code, r.id)
                    from ${rowList(tx, rows)} as r(municipality_code, id))
     order by id for update`
}

/** A protection goes along with its person: told for one row, it holds for the home's from its first day. */
export async function carryProtection(
  tx: Tx,
  rows: CourseHome[],
  home: CourseHome,
  since: PlainDate | undefined,
): Promise<void> {
  const former = rows.filter((row) => row.residentId !== home.residentId)
  if (former.length === 0 || !since) return
  await tx`
    insert into protection as p (municipality_code, resident_id, from_on, to_on)
    select ${home.municipalityCode}, ${home.residentId}, greatest(f.from_on, ${since}::date),
           case when bool_or(f.to_on is null) then null else max(f.to_on) end
      from protection f
     where (f.municipality_code, f.resident_id) in (select * from ${rowList(tx, former)})
       and (f.to_on is null or f.to_on >= ${since})
     group by 3
    on conflict (municipality_code, resident_id, from_on) do update
      set to_on = case when p.to_on is null or excluded.to_on is null then null
                       else greatest(p.to_on, excluded.to_on) end`
}
