/**
 * What sealing and the ledger cost: scans over HTTP with keyd, the sealer and the ledger at work, beside
 * the same scans without them, in alternating rounds; and what a letter batch waits for its names.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { freePort } from '../config/ports.ts'
import type { Vault } from '../vault/vault.ts'
import { benchDpop } from './dpop.ts'
import { bareVault } from './lib/bare-vault.ts'
import { cpuMsOf, familyOf } from './lib/cpu-time.ts'
import { type BenchDatabase, benchDatabase } from './lib/database.ts'
import { closedLoop } from './lib/http-load.ts'
import { type BenchKeyd, benchKeyd } from './lib/keyd.ts'
import { openResidents } from './lib/open-residents.ts'
import { startApi, startSealer } from './lib/parts.ts'
import { type BenchProcess, startProcess } from './lib/processes.ts'
import { grantBench, seedResidents } from './lib/residents.ts'
import { bodies, numbers } from './lib/scan-bodies.ts'
import { spreadOf } from './lib/spread.ts'

export type PrivacyBenchOptions = { scans: number; rounds: number }

const connections = 16
const warmUp = 1_000
const letters = 1_000
const settleMs = 1_500
const token = 'a-token-for-the-bench'

/** One of the systems that take turns. */
type Variant = {
  port: number
  next: Generator<number, never>
  processes: BenchProcess[]
  postmaster: number
  perSecond: number[]
  cpuMicros: number[]
  /** The same by process. */
  cpuOf: Record<string, number[]>
}

