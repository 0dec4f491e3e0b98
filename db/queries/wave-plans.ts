/**
 * What becomes of a wave before and while it opens: one person makes it and sees the count, another
 * releases it; both may hold it. The database refuses whoever made it, and opens nothing before.
 */
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { type WaveCount, type WaveState, waveStateOf } from '../../domain/wave.ts'
import { look, type Sql, type Tx, withPurpose } from '../client.ts'
import { countCalledUp } from '../people/oldest.ts'
import { assertMunicipality, inRegister } from './register-events.ts'
import { assertSameWave, type Wave, type WaveKey } from './waves.ts'

export type WaveRow = {
  waveId: string
  municipalityCode: string
  bornOnOrBefore: PlainDate | null
  facilityCode: string | null
  priorityGroup: string | null
  state: WaveState
  /** As last counted; undefined of a wave that a program opened at once. */
  count: WaveCount | undefined
  countedAt: Date | null
  /** Accounts. */
  madeBy: string | null
  madeAt: Date
  releasedBy: string | null
  releasedAt: Date | null
  pausedBy: string | null
  pausedAt: Date | null
  withdrawnBy: string | null
  withdrawnAt: Date | null
  openedOn: PlainDate | null
  completedAt: Date | null
  /** Opened so far. */
  courses: number
}

type Stored = Omit<WaveRow, 'state' | 'count'> & {
  atLeast: number | null
  atMost: number | null
  already: number | null
}

const wavesShown = 100

const columns = (sql: Sql | Tx) => sql`
  id as "waveId", municipality_code as "municipalityCode", born_on_or_before as "bornOnOrBefore",
  facility_code as "facilityCode", priority_group as "priorityGroup", made_by as "madeBy",
  made_at as "madeAt", counted_at_least as "atLeast", counted_at_most as "atMost",
  counted_already as already, counted_at as "countedAt", released_by as "releasedBy",
  released_at as "releasedAt", paused_by as "pausedBy", paused_at as "pausedAt",
  withdrawn_by as "withdrawnBy", withdrawn_at as "withdrawnAt", opened_on as "openedOn",
  completed_at as "completedAt", courses`

function rowOf({ atLeast, atMost, already, ...stored }: Stored): WaveRow {
  const count =
    atLeast === null ? undefined : { atLeast, atMost: atMost ?? 0, already: already ?? 0 }
  return { ...stored, state: waveStateOf(stored), count }
}

/** A town's newest. */
export function listWaves(sql: Sql, municipalityCode: string): Promise<WaveRow[]> {
  return withPurpose(sql, { municipalityCode, purpose: 'showTown' }, async (tx) => {
    const rows = await tx<Stored[]>`
      select ${columns(tx)} from wave where municipality_code = ${municipalityCode}
       order by made_at desc, id limit ${wavesShown}`
    return rows.map(rowOf)
  })
}

/** Undefined where the town has no such wave. */
export function readWave(sql: Sql, key: WaveKey): Promise<WaveRow | undefined> {
  const { municipalityCode } = key
  return withPurpose(sql, { municipalityCode, purpose: 'showTown' }, (tx) => findWave(tx, key))
}

async function findWave(tx: Tx, { waveId, municipalityCode }: WaveKey, lock = tx``) {
  const [row] = await tx<Stored[]>`
    select ${columns(tx)} from wave
     where id = ${waveId} and municipality_code = ${municipalityCode} ${lock}`
  return row && rowOf(row)
}

/** Nobody is looked at: people are counted by age class. */
function inTown<T>(sql: Sql, municipalityCode: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inRegister(
    sql,
    municipalityCode,
    async (tx) => {
      await look(tx, [])
      return work(tx)
    },
    'openWave',
  )
}

/**
 * Makes a wave and counts whom it would call up; opens nothing. Told again with the same body it is the
 * same wave. `madeBy`: an account; left out, a program told it, and a person must stand for it. Throws
 * `unknownMunicipality`, `idUsedForAnotherBody`, `waveCallsNobody`.
 */
export function makeWave(sql: Sql, wave: Wave, madeBy?: string): Promise<WaveRow> {
  return inTown(sql, wave.municipalityCode, async (tx) => {
    await assertMunicipality(tx, wave.municipalityCode, 'municipalityCode')
    const before = await findWave(tx, wave)
    if (!before) {
      const count = await countCalledUp(tx, wave)
      if (count.atMost === 0) {
        throw new DomainError('waveCallsNobody', 'Nobody without a course fits', 'wave')
      }
      await tx`
        insert into wave (id, municipality_code, born_on_or_before, facility_code, priority_group,
                          opened_on, opened_at, courses, made_by, counted_at_least, counted_at_most,
                          counted_already, counted_at)
        values (${wave.waveId}, ${wave.municipalityCode}, ${wave.bornOnOrBefore ?? null},
                ${wave.facilityCode ?? null}, ${wave.priorityGroup ?? null}, null, null, 0,
                ${madeBy ?? null}, ${count.atLeast}, ${count.atMost}, ${count.already}, now())
        on conflict (id) do nothing`
    }
    await assertSameWave(tx, wave)
    return (await findWave(tx, wave))!
  })
}

/** What a person does to a wave. Every one of them throws `waveNotFound` and `waveIsOver`. */
type Deed = { tx: Tx; wave: WaveRow; by: string }

