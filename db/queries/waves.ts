/** Courses open by wave, older people first: of a released wave a chunk at a time, in a demo all at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { WaveCriteria } from '../../domain/wave.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Sql, type Tx } from '../client.ts'
import {
  lockOldestWithoutCourse,
  oldEnough,
  type WaveMemory,
  type WavePosition,
} from '../people/oldest.ts'
import type { Store } from '../store.ts'
import { assertMunicipality, inRegister } from './register-events.ts'
import { replan } from './replan.ts'
import { settlePerson } from './residency.ts'

export type WaveKey = { waveId: string; municipalityCode: string }
export type Wave = WaveKey & WaveCriteria

/** Small enough that nobody who moves meanwhile waits for long on the rows of a chunk. */
const chunkResidents = 200

/** What relay and Temporal can follow for long; a faster wave would only grow the outbox. */
const coursesPerSecondMax = 1_000

/** Whether this is a demo's database, in which a program opens waves at once. */
export async function oneOpensWaves(sql: Sql | Tx): Promise<boolean> {
  const [setting] = await sql<{ oneOpens: boolean }[]>`
    select one_opens as "oneOpens" from wave_setting`
  return setting?.oneOpens ?? false
}

/**
 * In a demo: opens a course for everybody who is called up and has none, in chunks of one transaction
 * each, the oldest classes first. Idempotent by `waveId`: complete, it answers as before; broken off, it
 * goes on where it was. Only of the class that the day divides are birth dates opened, once a person.
 * Throws `unknownMunicipality`, `idUsedForAnotherBody`; elsewhere the database refuses.
 */
export async function openWave(
  { sql, vault }: Store,
  wave: Wave,
  today: PlainDate,
  onNews: () => void,
): Promise<number> {
  await vault.reach()
  await inRegister(sql, wave.municipalityCode, (tx) => beginWave(tx, wave, today), 'openWave')
  const memory: WaveMemory = { birthDates: new Map() }
  for (;;) {
    const startedMs = performance.now()
    const chunk = await inRegister(
      sql,
      wave.municipalityCode,
      (tx) => openChunk(tx, vault, wave, memory, today),
      'openWave',
    )
    if (chunk.opened > 0) onNews()
    if (chunk.isComplete) return chunk.coursesInAll
    const leastMs = (chunk.opened / coursesPerSecondMax) * 1_000
    await sleep(Math.max(0, leastMs - (performance.now() - startedMs)))
  }
}

async function beginWave(tx: Tx, wave: Wave, today: PlainDate): Promise<void> {
  await look(tx, [])
  await assertMunicipality(tx, wave.municipalityCode, 'municipalityCode')
  await tx`
    insert into wave (id, municipality_code, born_on_or_before, facility_code, priority_group, opened_on,
                      courses)
    values (${wave.waveId}, ${wave.municipalityCode}, ${wave.bornOnOrBefore ?? null},
            ${wave.facilityCode ?? null}, ${wave.priorityGroup ?? null}, ${today}, 0)
    on conflict (id) do nothing`
  await assertSameWave(tx, wave)
}

/** Throws `idUsedForAnotherBody` when the id is another wave's. */
export async function assertSameWave(tx: Tx, wave: Wave): Promise<void> {
  const [same] = await tx`
    select from wave
     where id = ${wave.waveId} and municipality_code = ${wave.municipalityCode}
       and (born_on_or_before, facility_code, priority_group) is not distinct from
           (${wave.bornOnOrBefore ?? null}::date, ${wave.facilityCode ?? null}::text,
            ${wave.priorityGroup ?? null}::text)`
  if (!same) {
    throw new DomainError('idUsedForAnotherBody', 'waveId was used with another body', 'waveId')
  }
}

export type Chunk = { opened: number; coursesInAll: number; isComplete: boolean }

type Begun = {
  courses: number
  isComplete: boolean
  ageClass: number | null
  residentId: string | null
}

