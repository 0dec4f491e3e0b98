/**
 * What waits for a person at one municipality, oldest first: scans that are held or wait for their ticket,
 * doses told without a ticket, tasks. The list names nobody: who it may be is opened one at a time.
 */
import type { PlainDate } from '../../../domain/course.ts'
import type { WhyCode } from '../../../domain/unattached.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import { towardsTown } from './open-item.ts'

/** The tabs, by what is to be done. */
export const todos = ['held', 'waiting', 'ticketless', 'tasks'] as const
export type Todo = (typeof todos)[number]

export type WorkItem = {
  id: string
  todo: Todo
  /** Of a task its kind, of a dose who told of it, of a scan how it was read. */
  kind: string
  why: WhyCode
  /** When it was received or opened; as text with its microseconds, for the next page. */
  since: string
  sinceOn: PlainDate
  /** The municipality whose clerks settle it. */
  owner: string
  givenOn: PlainDate | null
  claimedDoseNumber: number | null
  productCode: string | null
  venueCode: string | null
  venueName: string | null
  courseId: string | null
  round: number | null
}

export type Count = { items: number; oldestOn: PlainDate | null }
export type Counts = Record<Todo, Count>

export type WorkFilter = {
  todo: Todo
  kind?: string | undefined
  after?: { since: string; id: string } | undefined
}

export const itemsPerPage = 50

export type Worklist = { counts: Counts; taskKinds: string[]; items: WorkItem[] }

/** One more item than a page when there is another page. Tasks are about people: a look for each. */
export async function readWorklist(
  sql: Sql,
  office: string,
  filter: WorkFilter,
): Promise<Worklist> {
  const municipalityCode = await towardsTown(sql, office)
  return withPurpose(sql, { municipalityCode, purpose: 'resolve' }, async (tx) => {
    const counts = await readCounts(tx, office)
    const taskKinds = await openKinds(tx, office)
    const rows = await itemsOf(tx, office, filter)
    await look(
      tx,
      rows.flatMap(({ residentId, courseId, todo }) => {
        if (!residentId) return []
        const course = courseId ? { courseId } : {}
        const fields = todo === 'tasks' ? ['tasks'] : ['doses']
        return [{ municipalityCode: office, residentId, ...course, fields }]
      }),
    )
    return { counts, taskKinds, items: rows.map(({ residentId: _, ...item }) => item) }
  })
}

async function readCounts(tx: Tx, office: string): Promise<Counts> {
  const rows = await tx<{ kind: Todo; items: number; oldestOn: PlainDate }[]>`
    select kind, items, oldest_on as "oldestOn" from town_unattached(${office})
    union all
    select 'tasks', count(*)::int, min(opened_on) from task
     where municipality_code = ${office} and done_at is null having count(*) > 0`
  const of = (todo: Todo): Count => {
    const row = rows.find(({ kind }) => kind === todo)
    return { items: row?.items ?? 0, oldestOn: row?.oldestOn ?? null }
  }
  return {
    held: of('held'),
    waiting: of('waiting'),
    ticketless: of('ticketless'),
    tasks: of('tasks'),
  }
}

async function openKinds(tx: Tx, office: string): Promise<string[]> {
  const rows = await tx<{ kind: string }[]>`
    select distinct kind from task where municipality_code = ${office} and done_at is null order by kind`
  return rows.map(({ kind }) => kind)
}

type Row = WorkItem & { residentId: string | null }

function itemsOf(tx: Tx, office: string, filter: WorkFilter): Promise<Row[]> {
  const found = sources(tx, office)[filter.todo]
  const { after, kind } = filter
  return tx<Row[]>`
    select i.id, ${filter.todo} as todo, i.kind, i.why, i.since::text, i."sinceOn",
           ${office} as owner, i."givenOn", i."claimedDoseNumber", i."productCode", i."venueCode",
           v.name as "venueName", i."courseId", i.round, i."residentId"
      from (${found}) i left join venue v on v.code = i."venueCode"
     where ${kind === undefined ? tx`true` : tx`i.kind = ${kind}`}
       and ${after ? tx`(i.since, i.id) > (${after.since}::text::timestamptz, ${after.id}::uuid)` : tx`true`}
     order by i.since, i.id limit ${itemsPerPage + 1}`
}

function sources(tx: Tx, office: string) {
  return {
    held: scans(tx, office, 'held'),
    waiting: scans(tx, office, 'waiting'),
    ticketless: ticketless(tx, office),
    tasks: tx`
      select t.id, t.kind, 'task' as why, t.opened_at as since, t.opened_on as "sinceOn",
             null::date as "givenOn", null::int as "claimedDoseNumber", null::text as "productCode",
             null::text as "venueCode", t.course_id as "courseId", t.round,
             t.resident_id as "residentId"
        from task t where t.municipality_code = ${office} and t.done_at is null`,
  }
}

/** A scan that waited and then was held has its reason in `resolution`, or in what it lacks. */
function scans(tx: Tx, office: string, verdict: 'held' | 'waiting') {
  return tx`
    select s.id, s.read_by::text as kind,
           case when s.verdict = 'waiting' then 'ticketUnknown'
                when s.resolution is not null then 'cannotBe'
                when s.answer -> 'findings' ->> 0 in ('birthYearMissing', 'birthYearDiffers')
                  then s.answer -> 'findings' ->> 0
                when s.birth_year_stated is null then 'birthYearMissing'
                else 'birthYearDiffers' end as why,
           s.received_at as since, s.received_on as "sinceOn", s.given_on as "givenOn",
           s.claimed_dose_number as "claimedDoseNumber", s.product_code as "productCode",
           s.venue_code as "venueCode", null::uuid as "courseId", null::int as round,
           null::uuid as "residentId"
      from scan s
     where s.verdict = ${verdict} and s.resolved_at is null
       and scan_owner(s.issuing_municipality_code, s.venue_code) = ${office}`
}

/** Whether somebody fits is asked each time: who is registered tomorrow is proposed tomorrow. */
function ticketless(tx: Tx, office: string) {
  return tx`
    select d.id, d.source as kind,
           case when fits.people > 1 then 'severalPeople'
                when fits.people = 1 and fits.has_same then 'sameDoseThere'
                when fits.people = 1 and d.desk_index is null then 'birthYearMissing'
                when fits.people = 1 and fits.by_sheet_alone then 'birthYearDiffers'
                when fits.people = 1 then 'onePerson'
                when d.desk_index is null then 'ticketUnknown'
                else 'personUnknown' end as why,
           d.received_at as since, d.received_on as "sinceOn", d.given_on as "givenOn",
           d.claimed_dose_number as "claimedDoseNumber", d.product_code as "productCode",
           d.venue_code as "venueCode", null::uuid as "courseId", null::int as round,
           case when fits.people = 1 then fits.one end as "residentId"
      from ticketless_dose d
      cross join lateral (
        select count(*) as people, (min(w.id::text))::uuid as one, bool_and(w.by_sheet) as by_sheet_alone,
               bool_or(exists (select from dose g
                                where g.municipality_code = d.municipality_code and g.resident_id = w.id
                                  and g.given_on = d.given_on and g.product_code = d.product_code
                                  and g.voided_at is null)) as has_same
          from (select id, bool_and(by_sheet) as by_sheet
                  from (select p.resident_id as id, false as by_sheet from person p
                         where p.municipality_code = d.municipality_code and p.desk_index = d.desk_index
                        union all
                        select t.resident_id, true from ticket t
                         where t.municipality_code = d.municipality_code
                           and t.number_index = d.ticket_index) each_way
                 group by id) w) fits
     where d.municipality_code = ${office} and d.resolved_at is null`
}
