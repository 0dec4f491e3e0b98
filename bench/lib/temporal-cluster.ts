/** The multi-service Temporal server on PostgreSQL, for one bench: the cluster, not `start-dev`. */
import { execFile, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Connection } from '@temporalio/client'
import postgres from 'postgres'
import { probeTemporal } from '../../supervisor/probes.ts'
import { buildServerBinaries } from '../../supervisor/temporal-binary.ts'
import { ensureSearchAttributes } from '../../workers/search-attributes.ts'
import { atStop, killNow } from './at-stop.ts'
import { endProcess } from './processes.ts'

export type TemporalCluster = {
  address: string
  namespace: string
  /** What a reader must know to repeat the figures. */
  settings: { version: string; shards: number; dynamicConfig: Record<string, number>; goGc: string }
  pid: number
  stop(): Promise<void>
}

export type ClusterOptions = {
  /** A superuser's, of the server that is to hold both databases. */
  superuserUrl: string
  folder: string
  shards: number
  /** Go's GOGC; the server's own default where it is left out. */
  goGc?: string
  /** Keep only the visibility indexes that this system asks through; the server ships 40 and more. */
  fewIndexes?: boolean
  say(line: string): void
}

const namespace = 'sesshu-bench'
const database = { core: 'temporal', visibility: 'temporal_visibility' }
/** As shipped these would be what is measured. */
const dynamicConfig: Record<string, number> = {
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  'frontend.namespaceCount': 100_000,
  'frontend.persistenceMaxQPS': 100_000,
  'history.rps': 100_000,
  'history.persistenceMaxQPS': 100_000,
  'matching.rps': 100_000,
  'matching.persistenceMaxQPS': 100_000,
}
const upWithinMs = 60_000
const retentionSeconds = 86_400

export async function temporalCluster(options: ClusterOptions): Promise<TemporalCluster> {
  const { server, sql } = await buildServerBinaries({ onProgress: options.say })
  options.say('making the schema of Temporal')
  await makeSchemas(sql.path, options.superuserUrl)
  if (options.fewIndexes) await dropIndexes(options.superuserUrl)
  const address = `127.0.0.1:${await lowPort()}`
  const child = await startServer(server.path, address, options)
  child.once(
    'exit',
    atStop(() => killNow(child.pid)),
  )
  try {
    await openNamespace(address, () => child.exitCode !== null)
  } catch (error) {
    await endProcess(child)
    const log = await readFile(logFile(options.folder), 'utf8').catch(() => '')
    throw new Error(`Temporal did not come up.\n${log.slice(-2_000)}`, { cause: error })
  }
  return {
    address,
    namespace,
    settings: {
      version: server.version,
      shards: options.shards,
      dynamicConfig,
      goGc: options.goGc ?? 'default',
    },
    pid: child.pid as number,
    stop: () => endProcess(child),
  }
}

async function makeSchemas(tool: string, superuserUrl: string): Promise<void> {
  const url = new URL(superuserUrl)
  const run = promisify(execFile)
  const target = ['--plugin', 'postgres12_pgx', '--ep', url.hostname, '-p', url.port]
  // By the environment: an argument could be read by anybody on the machine.
  const env = {
    PATH: process.env.PATH,
    SQL_USER: decodeURIComponent(url.username),
    SQL_PASSWORD: decodeURIComponent(url.password),
  }
  for (const [kind, name] of Object.entries(database)) {
    const schema = kind === 'core' ? 'postgresql/v12/temporal' : 'postgresql/v12/visibility'
    const at = (...step: string[]) => run(tool, [...target, '--db', name, ...step], { env })
    await at('create')
    await at('setup-schema', '-v', '0.0')
    await at('update-schema', '--schema-name', schema)
  }
}

/** Worklists read PostgreSQL, so that visibility is for the UI's list by id, type and status alone. */
async function dropIndexes(superuserUrl: string): Promise<void> {
  const url = new URL(superuserUrl)
  url.pathname = `/${database.visibility}`
  const sql = postgres(url.toString(), { max: 1, onnotice: () => {} })
  try {
    const spare = await sql<{ name: string }[]>`
      select indexrelid::regclass::text as name from pg_index
       where indrelid = 'executions_visibility'::regclass and not indisprimary
         and indexrelid::regclass::text not in ('default_idx', 'by_workflow_id', 'by_status')`
    for (const { name } of spare) await sql`drop index ${sql(name)}`
  } finally {
    await sql.end()
  }
}

async function startServer(path: string, address: string, options: ClusterOptions) {
  const { superuserUrl, folder, shards, goGc } = options
  const url = new URL(superuserUrl)
  const configFile = join(folder, 'temporal-dynamic-config.yaml')
  const yaml = Object.entries(dynamicConfig).map(([key, value]) => `${key}:\n  - value: ${value}\n`)
  writeFileSync(configFile, yaml.join(''))
  const out = openSync(logFile(folder), 'a')
  try {
    return spawn(path, ['--allow-no-auth', 'start'], {
      detached: true,
      stdio: ['ignore', out, out],
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        DB: 'postgres12_pgx',
        POSTGRES_SEEDS: url.hostname,
        DB_PORT: url.port,
        POSTGRES_USER: decodeURIComponent(url.username),
        POSTGRES_PWD: decodeURIComponent(url.password),
        DBNAME: database.core,
        VISIBILITY_DBNAME: database.visibility,
        NUM_HISTORY_SHARDS: String(shards),
        BIND_ON_IP: '127.0.0.1',
        LOG_LEVEL: 'error',
        DYNAMIC_CONFIG_FILE_PATH: configFile,
        ...(goGc && { GOGC: goGc }),
        ...(await portsOf(address)),
      },
    })
  } finally {
    closeSync(out)
  }
}

/** Free ports, another cluster may run beside this one. */
async function portsOf(address: string): Promise<Record<string, string>> {
  const ports: Record<string, string> = { FRONTEND_GRPC_PORT: address.split(':')[1] as string }
  const names = [
    ...['FRONTEND_HTTP_PORT', 'FRONTEND_MEMBERSHIP_PORT'],
    ...['MATCHING_GRPC_PORT', 'MATCHING_MEMBERSHIP_PORT'],
    ...['HISTORY_GRPC_PORT', 'HISTORY_MEMBERSHIP_PORT'],
    ...['WORKER_GRPC_PORT', 'WORKER_MEMBERSHIP_PORT'],
  ]
  for (const name of names) {
    let port = await lowPort()
    while (Object.values(ports).includes(String(port))) port = await lowPort()
    ports[name] = String(port)
  }
  return ports
}

/** The cluster's list of members holds ports as int2: those that the system chooses lie above. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
        server.close(() => resolve(true)),
      )
    })
    if (isFree) return port
  }
}

async function openNamespace(address: string, hasEnded: () => boolean): Promise<void> {
  const seconds = retentionSeconds as unknown as never
  await untilItWorks(hasEnded, async () => {
    const connection = await Connection.connect({ address, connectTimeout: '2s' })
    try {
      await connection.workflowService
        .registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds } })
        .catch((error) => {
          if (error.code !== alreadyExists) throw error
        })
      await ensureSearchAttributes(connection, namespace)
    } finally {
      await connection.close()
    }
    await probeTemporal(address, namespace)
  })
}

const alreadyExists = 6

async function untilItWorks(hasEnded: () => boolean, work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + upWithinMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (hasEnded() || Date.now() > deadline) throw error
    }
    await sleep(250)
  }
}

function logFile(folder: string): string {
  return join(folder, 'temporal.log')
}
