/** Findings of one town for whoever works through them: how many of what, and which ones. */
import type { PlainDate } from '../../../domain/course.ts'
import { checkWithinDays, severities, severityOf } from '../../../domain/finding-severity.ts'
import { findingCodes } from '../../../domain/findings.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import type { FindingState } from '../../schema/findings.ts'

export const openStates: readonly FindingState[] = ['ruleHit', 'wrong']

export type FindingLine = {
  doseId: string
  code: string
  state: FindingState
  /** False once the rule does not hit any more. */
  hits: boolean
  foundOn: PlainDate
  dueOn: PlainDate
  ownerId: string | null
  /** Login of the account. */
  owner: string | null
  decidedOn: PlainDate | null
  reason: string | null
  isError: boolean
  reportId: string | null
  /** Another one with every decision, and when the rule hits no more or again: what a decision is based on. */
  revision: string
  courseId: string
  residentId: string
  doseNumber: number
  givenOn: PlainDate
  recordedOn: PlainDate
  /** Null of whoever is protected. */
  venueCode: string | null
  venueName: string | null
  productCode: string
  lotNumber: string
}

export type FindingFilter = {
  states?: readonly FindingState[] | undefined
  code?: string | undefined
  /** An account, or `none`. */
  owner?: string | undefined
  /** Those that should have been decided before. */
  overdueOn?: PlainDate | undefined
  /** From 1. */
  page?: number | undefined
  atMost?: number
}

export const findingsPerPage = 50

/** By the code, so that the database sorts by the same days that people read. */
const codeFacts = findingCodes.map((code) => ({
  code,
  days: checkWithinDays(code),
  rank: severities.indexOf(severityOf(code)),
}))
const fallbackDays = checkWithinDays('')

/** Of the finding `f`. */
export function revisionOf(tx: Tx | Sql) {
  return tx`concat_ws('.', f.state, f.hits::int,
                      coalesce((extract(epoch from f.decided_at) * 1000000)::bigint, 0))`
}

/** A finding with its dose and the day by which it is to be decided, for `where` to narrow. */
function lines(tx: Tx | Sql) {
  return tx`
    select f.municipality_code, f.dose_id as "doseId", f.code, f.state, f.hits,
           coalesce(f.found_on, d.recorded_on) as "foundOn",
           coalesce(f.due_on, coalesce(f.found_on, d.recorded_on) + coalesce(s.days, ${fallbackDays}))
             as "dueOn",
           coalesce(s.rank, 9) as rank, f.owner_id as "ownerId", a.login as owner,
           f.decided_on as "decidedOn", f.reason, f.is_error as "isError", f.report_id as "reportId",
           ${revisionOf(tx)} as revision,
           d.course_id as "courseId", d.resident_id as "residentId",
           d.claimed_dose_number as "doseNumber", d.given_on as "givenOn",
           d.recorded_on as "recordedOn", d.venue_code as "venueCode", v.name as "venueName",
           d.product_code as "productCode", d.lot_number as "lotNumber"
      from finding f
      join dose d on (d.municipality_code, d.id) = (f.municipality_code, f.dose_id)
      left join json_to_recordset(${JSON.stringify(codeFacts)}::text::json)
        as s(code text, days int, rank int) on s.code = f.code
      left join account a on a.id = f.owner_id
      left join venue v on v.code = d.venue_code
     where d.voided_at is null`
}

export type FindingCount = {
  code: string
  /** Hit, and nobody has decided. */
  open: number
  /** Decided to be wrong, and not corrected yet. */
  wrong: number
  overdue: number
  unowned: number
  oldestOn: PlainDate
}

/** Of those that are still to be done, the gravest kinds first. Nobody is looked at. */
export function countFindings(
  sql: Sql,
  municipalityCode: string,
  today: PlainDate,
): Promise<FindingCount[]> {
  const scope = { municipalityCode, purpose: 'showTown' } as const
  return withPurpose(
    sql,
    scope,
    (tx) => tx<FindingCount[]>`
      select l.code, (count(*) filter (where l.state = 'ruleHit'))::int as open,
             (count(*) filter (where l.state = 'wrong'))::int as wrong,
             (count(*) filter (where l."dueOn" < ${today}))::int as overdue,
             (count(*) filter (where l."ownerId" is null))::int as unowned,
             min(l."foundOn") as "oldestOn"
        from (${lines(tx)}) l
       where l.municipality_code = ${municipalityCode} and l.state in ('ruleHit', 'wrong')
       group by l.code, l.rank order by l.rank, l.code`,
  )
}

