import { defineCommand } from 'citty'
import { mark } from '../../simulator/marked.ts'
import type { DemoResult } from '../campaign/demo.ts'
import { chooseTruth, freshDataDir, runDemo } from '../campaign/demo.ts'
import { parseDemoOptions } from '../campaign/options.ts'
import { progressLine } from '../campaign/progress.ts'
import { commonArgs, exitCodes } from '../common.ts'

const shownComplaints = 20

export const demoCommand = defineCommand({
  meta: {
    name: 'demo',
    description: 'Replay a whole campaign on a system of its own, and judge it from outside',
  },
  args: {
    ...commonArgs,
    'data-dir': {
      type: 'string',
      description: 'A folder that does not exist yet (default: a new one under .sesshu-demo/)',
      valueHint: 'path',
    },
    residents: { type: 'string', description: 'How many residents (default 300, at least 40)' },
    days: { type: 'string', description: 'How many campaign days (default 140)' },
    seed: { type: 'string', description: 'Same seed, same people (default 7)' },
    rates: { type: 'string', description: 'teaching (default) or measured' },
    'day-seconds': {
      type: 'string',
      description: 'Wall seconds of a day (default 1, longer above 1,100 residents)',
    },
    marked: {
      type: 'boolean',
      description: 'Make every name, address and number unique, for a search by canary afterwards',
    },
    scenario: {
      type: 'string',
      description: 'Replay this truth file instead of making one up',
      valueHint: 'file',
    },
    plant: {
      type: 'string',
      description: 'Plant one fault in a copy: dead, left, dosed, protected, duplicate, missed',
      valueHint: 'kind',
    },
  },
  run: async ({ args }) => await demo(args),
})

async function demo(args: Record<string, unknown>): Promise<number> {
  const options = parseDemoOptions(args)
  const { residents, days, seed, rates, scenario } = options
  const chosen = await chooseTruth({ residents, days, seed, rates, ...(scenario && { scenario }) })
  const truth = args.marked ? mark(chosen) : chosen
  const dataDir = await freshDataDir(args['data-dir'] as string | undefined)
  const stop = abortOnSignals()
  const progress = progressLine()
  try {
    const result = await runDemo({
      dataDir,
      truth,
      progress,
      signal: stop.signal,
      ...(options['day-seconds'] && { dayLengthMs: options['day-seconds'] * 1_000 }),
      ...(options.plant && { plant: options.plant }),
    })
    tellComplaints(result)
    process.stdout.write(args.json ? `${JSON.stringify(asContract(result))}\n` : inWords(result))
    return result.isRight ? exitCodes.ok : exitCodes.judgedWrong
  } catch (error) {
    if (!stop.signal.aborted) throw error
    progress.words(`Stopped. What had happened until then lies in ${dataDir}.`)
    return interrupted
  } finally {
    stop.forget()
  }
}

const interrupted = 130

/** Ctrl-C ends the campaign and stops every process of it, in order. */
function abortOnSignals(): { signal: AbortSignal; forget(): void } {
  const controller = new AbortController()
  const abort = () => controller.abort(new Error('interrupted'))
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, abort)
  return {
    signal: controller.signal,
    forget() {
      for (const name of signals) process.off(name, abort)
    },
  }
}

/** The complaints are for people; the JSON holds the counts. */
function asContract({ complaints: _, isRight: __, ...counts }: DemoResult): object {
  return counts
}

function tellComplaints({ complaints }: DemoResult): void {
  const faults = complaints.filter((one) => !one.counter.startsWith('unreported'))
  for (const { counter, personId, what, source } of faults.slice(0, shownComplaints)) {
    process.stderr.write(`${counter}: ${personId ?? 'somebody'}: ${what} ${source ?? ''}\n`)
  }
  if (faults.length > shownComplaints) {
    process.stderr.write(`… and ${faults.length - shownComplaints} more, in result.json.\n`)
  }
}

function inWords(result: DemoResult): string {
  const wrong = Object.values(result.wrongNotices).reduce((sum, count) => sum + count, 0)
  return [
    `${result.residents} residents, ${result.days} days from ${result.epoch}, rates ${result.rates}`,
    `${result.firstDoses} first doses, ${result.secondDoses} second doses, ${result.relocations} moves, ${result.deaths} deaths`,
    `owed ${result.owed}, sent ${result.noticesSent} (${result.mails} mails, ${result.letters} letters on ${result.letterPages} pages)`,
    `wrong ${wrong}, missed ${result.missedNotices}, twice ${result.duplicateNotices}, not owed ${result.notOwedNotices}, doses on the wrong person ${result.wrongPersonDoses}`,
    `true but not reported: dosed ${result.unreported.dosed}, dead ${result.unreported.dead}, moved ${result.unreported.moved}`,
    `${result.seconds} s; everything lies in ${result.dataDir}`,
    '',
  ].join('\n')
}
