/** Beside the worker's other duties: makes the files of ticket sheets that somebody asked to print. */
import { printSheets } from '../activities/print-sheets.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import type { Sql } from '../db/client.ts'
import { nextAskedRun } from '../db/queries/ticket-runs.ts'
import type { Vault } from '../vault/vault.ts'

/** Whoever asked waits at the printer. */
const lookEveryMs = 1_000
const afterFaultMs = 10_000

export type SheetPrinterDeps = {
  sql: Sql
  vault: Vault
  clock: Clock
  log: Log
  dataDir: string
  myAddress?: string
  isDemo?: boolean
}

export function startSheetPrinter(deps: SheetPrinterDeps, everyMs = lookEveryMs): Repeated {
  return repeat({
    round: (signal) => inCampaign(deps, () => printAsked(deps, signal)),
    onFault: (err) => deps.log.warn({ err }, 'sheets could not be printed; they are tried again'),
    pauseMs: ({ hasFailed }) => (hasFailed ? afterFaultMs : everyMs),
  })
}

async function printAsked(deps: SheetPrinterDeps, signal: AbortSignal): Promise<void> {
  for (;;) {
    const run = signal.aborted ? undefined : await nextAskedRun(deps.sql)
    if (!run) return
    await printSheets({ ...deps, today: deps.clock.today() }, run)
  }
}