/** Due first. One more than a page when there is another page; one look for each person. */
export async function listFindings(
  sql: Sql,
  municipalityCode: string,
  filter: FindingFilter,
  today: PlainDate,
): Promise<FindingLine[]> {
  const { states = openStates, code, owner, overdueOn, page = 1 } = filter
  const { atMost = findingsPerPage + 1 } = filter
  const scope = { municipalityCode, purpose: 'checkFindings' } as const
  return withPurpose(sql, scope, async (tx) => {
    const found = await tx<FindingLine[]>`
      select l.* from (${lines(tx)}) l
       where l.municipality_code = ${municipalityCode} and l.state = any (${[...states]})
         and ${code ? tx`l.code = ${code}` : tx`true`}
         and ${owner === undefined ? tx`true` : owner === 'none' ? tx`l."ownerId" is null` : tx`l."ownerId" = ${owner}`}
         and ${overdueOn ? tx`l."dueOn" < ${overdueOn}` : tx`true`}
       order by l."dueOn", l.rank, l."doseId", l.code
       limit ${atMost} offset ${(page - 1) * findingsPerPage}`
    await lookAtDoses(tx, municipalityCode, found)
    return await withoutHiddenVenues(tx, municipalityCode, found, today)
  })
}

export type FindingEvent = {
  onDay: PlainDate
  /** Login of an account; otherwise the process. */
  by: string
  what: 'found' | 'foundAgain' | 'hitsNoMore' | 'decided' | 'assigned'
  because: string | null
  stateTo: FindingState
}

export type FindingInFull = FindingLine & { events: FindingEvent[] }

/** Undefined when that town has no such finding. */
export async function readFinding(
  sql: Sql,
  municipalityCode: string,
  { doseId, code }: { doseId: string; code: string },
  today: PlainDate,
): Promise<FindingInFull | undefined> {
  const scope = { municipalityCode, purpose: 'checkFindings' } as const
  return withPurpose(sql, scope, async (tx) => {
    const found = await tx<FindingLine[]>`
      select l.* from (${lines(tx)}) l
       where l.municipality_code = ${municipalityCode} and l."doseId" = ${doseId} and l.code = ${code}`
    await lookAtDoses(tx, municipalityCode, found)
    const events = await tx<FindingEvent[]>`
      select e.on_day as "onDay", coalesce(a.login, e.by_whom) as by, e.what, e.because,
             e.state_to as "stateTo"
        from finding_event e left join account a on a.id::text = e.by_whom
       where e.municipality_code = ${municipalityCode} and e.dose_id = ${doseId} and e.code = ${code}
       order by e.at`
    const [shown] = await withoutHiddenVenues(tx, municipalityCode, found, today)
    return shown && { ...shown, events }
  })
}

type AtVenue = { residentId: string; venueCode: string | null; venueName: string | null }

/** Where somebody goes who is protected is said on no list, page or report. */
export async function withoutHiddenVenues<T extends AtVenue>(
  tx: Tx,
  municipalityCode: string,
  lines: readonly T[],
  today: PlainDate,
): Promise<T[]> {
  const people = [...new Set(lines.map(({ residentId }) => residentId))]
  const found = await tx<{ id: string }[]>`
    select p.id from unnest(${people}::uuid[]) p(id)
     where exists (select from protected_under(${municipalityCode}, p.id, ${today}))`
  const hidden = new Set(found.map(({ id }) => id))
  return lines.map((line) =>
    hidden.has(line.residentId) ? { ...line, venueCode: null, venueName: null } : line,
  )
}

/** One look for each person, however many findings. */
export async function lookAtDoses(
  tx: Tx,
  municipalityCode: string,
  found: readonly { residentId: string; courseId: string }[],
): Promise<void> {
  const people = new Map(found.map((line) => [line.residentId, line]))
  await look(
    tx,
    [...people.values()].map(({ residentId, courseId }) => {
      return { municipalityCode, residentId, courseId, fields: ['doses'] }
    }),
  )
}

export type Colleague = { id: string; login: string }

/** Who may be made an owner: whoever may decide in that town. */
export function colleaguesOf(sql: Sql, municipalityCode: string): Promise<Colleague[]> {
  return sql<Colleague[]>`
    select id, login from account
     where office = ${municipalityCode} and disabled_at is null
       and role in ('clerk', 'municipalAdministrator') order by login limit 200`
}
