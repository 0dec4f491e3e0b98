/**
 * Who is to be called: those whom no reminder has brought, and those whose letter came back. The list
 * names nobody; one at a time is opened. Protected people are left out, and counted.
 */
import type { PlainDate, Stage } from '../../../domain/course.ts'
import type { CallOutcome } from '../../../domain/follow-up-call.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'

export type FollowUpKind = 'followUp' | 'addressReturned'

export type FollowUp = {
  taskId: string
  kind: FollowUpKind
  /** Of the letter that came back. */
  returnId: string | null
  /** Lower bound of the five-year class at the end of the fiscal year. */
  ageClass: number
  openedOn: PlainDate
  overdueOn: PlainDate | null
  stage: Stage | null
  hasPhone: boolean
  holder: string | null
  nextTryOn: PlainDate | null
  tries: number
  lastOutcome: CallOutcome | null
}

export type FollowUpCounts = {
  open: number
  /** To be tried today or before. */
  due: number
  mine: number
  withoutPhone: number
  /** A person at the municipality sees to them as arranged. */
  protected: number
  calls: {
    today: Partial<Record<CallOutcome, number>>
    month: Partial<Record<CallOutcome, number>>
  }
}

export const shownList = ['due', 'mine', 'all'] as const
export type ShownList = (typeof shownList)[number]

export const followUpsPerPage = 50

export type FollowUpList = { counts: FollowUpCounts; items: FollowUp[]; hasMore: boolean }

type Asked = { office: string; reader: string; show: ShownList; page: number }
type Row = FollowUp & { residentId: string; courseId: string | null }

/** Older people first, of those to be tried by now. A look for each person on the page. */
export async function readFollowUps(
  sql: Sql,
  asked: Asked,
  today: PlainDate,
): Promise<FollowUpList> {
  const { office } = asked
  return withPurpose(sql, { municipalityCode: office, purpose: 'phoneFollowUp' }, async (tx) => {
    const rows = await tx<Row[]>`
      select f.*, (select outcome from follow_up_call k
                    where k.municipality_code = ${office} and k.task_id = f."taskId"
                    order by k.called_at desc limit 1) as "lastOutcome"
        from (${openFollowUps(tx, office, today)}) f
       where not f."isProtected" and ${shown(tx, asked, today)}
       order by ${inOrder(tx, today)}
       limit ${followUpsPerPage + 1} offset ${(asked.page - 1) * followUpsPerPage}`
    await look(
      tx,
      rows.slice(0, followUpsPerPage).map(({ residentId, courseId }) => {
        const course = courseId ? { courseId } : {}
        return { municipalityCode: office, residentId, ...course, fields: ['tasks'] }
      }),
    )
    const items = rows.slice(0, followUpsPerPage).map(({ residentId: _, courseId: __, ...f }) => f)
    return { counts: await countsOf(tx, asked, today), items, hasMore: rows.length > items.length }
  })
}

/** Whoever is still to be called: the course not over, the person here and not erased. */
export function openFollowUps(tx: Tx, office: string, today: PlainDate) {
  return tx`
    select t.id as "taskId", t.kind, l.id as "returnId", t.resident_id as "residentId",
           t.course_id as "courseId", r.age_class as "ageClass", t.opened_on as "openedOn",
           c.overdue_on as "overdueOn", c.stage, w.holder, w.next_try_on as "nextTryOn",
           coalesce(w.tries, 0) as tries,
           exists (select from contact_phone p
                    where p.municipality_code = r.municipality_code and p.resident_id = r.id)
             as "hasPhone",
           exists (select from protected_under(r.municipality_code, r.id, ${today}))
             as "isProtected"
      from task t
      join resident r on r.municipality_code = t.municipality_code and r.id = t.resident_id
      left join course c on c.id = t.course_id
      left join follow_up_work w on w.municipality_code = t.municipality_code and w.task_id = t.id
      left join returned_letter l
        on t.kind = 'addressReturned' and l.municipality_code = t.municipality_code
       and l.id = t.occasion and l.stops and l.ended_at is null
     where t.municipality_code = ${office} and t.done_at is null
       and (t.kind = 'followUp' or t.kind = 'addressReturned' and l.id is not null)
       and r.status = 'registered' and r.erased_at is null
       and (c.stage is null or c.stage not in ('complete', 'closed'))`
}

export function inOrder(tx: Tx, today: PlainDate) {
  return tx`
    coalesce(f."nextTryOn", f."openedOn") > ${today}, f."ageClass" desc,
    coalesce(f."nextTryOn", f."openedOn"), f."taskId"`
}

export function isDue(tx: Tx, today: PlainDate) {
  return tx`coalesce(f."nextTryOn", f."openedOn") <= ${today}`
}

function shown(tx: Tx, { show, reader }: Asked, today: PlainDate) {
  switch (show) {
    case 'due':
      return isDue(tx, today)
    case 'mine':
      return tx`f.holder = ${reader}`
    case 'all':
      return tx`true`
  }
}

async function countsOf(tx: Tx, { office, reader }: Asked, today: PlainDate) {
  const [row] = await tx<Omit<FollowUpCounts, 'calls'>[]>`
    select (count(*) filter (where not "isProtected"))::int as open,
           (count(*) filter (where not "isProtected" and ${isDue(tx, today)}))::int as due,
           (count(*) filter (where not "isProtected" and f.holder = ${reader}))::int as mine,
           (count(*) filter (where not "isProtected" and not "hasPhone"))::int as "withoutPhone",
           (count(*) filter (where "isProtected"))::int as protected
      from (${openFollowUps(tx, office, today)}) f`
  const calls = await tx<{ outcome: CallOutcome; today: number; month: number }[]>`
    select outcome, (count(*) filter (where called_on = ${today}))::int as today,
           count(*)::int as month
      from follow_up_call
     where municipality_code = ${office} and called_on > ${today}::date - 30
     group by outcome`
  return {
    ...row!,
    calls: {
      today: Object.fromEntries(calls.map(({ outcome, today }) => [outcome, today])),
      month: Object.fromEntries(calls.map(({ outcome, month }) => [outcome, month])),
    },
  }
}

export type AnsweredTask = { municipalityCode: string; id: string }

/** Tasks to call somebody whose course is over by now, of all towns; at most 200 at once. */
export async function followUpsAnswered(sql: Sql): Promise<AnsweredTask[]> {
  const scope = { municipalityCode: [], purpose: 'watchReturns' } as const
  return withPurpose(
    sql,
    scope,
    (tx) => tx<AnsweredTask[]>`
      select municipality_code as "municipalityCode", id from follow_ups_answered()`,
  )
}

/** Nobody needs to call any more. */
export async function settleAnswered(
  sql: Sql,
  { municipalityCode, id }: AnsweredTask,
): Promise<void> {
  await withPurpose(sql, { municipalityCode, purpose: 'phoneFollowUp' }, async (tx) => {
    const done = await tx<{ residentId: string; courseId: string }[]>`
      update task set done_at = now(), done_by = 'system', outcome = 'notNeeded'
       where municipality_code = ${municipalityCode} and id = ${id} and done_at is null
      returning resident_id as "residentId", course_id as "courseId"`
    await look(
      tx,
      done.map((row) => ({ municipalityCode, ...row, fields: ['tasks'] })),
    )
  })
}
