/**
 * The daily deleting, beside the worker: each class once on its own day, by the campaign's clock or by
 * the wall's. Days that passed unseen are made up for by the next: what is due is due by age.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hotFolderName } from '../activities/hot-folder.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import type { Sql } from '../db/client.ts'
import { deleteDue, isInDatabase, noteProof, provenOn } from '../db/retention/delete-due.ts'
import { addDays, tokyoDateOf, tokyoInstant } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import { type DailyClass, dailyClasses, type RetentionName } from '../domain/retention.ts'

export type RetentionDeps = { sql: Sql; clock: Clock; log: Log; dataDir: string }

/** Files of a class: a folder of the data dir, or one for each town below it, and which of its files. */
type FilesOf = { folder: string; isByTown?: true; isOne: (name: string) => boolean }

const files: Partial<Record<RetentionName, FilesOf>> = {
  letterFiles: {
    folder: 'letters',
    isOne: (name) => /\.(pdf|manifest\.json|index\.csv)$/.test(name),
  },
  // Also what a print that broke off left beside its place.
  printFolder: { folder: hotFolderName, isByTown: true, isOne: () => true },
  ticketSheetFiles: { folder: 'sheets', isOne: (name) => /\.pdf$/.test(name) },
  officeFiles: { folder: 'exports', isOne: (name) => /\.sealed(\.part)?$/.test(name) },
  processLogs: { folder: 'log', isOne: (name) => /\.log\.\d+$/.test(name) },
}

const lookEveryMs = 60_000

export type Retention = { stop(): Promise<void> }

export function startRetention(deps: RetentionDeps, everyMs = lookEveryMs): Retention {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(() => tryOnce(deps))
  }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

async function tryOnce(deps: RetentionDeps): Promise<void> {
  try {
    await keepRetention(deps)
  } catch (error) {
    deps.log.warn({ error }, 'what is due could not be deleted; it is tried again')
  }
}

/** Runs every class that has not run on its day. Answers the rows by class. */
export async function keepRetention(deps: RetentionDeps): Promise<Record<string, number>> {
  const days = { business: deps.clock.today(), wall: tokyoDateOf(new Date()) }
  const proven = {
    business: await provenOn(deps.sql, days.business),
    wall: await provenOn(deps.sql, days.wall),
  }
  const done: Record<string, number> = {}
  for (const one of dailyClasses) {
    if (proven[one.clock].has(one.name)) continue
    const day = days[one.clock]
    done[one.name] = await keepClass(deps, one, { day, before: addDays(day, -one.days) })
  }
  if (Object.values(done).some((rows) => rows > 0)) {
    deps.log.info({ deleted: done }, 'what was due is deleted')
  }
  return done
}

async function keepClass(
  { sql, dataDir }: RetentionDeps,
  one: DailyClass,
  when: { day: PlainDate; before: PlainDate },
): Promise<number> {
  if (isInDatabase(one)) return deleteDue(sql, one, when)
  const rows = await deleteFiles(dataDir, one.name, when.before)
  await noteProof(sql, one.name, when.day, rows)
  return rows
}

/** By the day on which they were last written. */
async function deleteFiles(
  dataDir: string,
  name: RetentionName,
  before: PlainDate,
): Promise<number> {
  const { folder, isByTown, isOne } = files[name]!
  const path = join(dataDir, folder)
  if (!isByTown) return deleteIn(path, isOne, before)
  let deleted = 0
  const below = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const town of below.filter((one) => one.isDirectory())) {
    deleted += await deleteIn(join(path, town.name), isOne, before)
  }
  return deleted
}

async function deleteIn(path: string, isOne: FilesOf['isOne'], before: PlainDate): Promise<number> {
  const dueMs = Date.parse(tokyoInstant(before, 0))
  let deleted = 0
  for (const file of (await readdir(path).catch(() => [])).filter(isOne)) {
    const { mtimeMs } = await stat(join(path, file))
    if (mtimeMs >= dueMs) continue
    await rm(join(path, file), { force: true })
    deleted += 1
  }
  return deleted
}
