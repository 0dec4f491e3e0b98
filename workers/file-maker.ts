/** Beside the worker's other duties: makes the files and the paper that clerks asked for. */
import { makeOfficeFile } from '../activities/make-office-file.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import type { Sql } from '../db/client.ts'
import { nextAskedFile } from '../db/queries/office-files.ts'
import type { Vault } from '../vault/vault.ts'

const lookEveryMs = 1_000
const afterFaultMs = 10_000

export type FileMakerDeps = {
  sql: Sql
  vault: Vault
  clock: Clock
  log: Log
  dataDir: string
  isDemo?: boolean
}

export function startFileMaker(deps: FileMakerDeps, everyMs = lookEveryMs): Repeated {
  return repeat({
    round: (signal) => inCampaign(deps, () => makeAsked(deps, signal)),
    onFault: (err) => deps.log.warn({ err }, 'a file could not be made; it is tried again'),
    pauseMs: ({ hasFailed }) => (hasFailed ? afterFaultMs : everyMs),
  })
}

/** One after the other, the oldest first; one that fails keeps no other waiting. Throws the first fault. */
export async function makeAsked(deps: FileMakerDeps, signal?: AbortSignal): Promise<void> {
  const faults: unknown[] = []
  const tried: string[] = []
  for (;;) {
    const file = signal?.aborted ? undefined : await nextAskedFile(deps.sql, tried)
    if (!file) break
    tried.push(file.fileId)
    await makeOfficeFile({ ...deps, ...(signal && { signal }) }, file).catch((error) =>
      faults.push(error),
    )
  }
  if (faults.length > 0) throw faults[0]
}
