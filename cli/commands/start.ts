import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defineCommand } from 'citty'
import { CampaignRefused } from '../../config/campaign.ts'
import {
  DataDirInUse,
  DEFAULT_DATA_DIR,
  dataDirAt,
  makeDataDir,
  writeWhole,
} from '../../config/data-dir.ts'
import { judge } from '../../judge/report.ts'
import { makeTruth } from '../../simulator/generate.ts'
import { readTruth, type Truth, writeTruth } from '../../simulator/truth.ts'
import { drainOnSignals } from '../../supervisor/signals.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { keepFigures, resultFile, truthFile } from '../campaign/demo.ts'
import { dayLengthMs } from '../campaign/options.ts'
import { openPrinting, playCampaign } from '../campaign/play.ts'
import { type ProgressLine, progressLine } from '../campaign/progress.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

/** The sample town: large enough to look like one, small enough for a few minutes. */
const sampleTown = { residents: 2_000, days: 140, seed: 2021, rates: 'teaching' } as const

const pages = ['database', 'api']
const pagesWithinMs = 120_000

export const startCommand = defineCommand({
  meta: {
    name: 'start',
    description: 'Bring everything up and replay the campaign of a made-up town, until Ctrl-C',
  },
  args: {
    ...commonArgs,
    sticks: {
      type: 'string',
      description: 'Where sealed sticks appear, such as /media; besides sticks/ in the data dir',
      valueHint: 'path',
    },
  },
  run: async ({ args }) =>
    await start(args['data-dir'] ?? DEFAULT_DATA_DIR, args.json ?? false, args.sticks),
})

async function start(path: string, json: boolean, sticks?: string): Promise<number> {
  const progress = progressLine()
  const say = json ? progress.words : (text: string) => void process.stdout.write(`${text}\n`)
  const dir = dataDirAt(path)
  makeDataDir(dir)
  const system = await begin(path, progress, sticks)
  const stopped = new AbortController()
  const drained = drainOnSignals(system, (line) => {
    stopped.abort(new Error('interrupted'))
    progress.end()
    progress.words(line)
  })
  const played = showTown(system, dir.root, { say, progress, signal: stopped.signal, json })
  const failure = await Promise.race([
    drained.then(() => undefined),
    played.then(
      () => drained.then(() => undefined),
      (error: unknown) => error,
    ),
  ])
  if (failure === undefined || stopped.signal.aborted) {
    await drained
    return exitCodes.ok
  }
  await system.stop()
  if (!(failure instanceof CampaignRefused)) throw failure
  throw new CommandError(failure.message, 'Give the sample town a --data-dir of its own.')
}

async function begin(dataDir: string, progress: ProgressLine, sticks?: string): Promise<System> {
  const log = {
    info: (line: string) => progress.words(line),
    warn: (line: string) => progress.words(line),
  }
  try {
    const watched = sticks ? { sticks: resolve(sticks) } : {}
    return await startSystem({ dataDir, own: true, demo: true, witness: true, log, ...watched })
  } catch (error) {
    if (!(error instanceof DataDirInUse)) throw error
    throw new CommandError(error.message, 'Nothing was started.')
  }
}

type Show = {
  say: (text: string) => void
  progress: ProgressLine
  signal: AbortSignal
  json: boolean
}

/** The first page is up long before Temporal is; then the campaign, live; then the verdict. */
async function showTown(system: System, dataDir: string, show: Show): Promise<void> {
  const { say, progress, signal } = show
  await system.waitHealthy(pagesWithinMs, pages)
  say(`Start page:   ${system.urls.web}`)
  const truth = await townOf(join(dataDir, truthFile))
  await playCampaign({
    system,
    truth,
    dataDir,
    dayLengthMs: dayLengthMs(truth.people.length),
    progress,
    onUp: () => tellAddresses(system, dataDir, show),
    signal,
  })
  await keepFigures(system, dataDir)
  await tellVerdict(dataDir, say)
  // Whoever tries things out has letters printed and posted, too.
  const printing = await openPrinting(system, dataDir)
  signal.addEventListener('abort', () => void printing?.stop(), { once: true })
  say('Everything stays up; Ctrl-C stops it. The next start goes on from here.')
}

function tellAddresses({ urls }: System, dataDir: string, { say, json }: Show): void {
  if (urls.ui) say(`Temporal UI:  ${urls.ui}`)
  say(`HTTP API:     ${urls.web}/api/v1/openapi.json`)
  say(`Mails:        ${join(dataDir, 'mail')}`)
  say(`Letters:      ${join(dataDir, 'letters')}`)
  say(`Witness:      ${dataDir}-witness`)
  if (json) process.stdout.write(`${JSON.stringify({ web: urls.web, ui: urls.ui, dataDir })}\n`)
}

/** What a start before this one wrote down goes on; nobody is made up twice. */
async function townOf(path: string): Promise<Truth> {
  if (existsSync(path)) return await readTruth(path)
  const truth = makeTruth(sampleTown)
  await writeTruth(path, truth)
  return truth
}

async function tellVerdict(dataDir: string, say: (text: string) => void): Promise<void> {
  const report = await judge({ dataDir })
  // The start page shows the verdict from here.
  writeWhole(join(dataDir, resultFile), `${JSON.stringify(report, null, 2)}\n`)
  const wrong = Object.values(report.wrongNotices).reduce((sum, count) => sum + count, 0)
  say(
    `The campaign is over: owed ${report.owed}, sent ${report.noticesSent}, wrong ${wrong}, ` +
      `missed ${report.missedNotices}, twice ${report.duplicateNotices}.`,
  )
}
