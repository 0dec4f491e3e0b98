/**
 * Letters with barcode, QR code and sheet mark, in two processes: pages a second in batches, and letters a
 * second each in a document of its own; beside them the floor, pdfkit's own text without tags or codes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { LaneReport, LetterWay } from './lib/letter-lane.ts'
import { spreadOf } from './lib/spread.ts'

export type LettersBenchOptions = {
  /** In each process and round. */
  pages: number
  alone: number
  rounds: number
}

const processes = 2
const lane = join(import.meta.dirname, 'lib', 'letter-lane.ts')

type Figure = { perSecond: number; cpuMs: number; bytes: number }

export async function benchLetters(
  { pages, alone, rounds }: LettersBenchOptions,
  say: (line: string) => void,
) {
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const counts: Record<LetterWay, number> = {
    batch: pages,
    alone,
    bareBatch: pages,
    bareAlone: alone,
  }
  const figures: Record<LetterWay, Figure[]> = {
    batch: [],
    alone: [],
    bareBatch: [],
    bareAlone: [],
  }
  for (let round = 1; round <= rounds; round++) {
    for (const way of Object.keys(counts) as LetterWay[]) {
      figures[way].push(await inTwoProcesses(way, counts[way]))
      const { perSecond, cpuMs } = figures[way].at(-1)!
      say(
        `round ${round}, ${way}: ${perSecond.toFixed(0)}/s, ${cpuMs.toFixed(2)} ms of processor each`,
      )
    }
  }
  const summary = (way: LetterWay) => ({
    perSecond: spreadOf(figures[way].map(({ perSecond }) => perSecond)),
    processorMsEach: spreadOf(
      figures[way].map(({ cpuMs }) => cpuMs),
      3,
    ),
  })
  const bytesOf = (way: LetterWay) => Math.max(...figures[way].map(({ bytes }) => bytes))
  return {
    bench: 'letters',
    ...{ processes, pages, alone, rounds, loadBefore, cores: cpus().length },
    batch: { ...summary('batch'), bytesEach: Math.round(bytesOf('batch') / pages) },
    alone: { ...summary('alone'), largestBytes: bytesOf('alone') },
    floor: { batch: summary('bareBatch'), alone: summary('bareAlone') },
  }
}

async function inTwoProcesses(way: LetterWay, count: number): Promise<Figure> {
  const lanes = Array.from({ length: processes }, (_, i) => startLane(way, count, 1 + i * count))
  try {
    await Promise.all(lanes.map(({ ready }) => ready))
    for (const { child } of lanes) child.stdin!.write('go\n')
    const reports = await Promise.all(lanes.map(({ report }) => report))
    const tookMs =
      Math.max(...reports.map(({ endedMs }) => endedMs)) -
      Math.min(...reports.map(({ startedMs }) => startedMs))
    return {
      perSecond: (processes * count * 1_000) / tookMs,
      cpuMs: reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / (processes * count),
      bytes: Math.max(...reports.map(({ bytes }) => bytes)),
    }
  } finally {
    for (const { child } of lanes) child.kill()
  }
}

type Lane = { child: ChildProcess; ready: Promise<void>; report: Promise<LaneReport> }

function startLane(way: LetterWay, count: number, from: number): Lane {
  const args = ['--import', 'tsx', lane, way, String(count), String(from)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`a lane of ${way} ended`)
    return value as string
  }
  const ready = next().then(() => {})
  const report = ready.then(next).then((line) => JSON.parse(line) as LaneReport)
  // Its failure is told by whoever waits for it.
  report.catch(() => {})
  return { child, ready, report }
}
