/**
 * What registers told, and who is who among their rows. An event row is kept for ever with the answer
 * it got; the state of a person is derived from all of them (`domain/residency.ts`).
 */
import postgres from 'postgres'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  type RegisterFact,
  type RegisterFactKind,
  registerFactKinds,
} from '../../domain/residency.ts'
import { type Purpose, type Sql, type Tx, withPurpose } from '../client.ts'
import { bytesOf, type Identity } from '../people/same-person.ts'
import { followPerson } from '../scope.ts'
import type { CourseHome } from './plan-input.ts'

export type RegisterKey = { municipalityCode: string; registerNumber: string }

export type RegisterEvent = {
  eventId: string
  kind: RegisterFactKind | 'addressChanged' | 'protected'
  resident: CourseHome
  effectiveOn: PlainDate
  notifiedOn: PlainDate
  /** The former town; without a register number, it is asked by My Number afterwards. */
  previous?:
    | (Omit<RegisterKey, 'registerNumber'> & {
        registerNumber?: string | undefined
        consent?: { givenOn: PlainDate } | undefined
      })
    | undefined
  /** Who the former row is, as told; under the key of its town. */
  previousIdentity?: Identity | undefined
  /** In hex. */
  bodyDigest: string
  answer: object
  recordedOn: PlainDate
}

/** A lost race (the same report twice, two reports that lock each other) is settled by looking again. */
const raceAttempts = 4
const uniqueViolation = '23505'
const deadlock = '40P01'

/** Ids that a caller chose. Another town's row under the same one is not to be seen, only met. */
const idsOfCallers = ['register_event_pkey', 'wave_pkey']

/**
 * One transaction for the register of one municipality, tried again when it lost a race. Throws
 * `idUsedForAnotherBody` for an id that another town has used.
 */
export async function inRegister<T>(
  sql: Sql,
  municipalityCode: string,
  work: (tx: Tx) => Promise<T>,
  purpose: Purpose = 'manageRegister',
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withPurpose(sql, { municipalityCode, purpose }, work)
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error
      const lostRace = error.code === uniqueViolation || error.code === deadlock
      if (lostRace && attempt < raceAttempts) continue
      if (idsOfCallers.includes(error.constraint_name ?? '')) {
        throw new DomainError('idUsedForAnotherBody', 'The id was used elsewhere', 'eventId')
      }
      throw error
    }
  }
}

/** Two numbers of the advisory locks of this module: whole towns, and single register numbers. */
const townLocks = 1
const numberLocks = 2

/**
 * Reports about one person take turns, whatever town they come from: a move-in and the registration
 * of the row it left must not miss each other. Held until commit.
 */
export async function takeTurns(tx: Tx, keys: RegisterKey[]): Promise<void> {
  const towns = [...new Set(keys.map((key) => key.municipalityCode))].sort()
  for (const town of towns) {
    await tx`select pg_advisory_xact_lock_shared(${townLocks}, ${Number(town)})`
  }
  const names = keys.map((key) => `${key.municipalityCode}/${key.registerNumber}`).sort()
  for (const name of names) {
    await tx`select pg_advisory_xact_lock(${numberLocks}, hashtext(${name}))`
  }
}

