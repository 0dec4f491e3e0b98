/** The printer of ticket sheets as the worker has it, under its own role, in a data dir of its own. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { printSheets } from '../../activities/print-sheets.ts'
import type { Clock } from '../../config/clock.ts'
import { sheetFileName } from '../../config/sheet-file.ts'
import { connect } from '../../db/client.ts'
import { nextAskedRun } from '../../db/queries/ticket-runs.ts'
import type { PlainDate } from '../../domain/course.ts'
import { startSheetPrinter } from '../../workers/sheet-printer.ts'
import { readPdf } from '../unit/letters/read-pdf.ts'
import type { SealedDatabase } from './sealed.ts'

export type Printing = ReturnType<typeof openPrinting>

export function openPrinting(db: SealedDatabase, dataDir?: string) {
  const root = dataDir ?? mkdtempSync(join(tmpdir(), 'sesshu-print-'))
  const sql = connect(db.urls.sesshu_worker, { name: 'test printer', max: 4 })
  const vault = db.keyd.vault('worker')
  const log = pino({ level: 'silent' })
  const fileOf = (municipalityCode: string, runId: string) =>
    join(root, 'sheets', sheetFileName({ municipalityCode, runId }))
  return {
    sql,
    /** As the worker runs it, until it is stopped. */
    start: (clock: Clock) => startSheetPrinter({ sql, vault, clock, log, dataDir: root }, 20),
    /** Makes what is asked for, oldest first. */
    async printAsked(today: string) {
      const done = []
      for (let run = await nextAskedRun(sql); run; run = await nextAskedRun(sql)) {
        const deps = { sql, vault, log, dataDir: root, today: today as PlainDate }
        done.push({ ...run, ...(await printSheets(deps, run)) })
      }
      return done
    },
    /** Text of each page, without white space; none where there is no file. */
    async pages(municipalityCode: string, runId: string): Promise<string[]> {
      const path = fileOf(municipalityCode, runId)
      if (!existsSync(path)) return []
      const { pages } = await readPdf(new Uint8Array(readFileSync(path)))
      return pages.map((page) => page.flat)
    },
    async close() {
      await sql.end({ timeout: 1 })
      if (!dataDir) rmSync(root, { recursive: true, force: true })
    },
  }
}
