/**
 * What an act changed of the rows about a person, column by column, so that it can be put back byte for
 * byte. Days, states and ids: nothing that is sealed is among it.
 */
import type { Tx } from '../../client.ts'
import type { CourseHome } from '../plan-input.ts'
import { rowList } from '../register-events.ts'

type Columns = Record<string, unknown>

/** As `put_back_row` takes it: `before` null, the act made the row; `after` null, it took it away. */
export type Change = {
  table: string
  key: Columns
  before: Columns | null
  after: Columns | null
}

type Kept = {
  table: string
  key: readonly string[]
  columns: readonly string[]
  /** By whom its rows are found: the register rows' own columns, or the course. */
  of: 'resident' | 'person' | 'course' | 'personOrCourse'
}

/**
 * In the order in which they are put back. Of a course all but the counter of its news: that goes forward,
 * because a workflow believes the newest alone.
 */
const kept: readonly Kept[] = [
  {
    table: 'course_link',
    key: ['municipality_code', 'resident_id', 'course_id'],
    columns: ['effective_on', 'until_on', 'legal_basis', 'linked_by', 'linked_at'],
    of: 'personOrCourse',
  },
  {
    table: 'resident',
    key: ['municipality_code', 'id'],
    columns: ['status', 'status_on', 'move_out_planned_on', 'move_out_event_id'],
    of: 'resident',
  },
  {
    table: 'residence',
    key: ['municipality_code', 'resident_id', 'from_on'],
    columns: ['to_on'],
    of: 'person',
  },
  {
    table: 'protection',
    key: ['municipality_code', 'resident_id', 'from_on'],
    columns: ['to_on', 'reported_at'],
    of: 'person',
  },
  {
    table: 'ticket',
    key: ['municipality_code', 'number_index'],
    columns: ['revoked_on', 'revoked_because'],
    of: 'person',
  },
  {
    table: 'letter_code',
    key: ['municipality_code', 'id'],
    columns: ['died_at', 'died_because'],
    of: 'person',
  },
  {
    table: 'resident_message',
    key: ['municipality_code', 'id'],
    columns: ['ended_on', 'ended_by'],
    of: 'person',
  },
  {
    table: 'task',
    key: ['municipality_code', 'id'],
    columns: [
      ...['kind', 'course_id', 'resident_id', 'occasion', 'round', 'opened_on', 'opened_at'],
      ...['done_at', 'done_by', 'outcome'],
    ],
    of: 'personOrCourse',
  },
  { table: 'dose', key: ['municipality_code', 'id'], columns: ['course_id'], of: 'personOrCourse' },
  {
    table: 'screening',
    key: ['municipality_code', 'id'],
    columns: ['course_id'],
    of: 'personOrCourse',
  },
  {
    table: 'notice',
    key: ['id'],
    columns: ['municipality_code', 'resident_id', 'course_id', 'updated_at'],
    of: 'course',
  },
  {
    table: 'course',
    key: ['id'],
    columns: [
      ...['series', 'home_municipality_code', 'home_resident_id', 'opened_because', 'cause'],
      ...['stage', 'doses_given', 'product_code', 'closed_because', 'earliest_on', 'due_on'],
      ...['overdue_on', 'grace_days', 'steps', 'relocation_event_id', 'relocation_recorded_on'],
      ...['opened_at', 'reminders_wait_until', 'declined_from'],
    ],
    of: 'course',
  },
]

export type Snapshot = Map<string, { table: string; key: Columns; columns: Columns }>

/** Every course that has been one of these rows', merged ones too. */
export async function courseIdsOf(tx: Tx, rows: CourseHome[]): Promise<string[]> {
  const courses = await tx<{ id: string }[]>`
    select distinct course_id as id from course_link
     where (municipality_code, resident_id) in (select * from ${rowList(tx, rows)})`
  return courses.map((course) => course.id)
}

/** The rows of a person and of these courses; all towns must be in scope. */
export async function snapshotOf(
  tx: Tx,
  rows: CourseHome[],
  courseIds: string[],
): Promise<Snapshot> {
  const found: Snapshot = new Map()
  for (const each of kept) {
    const written = await tx<{ row: Columns }[]>`
      select to_jsonb(x) as row
        from (select ${tx([...each.key, ...each.columns])} from ${tx(each.table)}
               where ${whose(tx, each, rows, courseIds)}) x`
    for (const { row } of written) {
      const key = pick(row, each.key)
      const name = `${each.table} ${JSON.stringify(key)}`
      found.set(name, { table: each.table, key, columns: pick(row, each.columns) })
    }
  }
  return found
}

function whose(tx: Tx, { of, table }: Kept, rows: CourseHome[], courseIds: string[]) {
  const theirs = (id: string) =>
    tx`(municipality_code, ${tx(id)}) in (select * from ${rowList(tx, rows)})`
  if (of === 'resident') return theirs('id')
  if (of === 'person') return theirs('resident_id')
  const column = table === 'course' ? 'id' : 'course_id'
  const ofCourse = tx`${tx(column)} = any (${courseIds}::uuid[])`
  return of === 'course' ? ofCourse : tx`(${ofCourse} or ${theirs('resident_id')})`
}

function pick(row: Columns, names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]))
}

export function changesBetween(before: Snapshot, after: Snapshot): Change[] {
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return names.flatMap((name): Change[] => {
    const [was, is] = [before.get(name), after.get(name)]
    const { table, key } = (was ?? is)!
    if (!was || !is)
      return [{ table, key, before: was?.columns ?? null, after: is?.columns ?? null }]
    const changed = Object.keys(was.columns).filter(
      (column) => JSON.stringify(was.columns[column]) !== JSON.stringify(is.columns[column]),
    )
    if (changed.length === 0) return []
    return [{ table, key, before: pick(was.columns, changed), after: pick(is.columns, changed) }]
  })
}

/**
 * What the act made goes first, then what it took away or changed comes back: a row may have had another
 * key in between.
 */
export async function putBack(tx: Tx, changes: Change[]): Promise<void> {
  const place = (change: Change) => {
    return (
      kept.findIndex(({ table }) => table === change.table) - (change.before === null ? 100 : 0)
    )
  }
  for (const { table, key, before, after } of [...changes].sort((a, b) => place(a) - place(b))) {
    await tx`
      select put_back_row(${table}::text::regclass, ${tx.json(key as never)},
                          ${before && tx.json(before as never)}, ${after && tx.json(after as never)})`
  }
}
