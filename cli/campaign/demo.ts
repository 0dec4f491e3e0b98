/** One campaign on a system of its own, from the truth to the verdict. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readFigures } from '../../judge/figures.ts'
import { type PlantKind, plant } from '../../judge/plant.ts'
import { figuresFileName, judge, type Report } from '../../judge/report.ts'
import { makeTruth } from '../../simulator/generate.ts'
import type { RateName } from '../../simulator/rates.ts'
import { readTruth, type Truth, TruthFileError, writeTruth } from '../../simulator/truth.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { CommandError, exitCodes } from '../common.ts'
import { dayLengthMs } from './options.ts'
import { type Played, playCampaign } from './play.ts'
import type { ProgressLine } from './progress.ts'

export type DemoRun = {
  dataDir: string
  truth: Truth
  dayLengthMs?: number
  plant?: PlantKind
  progress: ProgressLine
  signal?: AbortSignal
}

export type DemoResult = Report & {
  rates: string
  seconds: number
  /** Wall seconds of a campaign day, and for how many of them the clock waited for the system. */
  daySeconds: number
  heldSeconds: number
  dataDir: string
  databaseUrl: string
  planted?: string
}

export const truthFile = 'truth.jsonl'
export const resultFile = 'result.json'

export async function chooseTruth(options: {
  residents: number
  days: number
  seed: number
  rates: RateName
  scenario?: string
}): Promise<Truth> {
  if (!options.scenario) return makeTruth(options)
  try {
    return await readTruth(options.scenario)
  } catch (error) {
    const isFileFault = error instanceof TruthFileError || (error as { code?: string }).code
    if (!isFileFault) throw error
    throw new CommandError(
      `The scenario cannot be played. ${(error as Error).message}`,
      'A scenario is JSON lines: a header, then a person a line, as in any demo’s truth.jsonl.',
      exitCodes.usage,
    )
  }
}

/** A folder that nobody has played in; a campaign is never mixed with another. */
export async function freshDataDir(wanted: string | undefined): Promise<string> {
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+Z$/g, '')
  const dataDir = resolve(wanted ?? join('.sesshu-demo', `${stamp}-${process.pid}`))
  if (existsSync(join(dataDir, truthFile)) || existsSync(join(dataDir, 'pg'))) {
    throw new CommandError(
      `${dataDir} holds a system already.`,
      'A demo needs a folder of its own: name one that does not exist, or leave --data-dir out.',
      exitCodes.usage,
    )
  }
  await mkdir(dataDir, { recursive: true })
  return dataDir
}

export async function runDemo(options: DemoRun): Promise<DemoResult> {
  const { dataDir, truth, progress, signal } = options
  const startedAt = Date.now()
  await writeTruth(join(dataDir, truthFile), truth)
  const log = {
    info: (line: string) => progress.words(line),
    warn: (line: string) => progress.words(line),
  }
  const system = await startSystem({ dataDir, own: true, demo: true, log })
  const dayLength = options.dayLengthMs ?? dayLengthMs(truth.people.length)
  let played: Played
  try {
    played = await playCampaign({
      system,
      truth,
      dataDir,
      dayLengthMs: dayLength,
      progress,
      ...(signal && { signal }),
    })
    await keepFigures(system, dataDir)
  } finally {
    await system.stop()
  }
  progress.words('Judging …')
  const judged = options.plant ? `${dataDir}-${options.plant}` : dataDir
  const planted =
    options.plant && (await plant({ from: dataDir, into: judged, kind: options.plant }))
  const report = await judge({ dataDir: judged })
  const result: DemoResult = {
    ...report,
    rates: truth.header.rates ?? 'scenario',
    seconds: secondsOf(Date.now() - startedAt),
    daySeconds: dayLength / 1_000,
    heldSeconds: secondsOf(played.heldMs),
    dataDir: judged,
    databaseUrl: system.urls.databaseUrl,
    ...(planted && { planted }),
  }
  await writeFile(join(judged, resultFile), `${JSON.stringify(result, null, 2)}\n`)
  return result
}

/** Kept in the folder, so that it can be judged again when the database is down. */
export async function keepFigures(system: System, dataDir: string): Promise<void> {
  const { databaseUrl, superuserUrl } = system.urls
  const figures = await readFigures(
    superuserUrl ? inDatabase(superuserUrl, databaseUrl) : databaseUrl,
  )
  await writeFile(join(dataDir, figuresFileName), `${JSON.stringify(figures)}\n`)
}

function inDatabase(superuserUrl: string, databaseUrl: string): string {
  const url = new URL(superuserUrl)
  url.pathname = new URL(databaseUrl).pathname
  return url.toString()
}

function secondsOf(ms: number): number {
  return Math.round(ms / 100) / 10
}