function change(
  sql: Sql,
  key: WaveKey,
  by: string,
  work: (deed: Deed) => Promise<void>,
): Promise<WaveRow> {
  return inTown(sql, key.municipalityCode, async (tx) => {
    const wave = await findWave(tx, key, tx`for no key update`)
    if (!wave) throw new DomainError('waveNotFound', 'The town has no such wave', 'waveId')
    if (wave.state === 'complete' || wave.state === 'withdrawn') {
      throw new DomainError('waveIsOver', 'It is complete, or was withdrawn', 'waveId')
    }
    await work({ tx, wave, by })
    return (await findWave(tx, key))!
  })
}

/** Counts again; of a wave that is released the count stays what was agreed on. */
export function recountWave(sql: Sql, key: WaveKey, by: string): Promise<WaveRow> {
  return change(sql, key, by, async ({ tx, wave }) => {
    if (wave.state === 'made') await keepCount(tx, wave, await countCalledUp(tx, wave))
  })
}

async function keepCount(tx: Tx, { waveId }: WaveRow, count: WaveCount): Promise<void> {
  await tx`
    update wave set counted_at_least = ${count.atLeast}, counted_at_most = ${count.atMost},
                    counted_already = ${count.already}, counted_at = now()
     where id = ${waveId}`
}

/** A person stands for a wave that a program told. Throws `waveHasMaker`. */
export function takeWave(sql: Sql, key: WaveKey, by: string): Promise<WaveRow> {
  return change(sql, key, by, async ({ tx, wave }) => {
    if (wave.madeBy === by) return
    if (wave.madeBy) throw new DomainError('waveHasMaker', 'Somebody made it already', 'waveId')
    await tx`update wave set made_by = ${by} where id = ${wave.waveId}`
  })
}

/**
 * Releases a wave to be opened, by somebody who did not make it, with the count that was on the screen.
 * Throws `waveNeedsMaker` (nobody stands for it), `waveSamePerson`, and `waveCountMoved` when as many are
 * not there any more: the new count is kept, to be looked at.
 */
export async function releaseWave(
  sql: Sql,
  key: WaveKey,
  { by, seen }: { by: string; seen: Pick<WaveCount, 'atLeast' | 'atMost'> },
): Promise<WaveRow> {
  let hasMoved = false
  const released = await change(sql, key, by, async ({ tx, wave }) => {
    if (wave.state !== 'made') return
    if (!wave.madeBy) throw new DomainError('waveNeedsMaker', 'Nobody stands for it', 'waveId')
    if (wave.madeBy === by)
      throw new DomainError('waveSamePerson', 'Two people are asked', 'waveId')
    const count = await countCalledUp(tx, wave)
    await keepCount(tx, wave, count)
    hasMoved = count.atLeast !== seen.atLeast || count.atMost !== seen.atMost
    if (hasMoved) return
    await tx`
      update wave set released_by = ${by}, released_at = clock_timestamp() where id = ${wave.waveId}`
  })
  if (hasMoved) throw new DomainError('waveCountMoved', 'The count has changed', 'count')
  return released
}

/** No further course opens until it is resumed. Throws `waveNotReleased`. */
export function pauseWave(sql: Sql, key: WaveKey, by: string): Promise<WaveRow> {
  return change(sql, key, by, async ({ tx, wave }) => {
    if (wave.state === 'made') throw notReleased()
    await tx`
      update wave set paused_by = ${by}, paused_at = clock_timestamp()
       where id = ${wave.waveId} and paused_at is null`
  })
}

/** Throws `waveNotReleased`. */
export function resumeWave(sql: Sql, key: WaveKey, by: string): Promise<WaveRow> {
  return change(sql, key, by, async ({ tx, wave }) => {
    if (wave.state === 'made') throw notReleased()
    await tx`update wave set paused_by = null, paused_at = null where id = ${wave.waveId}`
  })
}

/** It opens nothing more; courses that it opened stay. */
export function withdrawWave(sql: Sql, key: WaveKey, by: string): Promise<WaveRow> {
  return change(sql, key, by, async ({ tx, wave }) => {
    await tx`
      update wave set withdrawn_by = ${by}, withdrawn_at = clock_timestamp()
       where id = ${wave.waveId}`
  })
}

function notReleased(): DomainError {
  return new DomainError('waveNotReleased', 'Nobody has released it yet', 'waveId')
}

export type GroupsKnown = { kind: 'facility' | 'priority'; code: string; people: number }

/** The codes that the town's register told, with how many registered people are in each. */
export function groupsOfTown(sql: Sql, municipalityCode: string): Promise<GroupsKnown[]> {
  return inTown(
    sql,
    municipalityCode,
    (tx) => tx<GroupsKnown[]>`
      select kind, code, count(*)::int as people
        from resident_group g
        join resident r on (r.municipality_code, r.id) = (g.municipality_code, g.resident_id)
                       and r.status = 'registered'
       cross join lateral (values ('facility', g.facility_code), ('priority', g.priority_group))
             as one(kind, code)
       where g.municipality_code = ${municipalityCode} and code is not null
       group by kind, code order by kind, code limit ${groupsShown}`,
  )
}

const groupsShown = 500
