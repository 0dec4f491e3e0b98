/**
 * Beside the api's other duties: opens the courses of released waves. It stands here and not in the
 * worker because a course that opens may settle a move, which no process but the api may do.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import type { WaveMemory } from '../db/people/oldest.ts'
import { openNextChunk, wavesToOpen } from '../db/queries/wave-opening.ts'
import type { WaveKey } from '../db/queries/waves.ts'
import type { Store } from '../db/store.ts'

const everyMs = 2_000

export type WaveKeeperDeps = Store & {
  clock: Clock
  log: Log
  isDemo: boolean
  wakeRelays: () => void
}

export function startWaveKeeper(deps: WaveKeeperDeps): Repeated {
  const { log } = deps
  /** What a wave has found out of birth dates; after a restart it is asked for again. */
  const memories = new Map<string, WaveMemory>()
  return repeat({
    round: (signal) => inCampaign(deps, () => openReleased(deps, memories, signal)),
    onFault: (err) => log.warn({ err }, 'waves could not be opened; it is tried again'),
    pauseMs: () => everyMs,
    isLeisurely: true,
  })
}

/** Goes on as long as a wave has people left and may open them; waves take turns by chunks. */
export async function openReleased(
  deps: WaveKeeperDeps,
  memories: Map<string, WaveMemory>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const waves = await wavesToOpen(deps.sql)
    for (const id of memories.keys()) {
      if (!waves.some(({ waveId }) => waveId === id)) memories.delete(id)
    }
    let goesOn = false
    for (const wave of waves) {
      if (signal.aborted) return
      goesOn = (await takeStep(deps, memories, wave, signal)) || goesOn
    }
    if (!goesOn) return
  }
}

/** A wave that fails does not keep the others waiting. Answers whether there is more to open. */
async function takeStep(
  deps: WaveKeeperDeps,
  memories: Map<string, WaveMemory>,
  wave: WaveKey,
  signal: AbortSignal,
): Promise<boolean> {
  const memory = memories.get(wave.waveId) ?? { birthDates: new Map() }
  memories.set(wave.waveId, memory)
  try {
    const step = await openNextChunk(deps, wave, memory, deps.clock.today())
    if (step.did === 'waited') {
      await sleep(step.waitMs, undefined, { signal }).catch(() => undefined)
      return true
    }
    if (step.did === 'nothing') return false
    if (step.courses > 0) deps.wakeRelays()
    if (step.isComplete) deps.log.info({ waveId: wave.waveId }, 'a wave is open')
    return !step.isComplete
  } catch (err) {
    deps.log.warn({ err, waveId: wave.waveId }, 'a wave could not go on; it is tried again')
    return false
  }
}
