/**
 * What reconcile reads and writes, as the role sesshu_monitor: courses by their random ids and the
 * outbox. Whose they are, it cannot ask.
 */
import type { PlainDate, Stage } from '../../domain/course.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'

export type CourseState = {
  id: string
  version: number
  stage: Stage
  municipalityCode: string
  productCode: string | null
  /** The day of the first step that an activity performs; the stage alone changes without one. */
  nextStepOn: PlainDate | null
  nextNoticeOn: PlainDate | null
  /** News is on its way. */
  isWaiting: boolean
  isSetAside: boolean
}

/** Each question is a transaction of its own: comparing takes minutes. */
function reconciling<T>(sql: Sql, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withPurpose(sql, { municipalityCode: [], purpose: 'reconcile' }, work)
}

export type CourseSlice = { from: string; to: string }

export async function countOpenCourses(sql: Sql): Promise<number> {
  const [row] = await reconciling(
    sql,
    (tx) => tx<{ courses: number }[]>`
      select count(*)::int as courses from course where stage not in ('complete', 'closed')`,
  )
  return row!.courses
}

/** The open courses whose id lies in the slice, both ends included. */
export async function openCoursesIn(sql: Sql, { from, to }: CourseSlice): Promise<CourseState[]> {
  return reconciling(
    sql,
    (tx) => tx<CourseState[]>`
      select ${stateColumns(tx)} from course c left join outbox o on o.course_id = c.id
       where c.id between ${from} and ${to} and c.stage not in ('complete', 'closed')`,
  )
}

/** The courses of these ids as they are now, open or not; an unknown id is missing from the answer. */
export async function coursesById(sql: Sql, ids: string[]): Promise<Map<string, CourseState>> {
  const rows = await reconciling(
    sql,
    (tx) => tx<CourseState[]>`
      select ${stateColumns(tx)} from course c left join outbox o on o.course_id = c.id
       where c.id = any(${ids}::uuid[])`,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function stateColumns(tx: Tx) {
  return tx`
    c.id, c.version, c.stage, c.home_municipality_code as "municipalityCode",
    c.product_code as "productCode",
    (select s ->> 'on' from jsonb_array_elements(c.steps) with ordinality as e(s, n)
      where s ->> 'kind' <> 'stage' order by n limit 1) as "nextStepOn",
    (select s ->> 'on' from jsonb_array_elements(c.steps) with ordinality as e(s, n)
      where s ->> 'kind' in ('reminder', 'relocationNotice') order by n limit 1) as "nextNoticeOn",
    o.course_id is not null and o.set_aside_at is null as "isWaiting",
    o.set_aside_at is not null as "isSetAside"`
}

/** The courses whose news was set aside, at most `limit`, the oldest first. */
export async function setAsideCourses(sql: Sql, limit: number): Promise<string[]> {
  const rows = await reconciling(
    sql,
    (tx) => tx<{ id: string }[]>`
      select course_id as id from outbox where set_aside_at is not null
       order by set_aside_at limit ${limit}`,
  )
  return rows.map(({ id }) => id)
}

/** The newest version of each goes to its workflow once more. A row that is there already stays. */
export async function enqueueAgain(sql: Sql, ids: string[]): Promise<number> {
  const { count } = await reconciling(
    sql,
    (tx) => tx`
      insert into outbox (course_id, version)
      select c.id, c.version from course c where c.id = any(${ids}::uuid[])
      on conflict (course_id) do nothing`,
  )
  return count
}

/** Gives rows that were set aside another round of tries. */
export async function clearSetAside(sql: Sql, ids: string[]): Promise<number> {
  const { count } = await reconciling(
    sql,
    (tx) => tx`
      update outbox set set_aside_at = null, tries = 0, next_try_at = now(), last_error = null
       where course_id = any(${ids}::uuid[]) and set_aside_at is not null`,
  )
  return count
}

/** How much of what was enqueued is still on its way. */
export async function countWaiting(sql: Sql): Promise<number> {
  const [row] = await sql<{ waiting: number }[]>`select waiting from outbox_health()`
  return row!.waiting
}
