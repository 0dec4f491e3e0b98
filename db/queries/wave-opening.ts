/** Released waves open, all towns' together at one pace, and wait while Temporal cannot follow. */
import type { PlainDate } from '../../domain/course.ts'
import type { WaveCriteria } from '../../domain/wave.ts'
import { look, type Sql, type Tx } from '../client.ts'
import type { WaveMemory } from '../people/oldest.ts'
import type { Store } from '../store.ts'
import { readOutboxHealth } from './outbox.ts'
import { inRegister } from './register-events.ts'
import { openChunk, type WaveKey } from './waves.ts'

export type WavePace = {
  coursesPerSecond: number
  /** A wave waits while more news waits for Temporal, or older news. */
  waitingNewsAtMost: number
  oldestNewsSecondsAtMost: number
}

const paceColumns = (sql: Sql | Tx) => sql`
  courses_per_second as "coursesPerSecond", waiting_news_at_most as "waitingNewsAtMost",
  oldest_news_seconds_at_most as "oldestNewsSecondsAtMost"`

export async function readPace(sql: Sql | Tx): Promise<WavePace> {
  const [pace] = await sql<WavePace[]>`select ${paceColumns(sql)} from wave_setting`
  return pace!
}

/** What is left out stays. */
export async function setPace(
  sql: Sql,
  pace: { [Name in keyof WavePace]?: number | undefined },
): Promise<WavePace> {
  const [kept] = await sql<WavePace[]>`
    update wave_setting set
      courses_per_second = coalesce(${pace.coursesPerSecond ?? null}, courses_per_second),
      waiting_news_at_most = coalesce(${pace.waitingNewsAtMost ?? null}, waiting_news_at_most),
      oldest_news_seconds_at_most =
        coalesce(${pace.oldestNewsSecondsAtMost ?? null}, oldest_news_seconds_at_most)
    returning ${paceColumns(sql)}`
  return kept!
}

/** Whether the outbox is too far behind for a wave to add to it. */
export function newsLags(
  health: { waiting: number; oldestSeconds: number },
  pace: WavePace,
): boolean {
  return (
    health.waiting > pace.waitingNewsAtMost || health.oldestSeconds > pace.oldestNewsSecondsAtMost
  )
}

/** Released, neither held nor complete; the one that has waited longest first. Names nobody. */
export async function wavesToOpen(sql: Sql): Promise<WaveKey[]> {
  return sql<WaveKey[]>`
    select wave_id as "waveId", municipality_code as "municipalityCode" from waves_to_open()`
}

/** Longer than that, nobody who moves should wait for a chunk. */
const chunkResidentsAtMost = 200

export type Step =
  /** Its next people have their courses. */
  | { did: 'opened'; courses: number; isComplete: boolean }
  /** The pace, or another process at work, asks to wait. */
  | { did: 'waited'; because: 'pace' | 'news'; waitMs: number }
  /** Paused, withdrawn or complete by now. */
  | { did: 'nothing' }

/**
 * One chunk of a wave, or why not. A chunk holds a second's worth at most; the next one's moment stands
 * in the row of the setting, which is locked meanwhile, so that neither a restart nor a second process
 * opens faster.
 */
export async function openNextChunk(
  { sql, vault }: Store,
  key: WaveKey,
  memory: WaveMemory,
  today: PlainDate,
): Promise<Step> {
  await vault.reach()
  return inRegister(
    sql,
    key.municipalityCode,
    async (tx) => {
      await look(tx, [])
      const turn = await takeTurn(tx)
      if ('did' in turn) return turn
      const wave = await lockWave(tx, key)
      if (!wave) return { did: 'nothing' }
      const { coursesPerSecond } = turn
      // Who came into the register since the count was agreed on waits for a wave of their own.
      const agreed = wave.countedAtMost ?? Number.POSITIVE_INFINITY
      const residents = Math.min(coursesPerSecond, chunkResidentsAtMost, agreed - wave.courses)
      const all = { ...key, ...wave }
      const chunk = await openChunk(tx, vault, all, memory, today, Math.max(1, residents), agreed)
      const seconds = chunk.opened / coursesPerSecond
      await tx`
        update wave_setting set next_chunk_at = clock_timestamp() + make_interval(secs => ${seconds})`
      return { did: 'opened', courses: chunk.opened, isComplete: chunk.isComplete }
    },
    'openWave',
  )
}

const askAgainMs = 1_000

async function takeTurn(tx: Tx): Promise<WavePace | Step> {
  const [turn] = await tx<(WavePace & { waitMs: number })[]>`
    select ${paceColumns(tx)},
           greatest(0, extract(epoch from next_chunk_at - clock_timestamp()) * 1000)::float8 as "waitMs"
      from wave_setting for update skip locked`
  if (!turn) return { did: 'waited', because: 'pace', waitMs: askAgainMs }
  const { waitMs, ...pace } = turn
  if (waitMs > 0) return { did: 'waited', because: 'pace', waitMs: Math.ceil(waitMs) }
  const lags = newsLags(await readOutboxHealth(tx), pace)
  return lags ? { did: 'waited', because: 'news', waitMs: askAgainMs } : pace
}

type OpenWave = WaveCriteria & { countedAtMost: number | null; courses: number }

async function lockWave(tx: Tx, key: WaveKey): Promise<OpenWave | undefined> {
  const [wave] = await tx<OpenWave[]>`
    select born_on_or_before as "bornOnOrBefore", facility_code as "facilityCode",
           priority_group as "priorityGroup", counted_at_most as "countedAtMost", courses
      from wave
     where id = ${key.waveId} and municipality_code = ${key.municipalityCode}
       and released_at is not null and completed_at is null and paused_at is null
       and withdrawn_at is null
       for update`
  return wave
}
