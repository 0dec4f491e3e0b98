/** Beside the worker's other duties: makes the files of ticket sheets that somebody asked to print. */
import { setTimeout as sleep } from 'node:timers/promises'
import { printSheets } from '../activities/print-sheets.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Sql } from '../db/client.ts'
import { nextAskedRun } from '../db/queries/ticket-runs.ts'
import type { Vault } from '../vault/vault.ts'

/** Whoever asked waits at the printer. */
const lookEveryMs = 1_000
const afterFaultMs = 10_000

export type SheetPrinter = { stop(): Promise<void> }

export type SheetPrinterDeps = {
  sql: Sql
  vault: Vault
  clock: Clock
  log: Log
  dataDir: string
  myAddress?: string
  isDemo?: boolean
}

export function startSheetPrinter(deps: SheetPrinterDeps, everyMs = lookEveryMs): SheetPrinter {
  const stopping = new AbortController()

  async function printAsked(): Promise<void> {
    for (;;) {
      const run = stopping.signal.aborted ? undefined : await nextAskedRun(deps.sql)
      if (!run) return
      await printSheets({ ...deps, today: deps.clock.today() }, run)
    }
  }

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      let pauseMs = everyMs
      try {
        // Before a demo's first day its clock still shows real time, years ahead of the campaign.
        if (deps.isDemo && !deps.clock.isCampaign()) await deps.clock.refresh()
        else await printAsked()
      } catch (error) {
        pauseMs = afterFaultMs
        deps.log.warn({ err: error }, 'sheets could not be printed; they are tried again')
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const kept = keep()
  return {
    stop: async () => {
      stopping.abort()
      await kept
    },
  }
}