/** The next of a wave's people get their courses; the row of the wave stays locked until commit. */
export async function openChunk(
  tx: Tx,
  vault: Vault,
  wave: Wave,
  memory: WaveMemory,
  today: PlainDate,
  residentsAtMost = chunkResidents,
  /** Of the whole wave: as many as two people agreed on. */
  coursesAtMost = Number.POSITIVE_INFINITY,
): Promise<Chunk> {
  const [begun] = await tx<Begun[]>`
    select courses, completed_at is not null as "isComplete", reached_age_class as "ageClass",
           reached_resident_id as "residentId"
      from wave where id = ${wave.waveId} for update`
  const before = begun!.courses
  if (begun!.isComplete) {
    await look(tx, [])
    return { opened: 0, coursesInAll: before, isComplete: true }
  }

  const after = positionOf(begun!)
  const people = await lockOldestWithoutCourse(tx, wave, memory, after, residentsAtMost)
  const { municipalityCode } = wave
  await look(
    tx,
    people.map(({ residentId }) => ({ municipalityCode, residentId, fields: ['course'] })),
  )
  const calledUp = await oldEnough(tx, vault, wave, people, memory)
  const opened = await openCourses(
    tx,
    municipalityCode,
    calledUp.map((person) => person.residentId),
    today,
  )
  const isComplete = people.length < residentsAtMost || before + opened >= coursesAtMost
  const last = people.at(-1)
  await tx`
    update wave
       set courses = ${before + opened}, chunk_at = clock_timestamp(),
           opened_on = coalesce(opened_on, ${today}), opened_at = coalesce(opened_at, now()),
           completed_at = case when ${isComplete} then now() end,
           reached_age_class = coalesce(${last?.ageClass ?? null}, reached_age_class),
           reached_resident_id = coalesce(${last?.residentId ?? null}, reached_resident_id)
     where id = ${wave.waveId}`
  return { opened, coursesInAll: before + opened, isComplete }
}

function positionOf({ ageClass, residentId }: Begun): WavePosition | undefined {
  return ageClass === null || residentId === null ? undefined : { ageClass, residentId }
}

/** The register rows are locked; a course that a first scan opened meanwhile is left alone. */
async function openCourses(
  tx: Tx,
  municipalityCode: string,
  residentIds: string[],
  today: PlainDate,
): Promise<number> {
  const courses = await tx<{ id: string; residentId: string }[]>`
    insert into course (id, home_municipality_code, home_resident_id, opened_because, cause, stage,
                        opened_on)
    select gen_random_uuid(), ${municipalityCode}, w.id, 'wave', 'replanned', 'awaitingFirstDose',
           ${today}::date
      from unnest(${residentIds}::uuid[]) as w(id)
     where not exists (select from course_link l
                        where l.municipality_code = ${municipalityCode} and l.resident_id = w.id)
    on conflict (home_municipality_code, home_resident_id, series) do nothing
    returning id, home_resident_id as "residentId"`
  const ids = courses.map((course) => course.id)
  await tx`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
    select home_municipality_code, home_resident_id, id, ${today}, 'ownRegister', 'wave'
      from course where id = any(${ids}::uuid[])`
  await tx`insert into outbox (course_id, version) select id, 1 from course where id = any(${ids}::uuid[])`
  await settleKnownMoves(tx, municipalityCode, courses, today)
  await hearOfSharedDoses(tx, municipalityCode, courses, today)
  return courses.length
}

/** Of whoever moved, means to move or was linked to another row before the wave, the plan says more than "waits". */
async function settleKnownMoves(
  tx: Tx,
  municipalityCode: string,
  courses: { id: string; residentId: string }[],
  today: PlainDate,
): Promise<void> {
  const ids = courses.map((course) => course.residentId)
  const movers = await tx<{ residentId: string }[]>`
    select resident_id as "residentId" from register_event
     where municipality_code = ${municipalityCode}
       and kind in ('movedIn', 'moveOutNotified') and resident_id = any(${ids}::uuid[])
    union
    select resident_id from person_link_side
     where municipality_code = ${municipalityCode} and is_standing
       and resident_id = any(${ids}::uuid[])`
  for (const { residentId } of movers) {
    await settlePerson(tx, { municipalityCode, residentId }, today)
    const course = courses.find((opened) => opened.residentId === residentId)!
    await replan(tx, course.id, { cause: 'replanned', today, tell: true })
  }
}

/** Of whoever lives elsewhere and consents, doses may be known before the course opens. */
async function hearOfSharedDoses(
  tx: Tx,
  municipalityCode: string,
  courses: { id: string; residentId: string }[],
  today: PlainDate,
): Promise<void> {
  const told = await tx<{ id: string }[]>`
    select c.id from unnest(${courses.map((course) => course.id)}::uuid[],
                            ${courses.map((course) => course.residentId)}::uuid[]) as c(id, resident)
     where exists (select from consent_peers(${municipalityCode}, c.resident))`
  for (const { id } of told) await replan(tx, id, { cause: 'replanned', today, tell: true })
}
