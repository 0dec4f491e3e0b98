/**
 * The default PostgreSQL: a server of our own in a data dir, from the binaries of an npm package.
 * Any other server of version 18 or newer does as well; this one needs nothing installed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { freePort } from '../config/ports.ts'
import { type Account, giveTo, postgresAccount } from './server/account.ts'
import { postgresBinaries } from './server/binaries.ts'
import { clusterFolder, ensureCluster, SUPERUSER, serverEnvironment } from './server/cluster.ts'
import { openCredentials } from './server/credentials.ts'
import { isAlive, runningPostmaster, settleAfterCrash } from './server/postmaster.ts'
import {
  archiveSettings,
  asArguments,
  baseSettings,
  type ServerSettings,
} from './server/settings.ts'

export { postgresBinaries } from './server/binaries.ts'
export { deleteDataDir, SUPERUSER } from './server/cluster.ts'
export { type Credentials, openCredentials } from './server/credentials.ts'

export type ServerLog = { info(line: string): void; warn(line: string): void }

export type PostgresOptions = {
  dataDir: string
  /** 0, the default, lets the system choose. */
  port?: number
  log: ServerLog
  /** Archives finished WAL files into this folder. */
  archiveTo?: string
  /** On top of the base settings; tests that need no durability say so here. */
  settings?: ServerSettings
}

/** Everything needed to start the server, the cluster being made and settled. */
export type PreparedPostgres = {
  command: string
  args: string[]
  env: Record<string, string>
  account?: Account
  clusterDir: string
  port: number
  superuserUrl: string
}

export type RunningPostgres = {
  port: number
  superuserUrl: string
  pid: number
  clusterDir: string
  /** Fast shutdown: sessions end, nothing committed is lost. Idempotent. */
  stop(): Promise<void>
}

const READY_WITHIN_MS = 120_000
const LOOK_AGAIN_AFTER_MS = 50
const FAST_STOP_WITHIN_MS = 60_000
const OLDEST_VERSION_NUM = 180_000

/** Programs, account, cluster and port. Throws a sentence saying what to do when one is missing. */
export async function preparePostgres(options: PostgresOptions): Promise<PreparedPostgres> {
  const binaries = await postgresBinaries()
  const account = postgresAccount()
  if (account?.name === 'nobody') {
    options.log.warn('There is no account "postgres": the database runs as "nobody".')
  }
  const clusterDir = await clusterFolder(options.dataDir, account)
  const running = await runningPostmaster(clusterDir)
  if (running !== undefined) throw new PostgresIsRunning(clusterDir, running)
  const credentials = await openCredentials(options.dataDir)
  const password = (): Promise<string> => credentials.passwordOf(SUPERUSER)
  await ensureCluster(clusterDir, binaries, password, account)
  await settleAfterCrash(clusterDir)
  const known = credentials.known(SUPERUSER)
  if (known === undefined) {
    throw new Error(
      `${options.dataDir}/credentials.json does not know the password of the database.`,
    )
  }
  if (options.archiveTo) await prepareArchive(options.archiveTo, account)
  const port = options.port || (await freePort())
  return {
    command: binaries.postgres,
    args: ['-D', clusterDir, '-p', String(port), ...asArguments(settingsFor(options))],
    env: serverEnvironment,
    ...(account && { account }),
    clusterDir,
    port,
    superuserUrl: `postgres://${SUPERUSER}:${known}@127.0.0.1:${port}/postgres`,
  }
}

function settingsFor({ archiveTo, settings }: PostgresOptions): ServerSettings {
  return { ...baseSettings, ...(archiveTo && archiveSettings(archiveTo)), ...settings }
}

async function prepareArchive(folder: string, account?: Account): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (account) await giveTo(folder, account)
}

/** A server already runs on the cluster; its pid is `pid`. */
export class PostgresIsRunning extends Error {
  readonly pid: number

  constructor(clusterDir: string, pid: number) {
    super(`PostgreSQL (process ${pid}) already runs on ${clusterDir}. Stop it first.`)
    this.name = 'PostgresIsRunning'
    this.pid = pid
  }
}

/** Starts the server in a process group of its own, so that Ctrl-C reaches us first. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const prepared = await preparePostgres(options)
  const logFile = join(options.dataDir, 'log', 'postgres.log')
  await mkdir(join(options.dataDir, 'log'), { recursive: true })
  const child = spawnServer(prepared, logFile)
  const pid = child.pid as number
  try {
    await awaitPostgres(prepared.superuserUrl, () => child.exitCode === null && !child.signalCode)
  } catch (error) {
    await stopPostmaster(pid)
    throw new Error(`${(error as Error).message} ${await lastLines(logFile)}`, { cause: error })
  }
  const { port, superuserUrl, clusterDir } = prepared
  options.log.info(`PostgreSQL listens on 127.0.0.1:${port} (process ${pid})`)
  return { port, superuserUrl, pid, clusterDir, stop: () => stopPostmaster(pid) }
}

function spawnServer(prepared: PreparedPostgres, logFile: string): ChildProcess {
  const { command, args, env, account } = prepared
  const out = openSync(logFile, 'a')
  try {
    return spawn(command, args, {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', out, out],
      ...(account && { uid: account.uid, gid: account.gid }),
    })
  } finally {
    closeSync(out)
  }
}

/** Waits until the server answers, then refuses one that is too old or not in UTF-8. */
export async function awaitPostgres(url: string, isRunning: () => boolean): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    if (!isRunning()) throw new Error('PostgreSQL ended while it was starting.')
    try {
      await assertUsable(url)
      return
    } catch (error) {
      if (error instanceof UnusableServer || Date.now() > deadline) throw error
    }
    await sleep(LOOK_AGAIN_AFTER_MS)
  }
}

export class UnusableServer extends Error {}

/** Throws `UnusableServer` for a server older than 18 or a database that is not UTF-8. */
export async function assertUsable(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    const [row] = await sql<{ encoding: string; version: number }[]>`
      select current_setting('server_encoding') as encoding,
             current_setting('server_version_num')::int as version`
    refuseUnusable(row?.encoding ?? '', row?.version ?? 0)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

export function refuseUnusable(encoding: string, versionNum: number): void {
  if (versionNum < OLDEST_VERSION_NUM) {
    const major = Math.floor(versionNum / 10_000)
    throw new UnusableServer(`The server is PostgreSQL ${major}; sesshu needs 18 or newer.`)
  }
  if (encoding !== 'UTF8') {
    throw new UnusableServer(
      `The database is encoded in ${encoding}: names would be damaged. ` +
        "Make one with ENCODING 'UTF8' TEMPLATE template0.",
    )
  }
}

/** SIGINT is fast shutdown, SIGQUIT leaves recovery to the next start; neither loses a commit. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    if (await hasEnded(pid, FAST_STOP_WITHIN_MS)) return
  }
}

async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false
    await sleep(LOOK_AGAIN_AFTER_MS)
  }
  return true
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return `Its log ends: ${text.trimEnd().split('\n').slice(-3).join(' / ')} (${file})`
}
