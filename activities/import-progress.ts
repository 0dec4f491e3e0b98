/** How far a step of an import is, told twice a second at most; and what a clerk asked meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '../db/client.ts'
import { type ImportPhase, type ImportRef, tellProgress } from '../db/queries/imports/run.ts'
import type { ImportWish } from '../domain/import-run.ts'
import type { FileSource } from '../domain/municipal-file.ts'

const tellEveryMs = 500
const lookAgainAfterMs = 500
/** Held longer than this, the step ends and begins anew when the clerk goes on. */
const holdAtMostMs = 10 * 60_000

/** A clerk asked for something else: the step ends here, and the workflow asks what comes next. */
export class StepGivesWay extends Error {
  constructor() {
    super('The step gives way')
    this.name = 'StepGivesWay'
  }
}

export type Pace = {
  /** Counts what was done. */
  count(change: { done?: number; rows?: number }): void
  /** Tells it when it is time to, holds while the import is paused. Throws `StepGivesWay`. */
  breathe(): Promise<void>
  /** For work that cannot be held: tells by itself until it is stopped. */
  tellByItself(): { stop(): Promise<void> }
}

type PaceOptions = {
  phase: ImportPhase
  total: number
  /** Which wishes end the step. */
  givesWayTo: readonly ImportWish[]
  signal: AbortSignal
}

export function paceOf(sql: Sql, ref: ImportRef, options: PaceOptions): Pace {
  const { phase, total, givesWayTo, signal } = options
  let done = 0
  let rows = 0
  let toldAtMs = 0

  const tell = async () => {
    toldAtMs = performance.now()
    return tellProgress(sql, ref, { phase, done: Math.min(done, total), total, rows })
  }

  return {
    count: (change) => {
      done += change.done ?? 0
      rows += change.rows ?? 0
    },
    async breathe() {
      signal.throwIfAborted()
      if (performance.now() - toldAtMs < tellEveryMs) return
      const heldSinceMs = performance.now()
      for (;;) {
        const { isPaused, wish } = await tell()
        if (wish && givesWayTo.includes(wish)) throw new StepGivesWay()
        if (!isPaused) return
        if (performance.now() - heldSinceMs > holdAtMostMs) throw new StepGivesWay()
        await sleep(lookAgainAfterMs, undefined, { signal })
      }
    },
    tellByItself() {
      let telling = Promise.resolve()
      const timer = setInterval(() => {
        telling = tell().then(
          () => {},
          () => {},
        )
      }, tellEveryMs)
      return {
        stop: async () => {
          clearInterval(timer)
          await telling
        },
      }
    },
  }
}

/** The same file, whose bytes are counted as they are read. */
export function countedSource(source: FileSource, pace: Pace): FileSource {
  return {
    ...source,
    open: async function* () {
      for await (const chunk of source.open()) {
        pace.count({ done: chunk.length })
        yield chunk
      }
    },
  }
}