export async function benchPrivacy(options: PrivacyBenchOptions, say: (line: string) => void) {
  const loadBefore = Number(loadavg()[0]!.toFixed(1))
  const closing: (() => Promise<unknown>)[] = []
  const keep = <T extends { stop(): Promise<unknown> }>(one: T): T => {
    closing.unshift(() => one.stop())
    return one
  }
  try {
    const full = keep(await benchDatabase())
    const bare = keep(await benchDatabase())
    const keyd = keep(await benchKeyd(full))
    say('loading two towns')
    const people = warmUp + options.rounds * options.scans
    await fill(full, keyd.vault, people)
    const secret = randomBytes(32)
    await silenceLedger(bare)
    await fill(bare, bareVault(secret), people * 2)
    const bareNumbers = numbers()
    const variants = {
      full: await startFull(full, keyd, keep),
      bare: await startBare(bare, secret, bareNumbers, keep),
      withoutActor: await startBare(bare, secret, bareNumbers, keep, [
        '--import',
        pathToFileURL(join(import.meta.dirname, 'lib', 'no-actor.mjs')).href,
      ]),
    }
    await alternate(Object.entries(variants), options, say)
    say(`opening ${letters} residents`)
    const opened = await openResidents(full, keyd, { residents: letters, rounds: 7 })
    const [seen] = await full.sql`
      select (select count(*) from ledger_inbox) + (select count(*) from access_ledger) as looks`
    say('proofs of tablets')
    const dpop = await benchDpop({ proofs: 3_000, rounds: 3 }, say)
    return {
      ...costOf(variants),
      ...{ opened, floors: floors(), dpop, looksInLedger: Number(seen!.looks) },
      ...{ scansPerRound: options.scans, rounds: options.rounds, connections, loadBefore },
      ...{ cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', node: process.version },
    }
  } finally {
    for (const close of closing) await close()
  }
}

async function fill({ sql }: BenchDatabase, vault: Vault, people: number): Promise<void> {
  await seedResidents(sql, vault, people)
  await grantBench(sql, token)
}

/** Looks are sent and kept nowhere; keys have the version that the bare vault gives them. */
async function silenceLedger({ sql }: BenchDatabase): Promise<void> {
  await sql.unsafe(`
    create function keep_nothing() returns trigger language plpgsql as 'begin return null; end';
    create trigger keep_nothing before insert on ledger_inbox for each row execute function keep_nothing();
    alter table resident_key drop constraint if exists resident_key_town_key;`)
}

async function startFull(
  database: BenchDatabase,
  keyd: BenchKeyd,
  keep: <T extends BenchProcess>(one: T) => T,
): Promise<Variant> {
  const sealer = keep(await startSealer(database))
  const port = await freePort()
  const api = keep(await startApi(database, keyd, port))
  return variantOf(database, port, numbers(), [api, sealer, { ...keyd, name: 'keyd' }])
}

async function startBare(
  database: BenchDatabase,
  secret: Buffer,
  next: Generator<number, never>,
  keep: <T extends BenchProcess>(one: T) => T,
  nodeArgs: string[] = [],
): Promise<Variant> {
  const port = await freePort()
  const api = keep(
    await startProcess({
      name: nodeArgs.length > 0 ? 'api-without-actor' : 'api',
      entry: 'bench/lib/bare-api.ts',
      folder: database.dataDir,
      nodeArgs,
      env: {
        DATABASE_URL: database.urls.sesshu_api,
        API_PORT: String(port),
        BENCH_SECRET: secret.toString('hex'),
      },
    }),
  )
  return variantOf(database, port, next, [api])
}

function variantOf(
  { dataDir }: BenchDatabase,
  port: number,
  next: Generator<number, never>,
  processes: BenchProcess[],
): Variant {
  const [pid] = readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')
  return { port, next, processes, postmaster: Number(pid), perSecond: [], cpuMicros: [], cpuOf: {} }
}

/** Each round every variant once, each time another one first: noise hits all of them alike. */
async function alternate(
  variants: [string, Variant][],
  { scans, rounds }: PrivacyBenchOptions,
  say: (line: string) => void,
): Promise<void> {
  for (const [, variant] of variants) await play(variant, Math.floor(warmUp / 2))
  for (let round = 1; round <= rounds; round++) {
    const turn = round % variants.length
    for (const [, variant] of [...variants.slice(turn), ...variants.slice(0, turn)]) {
      const before = cpuByProcess(variant)
      variant.perSecond.push(await play(variant, scans))
      // What the sealer still has to do belongs to this round, not to the next one's.
      await sleep(settleMs)
      noteCpu(variant, before, scans)
    }
    const shown = variants.map(([name, { perSecond, cpuMicros }]) => {
      return `${name} ${perSecond.at(-1)!.toFixed(0)}/s ${cpuMicros.at(-1)?.toFixed(0) ?? '?'} µs`
    })
    say(`round ${round}: ${shown.join(', ')}`)
  }
}

/** In ms; empty where the kernel does not say. */
function cpuByProcess({ processes, postmaster }: Variant): Map<string, number> {
  const families: [string, number[]][] = [
    ...processes.map(({ name, pid }): [string, number[]] => [name, [pid]]),
    ['postgres', familyOf(postmaster)],
  ]
  return new Map(
    families.flatMap(([name, pids]) => {
      const ms = cpuMsOf(pids)
      return ms === undefined ? [] : [[name, ms]]
    }),
  )
}

function noteCpu(variant: Variant, before: Map<string, number>, scans: number): void {
  let sum = 0
  for (const [name, ms] of cpuByProcess(variant)) {
    const micros = ((ms - (before.get(name) ?? ms)) * 1_000) / scans
    variant.cpuOf[name] = [...(variant.cpuOf[name] ?? []), micros]
    sum += micros
  }
  if (before.size > 0) variant.cpuMicros.push(sum)
}

async function play({ port, next }: Variant, scans: number): Promise<number> {
  const target = { port, path: '/api/v1/scans', token }
  return (await closedLoop(target, bodies(next, scans), connections)).perSecond
}

/** Percent of scans/s that the first loses against the second, round by round, and of processor time. */
function costOf({ full, bare, withoutActor }: Record<'full' | 'bare' | 'withoutActor', Variant>) {
  const lost = (a: Variant, b: Variant) =>
    spreadOf(
      a.perSecond.map((rate, i) => 100 * (1 - rate / b.perSecond[i]!)),
      1,
    )
  const more = (a: Variant, b: Variant) =>
    spreadOf(
      a.cpuMicros.map((used, i) => 100 * (1 - b.cpuMicros[i]! / used)),
      1,
    )
  const figures = ({ perSecond, cpuMicros, cpuOf }: Variant) => ({
    scansPerSecond: spreadOf(perSecond),
    ...(cpuMicros.length > 0 && { cpuMicrosPerScan: spreadOf(cpuMicros) }),
    cpuMicrosOf: Object.fromEntries(
      Object.entries(cpuOf).map(([name, micros]) => [name, spreadOf(micros).median]),
    ),
  })
  return {
    costPercent: lost(full, bare),
    ...(full.cpuMicros.length > 0 && { costPercentOfCpu: more(full, bare) }),
    full: figures(full),
    bare: figures(bare),
    bareWithoutActor: figures(withoutActor),
    actorPercent: lost(bare, withoutActor),
  }
}

const floorRuns = 20_000
const floorBytes = 400

/** Microseconds of the bare primitives on 400 bytes. */
function floors() {
  const [key, iv, text] = [randomBytes(32), randomBytes(12), randomBytes(floorBytes)]
  const sealOnce = () => {
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    return [Buffer.concat([cipher.update(text), cipher.final()]), cipher.getAuthTag()] as const
  }
  const [sealed, tag] = sealOnce()
  const openOnce = () => {
    const decipher = createDecipheriv('aes-256-gcm', key, iv)
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(sealed), decipher.final()])
  }
  const hmacOnce = () => createHmac('sha256', key).update('0000000017').digest()
  const microsOf = (work: () => unknown) => {
    for (let i = 0; i < floorRuns; i++) work()
    const startedAt = performance.now()
    for (let i = 0; i < floorRuns; i++) work()
    return Number((((performance.now() - startedAt) * 1_000) / floorRuns).toFixed(2))
  }
  return {
    sealMicros: microsOf(sealOnce),
    openMicros: microsOf(openOnce),
    hmacMicros: microsOf(hmacOnce),
    bytes: floorBytes,
  }
}
