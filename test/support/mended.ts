/** A clerk who mends records, over the whole app, and what became of people's courses. */
import type { testApi } from './api.ts'
import { as, type Staff } from './credentials.ts'
import type { SealedDatabase } from './sealed.ts'
import type { SeededResident } from './town.ts'

type App = ReturnType<typeof testApi>['app']

export type Answered = { status: number; body: Record<string, unknown>; etag: string | null }

/** As staff of a municipality do it: with the revision that they saw, the newest unless said otherwise. */
export function clerkOf(app: App, who: Staff = 'clerk') {
  const ask = async (method: string, path: string, body?: object, headers = {}) => {
    const response = await app.request(`/api/v1${path}`, {
      method,
      headers: { ...as(who), 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const answered = text ? JSON.parse(text) : {}
    return { status: response.status, body: answered, etag: response.headers.get('etag') }
  }
  const see = (doseId: string): Promise<Answered> => ask('GET', `/doses/${doseId}`)
  const change = async (
    what: 'void' | 'correct' | 'reattribute' | 'confirm' | 'unlock',
    doseId: string,
    more: object = {},
    ifMatch?: string,
  ): Promise<Answered> => {
    const seen = ifMatch ?? (await see(doseId)).etag ?? '"1"'
    const body = { reason: 'misread', ...more }
    return ask('POST', `/doses/${doseId}/${what}`, body, { 'if-match': seen })
  }
  return { ask, see, change }
}

export type CourseNow = {
  id: string
  stage: string
  doses: number
  version: number
  cause: string
  dueOn: string | null
  steps: { kind: string; round: number; on: string; occasion: string }[]
  /** The version that its workflow is about to hear. */
  news: number | null
}

/** The course of whoever has this register row. */
export async function courseOf(
  { sql }: Pick<SealedDatabase, 'sql'>,
  residentId: string,
): Promise<CourseNow | undefined> {
  const [course] = await sql<CourseNow[]>`
    select c.id, c.stage, c.doses_given as doses, c.version, c.cause, c.due_on::text as "dueOn",
           c.steps, o.version as news
      from course_link l join course c on c.id = l.course_id left join outbox o on o.course_id = c.id
     where l.resident_id = ${residentId} and c.closed_because is distinct from 'merged'`
  return course
}

/** The numbers of the vaccination slips of a sheet that count as handed in. */
export async function slipsOf(
  { sql, vault }: Pick<SealedDatabase, 'sql' | 'vault'>,
  person: SeededResident,
): Promise<number[]> {
  const [index] = await vault.index(person.municipalityCode, 'ticket', [person.ticketNumber])
  const rows = await sql`
    select dose_number from ticket_slip
     where ticket_index = ${Buffer.from(index!)} and slip_kind = 'vaccination' order by 1`
  return rows.map((row) => row.dose_number)
}

export async function remindersOf(
  db: Pick<SealedDatabase, 'sql'>,
  { residentId }: SeededResident,
): Promise<CourseNow['steps']> {
  return (await courseOf(db, residentId))!.steps.filter(({ kind }) => kind === 'reminder')
}

export function findingsOf({ sql }: Pick<SealedDatabase, 'sql'>, doseId: string) {
  return sql`select code, state from finding where dose_id = ${doseId} order by code`
}

export function ticketOf({ municipalityCode, ticketNumber: number, birthYear }: SeededResident) {
  return { ticket: { municipalityCode, number }, birthYear }
}

/** The scan body of a second dose, three weeks after the first. */
export const second = { claimedDoseNumber: 2, givenOn: '2021-06-30' }
