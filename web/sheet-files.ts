/** Files of ticket sheets as they lie on disk: a run of the reader's own town, and a demo's ticket to try. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { mayActFor } from '../auth/caller.ts'
import type { DataDir } from '../config/data-dir.ts'
import { sheetFileName } from '../config/sheet-file.ts'
import { checkFile, findRun, type RunKey } from '../db/queries/ticket-runs.ts'
import type { Page } from './page.ts'
import { openPlainFile, readPlainFile } from './read-file.ts'

const fileBytesAtMost = 256 * 1024 * 1024

type Sheets = Uint8Array<ArrayBuffer>

/**
 * Undefined for a run of another town, one that is not made yet, and a file that is gone. `refused`: the
 * code of why it is not handed out.
 */
export async function sheetsOfRunFile(
  page: Page,
  runId: string,
): Promise<Sheets | { refused: string } | undefined> {
  const run = z.guid().safeParse(runId).success ? await findRun(page.sql, runId) : undefined
  if (!run || run.state === 'asked' || !mayActFor(run.municipalityCode)) return undefined
  const stands = await checkFile(page.sql, run, page.clock.today())
  if (stands === 'printed') return { refused: 'sheetsPrinted' }
  if (stands === 'overtaken') return { refused: 'sheetsOvertaken' }
  return stands === 'stands' ? readSheets(page.dataDir, run) : undefined
}

/** What is on paper lies on no disk. */
export async function removeSheets(dir: DataDir, key: RunKey): Promise<void> {
  await rm(join(dir.sheets, sheetFileName(key)), { force: true })
}

export async function readSheets(dir: DataDir, key: RunKey): Promise<Sheets | undefined> {
  const path = join(dir.sheets, sheetFileName(key))
  const file = await openPlainFile(path).catch(() => undefined)
  return file && readPlainFile(file, fileBytesAtMost)
}
