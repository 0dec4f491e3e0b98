import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../config/log.ts'
import { Witness, WitnessRefusal } from './witness.ts'
import { LogAway, WitnessClient } from './witness-client.ts'
import { openWitnessFolder } from './witness-folder.ts'

export type WitnessRun = {
  /** Of the system whose log is followed. */
  url: string
  dir: string
  /** Inside which `dir` must not lie. */
  systemDataDir: string
  logKey?: string
  everyMs: number
  /** One round, then done. */
  once: boolean
  log: Log
  signal: AbortSignal
  onFirstRound?: () => void
}

export type WitnessEnd = { size: number; cosigned: number; isAway: boolean }

/**
 * Follows a log until it is told to stop. A log that is away is asked again. Throws `WitnessRefusal`
 * when the log is not the one it was, which is an alarm, and `WitnessFolderError` for a folder that
 * will not do.
 */
export async function runWitness(run: WitnessRun): Promise<WitnessEnd> {
  const { log, signal, once } = run
  const folder = await openWitnessFolder(run.dir, run.systemDataDir)
  const client = new WitnessClient(run.url)
  const witness = new Witness({ folder, client, ...(run.logKey && { logKey: run.logKey }) })
  log.info({ size: witness.size, key: folder.signer.verifier.text }, 'the witness is at work')
  const end: WitnessEnd = { size: witness.size, cosigned: 0, isAway: false }
  let tell = run.onFirstRound
  while (!signal.aborted) {
    const cosigned = await witness.round().catch((error) => answerTo(error, log))
    end.isAway = cosigned === undefined
    end.cosigned += cosigned ?? 0
    end.size = witness.size
    if (cosigned) log.info({ size: witness.size, cosigned }, 'co-signed')
    tell?.()
    tell = undefined
    if (once) break
    await sleep(run.everyMs, undefined, { signal }).catch(() => {})
  }
  return end
}

function answerTo(error: unknown, log: Log): undefined {
  if (error instanceof LogAway) {
    log.warn({ err: error }, 'the log is away; asking again')
    return undefined
  }
  if (error instanceof WitnessRefusal) {
    log.fatal({ alarm: 'logRefused', reason: error.reason, seq: error.seq }, error.message)
  }
  throw error
}
