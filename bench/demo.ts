/**
 * Whole demos, each by the command that anybody would type: five other seeds, which must end without
 * a fault, and every plant on a full run's copy, which must be caught by its own counter alone.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deleteDataDir } from '../db/server.ts'
import { type PlantKind, plant, plantKinds } from '../judge/plant.ts'
import { judge } from '../judge/report.ts'

export type DemoBenchOptions = { residents: number; days: number; seeds: number[] }

type Faults = {
  missed: number
  duplicate: number
  notOwed: number
  wrongPersonDoses: number
  dosed: number
  dead: number
  left: number
  protected: number
  wrongPerson: number
}
type Row = {
  run: string
  asItShould: boolean
  status: number | null
  seconds?: number
  heldSeconds?: number
  owed?: number
  sent?: number
  faults: Partial<Faults>
}

export async function benchDemo(options: DemoBenchOptions, say: (line: string) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'sesshu-bench-demo-'))
  const rows: Row[] = []
  const add = (row: Row) => {
    rows.push(row)
    say(`${row.asItShould ? 'ok  ' : 'FAIL'} ${row.run}`)
  }
  try {
    for (const [i, seed] of options.seeds.entries()) {
      const dataDir = join(folder, `seed-${seed}`)
      say(`seed ${seed}, ${i + 1} of ${options.seeds.length}`)
      add(await wholeDemo(options, seed, dataDir))
      // The plants need one finished folder; any will do.
      if (i === 0) for (const kind of plantKinds) add(await planted(kind, dataDir))
      await deleteDataDir(dataDir)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  say(tableOf(rows))
  return { ...options, asItShould: rows.every((row) => row.asItShould), runs: rows }
}

async function wholeDemo({ residents, days }: DemoBenchOptions, seed: number, dataDir: string) {
  const { status, stdout } = await sesshu(
    ...['demo', '--residents', String(residents), '--days', String(days)],
    ...['--seed', String(seed), '--json', '--data-dir', dataDir],
  )
  const run = `seed ${seed}`
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) return { run, status, asItShould: false, faults: {} }
  const line = JSON.parse(last)
  const faults = faultsOf(line)
  return {
    run,
    status,
    asItShould: status === 0 && Object.keys(faults).length === 0,
    seconds: line.seconds,
    heldSeconds: line.heldSeconds,
    owed: line.owed,
    sent: line.noticesSent,
    faults,
  }
}

const counterOf: Record<PlantKind, keyof Faults> = {
  dead: 'dead',
  left: 'left',
  dosed: 'dosed',
  protected: 'protected',
  duplicate: 'duplicate',
  missed: 'missed',
}

async function planted(kind: PlantKind, from: string): Promise<Row> {
  const into = `${from}-${kind}`
  await plant({ from, into, kind })
  const report = await judge({ dataDir: into })
  await rm(into, { recursive: true, force: true })
  const faults = faultsOf(report)
  const moved = Object.keys(faults)
  return {
    run: `plant ${kind}`,
    status: null,
    asItShould: !report.isRight && moved.length === 1 && moved[0] === counterOf[kind],
    faults,
  }
}

type Counted = Pick<
  Awaited<ReturnType<typeof judge>>,
  'missedNotices' | 'duplicateNotices' | 'notOwedNotices' | 'wrongPersonDoses' | 'wrongNotices'
>

/** Only those that are not zero. */
function faultsOf(counted: Counted): Partial<Faults> {
  const { dosedAndRecorded, dead, leftAddress, wrongPerson } = counted.wrongNotices
  const all: Faults = {
    missed: counted.missedNotices,
    duplicate: counted.duplicateNotices,
    notOwed: counted.notOwedNotices,
    wrongPersonDoses: counted.wrongPersonDoses,
    dosed: dosedAndRecorded,
    dead,
    left: leftAddress,
    protected: counted.wrongNotices.protected,
    wrongPerson,
  }
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
}

async function sesshu(...args: string[]): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(process.execPath, ['bin/sesshu.mjs', ...args], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  process.off('SIGINT', forward)
  process.off('SIGTERM', forward)
  return { status, stdout }
}

function tableOf(rows: Row[]): string {
  const cells = rows.map(({ run, asItShould, seconds, heldSeconds, owed, sent, faults }) => [
    run,
    asItShould ? 'as it should' : 'NOT as it should',
    ...[seconds, heldSeconds, owed, sent].map((value) => String(value ?? '')),
    Object.entries(faults)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
  ])
  const head = ['run', 'ended', 'seconds', 'held', 'owed', 'sent', 'counters not 0']
  const all = [head, ...cells]
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)))
  return all.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')).join('\n')
}