/** A batch that adds rows to a register waits for reports about it, and they for the batch. */
export async function takeTown(tx: Tx, municipalityCode: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(${townLocks}, ${Number(municipalityCode)})`
}

export async function assertMunicipality(tx: Tx, code: string, field: string): Promise<void> {
  const [found] = await tx`select from municipality where code = ${code}`
  if (!found) throw new DomainError('unknownMunicipality', 'No municipality has this code', field)
}

/** The answer that an event got before. Throws `idUsedForAnotherBody`. */
export async function priorAnswer(
  tx: Tx,
  eventId: string,
  bodyDigest: string,
): Promise<object | undefined> {
  const [prior] = await tx<{ digest: string; answer: object }[]>`
    select encode(body_digest, 'hex') as digest, answer from register_event where id = ${eventId}`
  if (prior && prior.digest !== bodyDigest) {
    throw new DomainError('idUsedForAnotherBody', 'eventId was used with another body', 'eventId')
  }
  return prior?.answer
}

export async function insertEvent(tx: Tx, event: RegisterEvent): Promise<void> {
  const { resident, previous, previousIdentity: identity } = event
  const isToBeAsked = previous !== undefined && previous.registerNumber === undefined
  const consent = isToBeAsked ? previous.consent : undefined
  await tx`
    insert into register_event (id, municipality_code, kind, resident_id, effective_on, notified_on,
                                previous_municipality_code, previous_register_number, previous_born,
                                previous_names, match_state, match_consent_on, match_consent_by,
                                body_digest, answer, recorded_on, recorded_at)
    values (${event.eventId}, ${resident.municipalityCode}, ${event.kind}, ${resident.residentId},
            ${event.effectiveOn}, ${event.notifiedOn}, ${previous?.municipalityCode ?? null},
            ${previous?.registerNumber ?? null}, decode(${identity?.born ?? null}, 'hex'),
            ${identity ? bytesOf(tx, identity.names) : null}, ${isToBeAsked ? 'pending' : null},
            ${consent?.givenOn ?? null}, ${consent ? currentActor().id : null},
            decode(${event.bodyDigest}, 'hex'),
            ${tx.json(event.answer as never)}, ${event.recordedOn}, clock_timestamp())`
}

export async function findResident(tx: Tx, key: RegisterKey): Promise<CourseHome | undefined> {
  const [row] = await tx<CourseHome[]>`
    select municipality_code as "municipalityCode", id as "residentId" from resident
     where municipality_code = ${key.municipalityCode} and register_number = ${key.registerNumber}`
  return row
}

/** More register rows than anyone collects: a chain this long is a fault in what was told. */
const rowsMax = 40

/**
 * All register rows of the person who has one of `rows`: joined by what move-ins said of the former
 * town, if birth date and name agree, or by two people (`links/`). Rows that share a course already stay joined whatever name is
 * told later. Locked until commit, in one order for everybody. The scope follows the person.
 */
export async function lockPerson(tx: Tx, start: CourseHome): Promise<CourseHome[]> {
  let rows = await findPerson(tx, start)
  for (;;) {
    await tx`
      select from resident
       where (municipality_code, id) in (select * from ${rowList(tx, rows)})
       order by municipality_code, id for no key update`
    await followPerson(tx, start)
    const again = await findPerson(tx, start)
    if (again.length === rows.length) return rows
    rows = again
  }
}

/** The same without their lock. */
export async function findPerson(tx: Tx, start: CourseHome): Promise<CourseHome[]> {
  const found = new Map([[start.residentId, start]])
  let frontier = [start]
  while (frontier.length > 0) {
    const neighbours = await neighboursOf(tx, frontier)
    const fresh = neighbours.filter((row) => !found.has(row.residentId))
    frontier = [...new Map(fresh.map((row) => [row.residentId, row])).values()]
    for (const row of frontier) found.set(row.residentId, row)
    if (found.size > rowsMax) {
      throw new DomainError('tooManyRegisterRows', 'The chain of move-ins is too long', 'previous')
    }
  }
  return [...found.values()].sort((a, b) =>
    a.municipalityCode + a.residentId < b.municipalityCode + b.residentId ? -1 : 1,
  )
}

/**
 * Rows that a move-in joins to these, either way: the former row's birth date is the one told, and so is
 * its name in one of its forms, or the two share a course already. All of it by blind indexes. And rows
 * that a standing link joins to them.
 */
async function neighboursOf(tx: Tx, rows: CourseHome[]): Promise<CourseHome[]> {
  return tx<CourseHome[]>`
    with move as (
      select e.municipality_code as new_town, e.resident_id as new_id, p.municipality_code as old_town,
             p.id as old_id, e.previous_born, e.previous_names, true as is_new
        from ${rowList(tx, rows)} as r(municipality_code, id)
        join register_event e on (e.municipality_code, e.resident_id) = (r.municipality_code, r.id)
        join resident p on (p.municipality_code, p.register_number)
                         = (e.previous_municipality_code, e.previous_register_number)
      union all
      select e.municipality_code, e.resident_id, r.municipality_code, r.id, e.previous_born,
             e.previous_names, false
        from ${rowList(tx, rows)} as l(municipality_code, id)
        join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.id)
        join register_event e on (e.previous_municipality_code, e.previous_register_number)
                               = (r.municipality_code, r.register_number)
    )
    select case when m.is_new then m.old_town else m.new_town end as "municipalityCode",
           case when m.is_new then m.old_id else m.new_id end as "residentId"
      from move m
      join person p on (p.municipality_code, p.resident_id) = (m.old_town, m.old_id)
     where p.identity_born = m.previous_born
       and (p.identity_names && m.previous_names
            or exists (select from course_link a join course_link b on b.course_id = a.course_id
                        where (a.municipality_code, a.resident_id) = (m.new_town, m.new_id)
                          and (b.municipality_code, b.resident_id) = (m.old_town, m.old_id)))
    union
    select o.municipality_code, o.resident_id
      from ${rowList(tx, rows)} as r(municipality_code, id)
      join person_link_side s on (s.municipality_code, s.resident_id) = (r.municipality_code, r.id)
      join person_link_side o on o.link_id = s.link_id and o.side <> s.side
     where s.is_standing`
}

/** Register rows as a table of (municipality, id). */
export function rowList(tx: Tx, rows: CourseHome[]) {
  const towns = rows.map((row) => row.municipalityCode)
  return tx`unnest(${towns}::text[], ${rows.map((row) => row.residentId)}::uuid[])`
}

/** `isByLink`: two people said it, and may take it back. */
export type ToldFact = RegisterFact & { recordedOn: PlainDate; isByLink: boolean }

/**
 * Everything registers told about a person that says where they live, as `residencyOf` takes it; a link
 * says so as a move-in does.
 */
export async function readFactsOfPerson(tx: Tx, rows: CourseHome[]): Promise<ToldFact[]> {
  const found = await tx<
    (Omit<ToldFact, 'previousResidentId'> & { previousResidentId: string | null })[]
  >`
    select e.id as "eventId", e.kind, e.resident_id as "residentId",
           e.effective_on as "effectiveOn", e.notified_on as "notifiedOn",
           e.recorded_on as "recordedOn", p.id as "previousResidentId", false as "isByLink"
      from register_event e
      left join resident p on (p.municipality_code, p.register_number)
                            = (e.previous_municipality_code, e.previous_register_number)
     where (e.municipality_code, e.resident_id) in (select * from ${rowList(tx, rows)})
       and e.kind = any (${registerFactKinds}::text[])
    union all
    select s.link_id, 'movedIn', s.resident_id, s.since_on, s.linked_on, s.linked_on, o.resident_id, true
      from person_link_side s
      join person_link_side o on o.link_id = s.link_id and o.side = 'former'
     where (s.municipality_code, s.resident_id) in (select * from ${rowList(tx, rows)})
       and s.side = 'now' and s.is_standing`
  const own = new Set(rows.map((row) => row.residentId))
  return found.map(({ previousResidentId, ...fact }) => ({
    ...fact,
    ...(previousResidentId && own.has(previousResidentId) ? { previousResidentId } : {}),
  }))
}
