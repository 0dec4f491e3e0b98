// The supervisor with real processes: what is killed comes back, what is acknowledged stays, and
// nothing is left running, as `ps` sees it.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { dataDirAt } from '../../config/data-dir.ts'
import { processIdentity } from '../../config/process-identity.ts'
import { readStatus } from '../../config/system-status.ts'
import { urlFor } from '../../db/roles.ts'
import { type RunningPostgres, startPostgres } from '../../db/server.ts'
import { temporalParts } from '../../supervisor/servers.ts'
import { type StartOptions, type System, startSystem } from '../../supervisor/start-system.ts'
import { answering, smallSystem } from '../support/fixtures/small-system.ts'
import {
  newDataDir,
  pidFilesOf,
  processesOf,
  removeDataDir,
  type SupervisorProcess,
  spawnSupervisor,
  spawnUp,
  startsOf,
} from '../support/running-system.ts'

const HEALTHY_WITHIN_MS = 60_000

let dataDir: string
let said: string[]
let systems: System[]
let supervisors: SupervisorProcess[]

beforeEach(() => {
  dataDir = newDataDir()
  said = []
  systems = []
  supervisors = []
})

afterEach(async () => {
  for (const { child, ended } of supervisors) {
    if (child.exitCode === null && !child.signalCode) child.kill('SIGTERM')
    await ended
  }
  // A supervisor that was killed leaves its processes to the next one.
  if (pidFilesOf(dataDir).length > 0 && systems.length === 0) await start()
  for (const system of systems) await system.stop()
  expect(processesOf(dataDir)).toEqual([])
  removeDataDir(dataDir)
})

async function start(more: Partial<StartOptions> = {}): Promise<System> {
  const tell = (line: string): void => void said.push(line)
  const log = { info: tell, warn: tell }
  const ports = { web: 0, ui: 0 }
  const system = await startSystem({ dataDir, own: true, log, ports, parts: smallSystem, ...more })
  systems.push(system)
  return system
}

function spawnOne(env: Record<string, string> = {}): SupervisorProcess {
  const supervisor = spawnSupervisor(dataDir, env)
  supervisors.push(supervisor)
  return supervisor
}

function statusOf(system: System, name: string) {
  const found = system.processes().find((one) => one.name === name)
  if (!found) throw new Error(`no part ${name}`)
  return found
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}

/** Writes one row per commit until the connection breaks; returns the last acknowledged number. */
async function writeUntilBroken(url: string, onRow: (n: number) => void): Promise<number> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 5 })
  let acknowledged = 0
  try {
    for (let n = 1; ; n += 1) {
      await sql`insert into acknowledged (n) values (${n})`
      acknowledged = n
      onRow(n)
    }
  } catch {
    return acknowledged
  } finally {
    await sql.end({ timeout: 0 }).catch(() => {})
  }
}

describe('a killed process', () => {
  test('PostgreSQL comes back with every acknowledged row', async () => {
    const system = await start()
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    const { databaseUrl } = system.urls
    const before = postgres(databaseUrl, { max: 1, onnotice: () => {} })
    await before`create table acknowledged (n int primary key)`
    await before.end()

    let killed = 0
    const acknowledged = await writeUntilBroken(databaseUrl, (n) => {
      if (n === 200) killed = system.kill('postgres')
    })
    await until(() => statusOf(system, 'postgres').restarts === 1)
    await system.waitHealthy(HEALTHY_WITHIN_MS)

    const after = postgres(databaseUrl, { max: 1 })
    const [row] = await after`select count(*)::int as rows, max(n)::int as last from acknowledged`
    await after.end()
    expect(acknowledged).toBeGreaterThanOrEqual(200)
    // One more may be committed whose answer was cut off; none may be missing.
    expect(row?.last).toBeGreaterThanOrEqual(acknowledged)
    expect(row?.rows).toBe(row?.last)
    expect(statusOf(system, 'postgres').pid).not.toBe(killed)
  })

  test('any process is started again, and its status file says so', async () => {
    const system = await start()
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    const killed = system.kill('answers')
    await until(() => statusOf(system, 'answers').restarts === 1)
    await system.waitHealthy(HEALTHY_WITHIN_MS)

    expect(processIdentity(killed)).toBeUndefined()
    expect(startsOf(dataDir)).toEqual([killed, statusOf(system, 'answers').pid])
    const written = readStatus(dataDirAt(dataDir))?.parts.find((part) => part.name === 'answers')
    expect(written).toMatchObject({ state: 'ready', restarts: 1 })
    expect(await (await fetch(system.urls.web)).text()).toBe('here')
  })
})

describe('two at once', () => {
  test('a second one on the same data dir gets one clear line', async () => {
    const first = spawnOne()
    await first.ready
    const second = spawnOne()
    expect(await second.ended).toBe(1)
    expect(second.said()).toContain(`${dataDir} is in use by another sesshu (process ${first.pid})`)
    await expect(start()).rejects.toThrow(`process ${first.pid}`)
  })

  test('a port that another program holds is left to it', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    try {
      const system = await start({ ports: { web: port, ui: 0 } })
      await system.waitHealthy(HEALTHY_WITHIN_MS)
      expect(system.urls.web).not.toContain(`:${port}`)
      expect(said.filter((line) => line.startsWith(`Port ${port} is taken`))).toHaveLength(1)
    } finally {
      other.close()
    }
  })
})

describe('the end of a supervisor', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s leaves no process and no pid file',
    async (signal) => {
      const supervisor = spawnOne()
      const { processes } = await supervisor.ready
      expect(processesOf(dataDir).length).toBeGreaterThanOrEqual(3)
      supervisor.child.kill(signal)
      expect(await supervisor.ended).toBe(0)
      expect(processesOf(dataDir)).toEqual([])
      expect(pidFilesOf(dataDir)).toEqual([])
      expect(processes.filter(({ pid }) => pid && processIdentity(pid))).toEqual([])
    },
  )

  test('one killed with -9 is recovered by the next', async () => {
    const first = spawnOne()
    const { processes, urls } = await first.ready
    const before = postgres(urls.databaseUrl, { max: 1 })
    await before`create table kept as select 'still here' as what`
    await before.end()
    first.child.kill('SIGKILL')
    await first.ended
    const left = processes.flatMap(({ pid }) => (pid && processIdentity(pid) ? [pid] : []))
    expect(left).toHaveLength(2)

    const system = await start({ ports: {} })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    expect(left.filter((pid) => processIdentity(pid))).toEqual([])
    expect(said.join('\n')).toMatch(
      /was killed here; ended what it left running: answers, postgres/,
    )
    expect(system.urls.web).toBe(urls.web)
    const after = postgres(system.urls.databaseUrl, { max: 1 })
    expect(await after`select what from kept`).toMatchObject([{ what: 'still here' }])
    await after.end()
  })

  test('what needs another part is stopped before it', async () => {
    const system = await start({
      parts: (place, credentials, log) => [
        ...smallSystem(place, credentials, log).slice(0, 2),
        { needs: ['database'], process: answering(place, { DRAIN_MS: '300' }) },
      ],
    })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    await system.stop()
    const stoppedAt = (name: string) => Date.parse(statusOf(system, name).since)
    expect(system.processes().map(({ state }) => state)).toEqual(Array(3).fill('stopped'))
    expect(stoppedAt('answers')).toBeLessThan(stoppedAt('postgres'))
  })

  test('a second Ctrl-C ends what does not drain', async () => {
    const supervisor = spawnOne({ DRAIN_MS: '3600000' })
    const { processes } = await supervisor.ready
    supervisor.child.kill('SIGINT')
    const log = join(dataDir, 'log', 'answers.log')
    await until(() => readFileSync(log, 'utf8').includes('draining'))
    // One press can arrive twice; this is a later one.
    await sleep(1_100)
    supervisor.child.kill('SIGINT')
    expect(await supervisor.ended).toBe(0)
    expect(processes.filter(({ pid }) => pid && processIdentity(pid))).toEqual([])
  })

  test('a process that does not drain is forced', async () => {
    const system = await start({
      parts: (place) => [{ needs: [], process: answering(place, { DRAIN_MS: '3600000' }) }],
    })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    const stopping = system.stop()
    system.force()
    await stopping
    expect(processesOf(dataDir)).toEqual([])
  })
})

describe('Temporal', () => {
  test('holds nobody up while it is being built, and a stop does not wait for it', async () => {
    const system = await start({
      parts: (place, credentials, log) => [
        {
          needs: [],
          process: {
            name: 'temporal',
            launch: async ({ tell }) => {
              tell('Building temporal from source')
              return await new Promise(() => {})
            },
            probe: async () => {},
          },
        },
        ...smallSystem(place, credentials, log),
        { needs: ['temporal'], task: { name: 'search-attributes', run: async () => {} } },
      ],
    })
    await system.waitHealthy(HEALTHY_WITHIN_MS, ['answers'])
    const parts = readStatus(dataDirAt(dataDir))?.parts ?? []
    expect(parts).toContainEqual(
      expect.objectContaining({
        name: 'temporal',
        state: 'preparing',
        detail: 'Building temporal from source',
      }),
    )
    expect(parts.find(({ name }) => name === 'search-attributes')?.state).toBe('waiting')
    await system.stop()
  })

  test('comes back after a kill with its workflows and search attributes', async () => {
    const system = await start({
      parts: (place) =>
        temporalParts(place).filter((part) => 'task' in part || part.process.name === 'temporal'),
    })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    const { temporalAddress: address, temporalNamespace: namespace } = system.urls
    const connection = await Connection.connect({ address })
    const client = new Client({ connection, namespace })
    await client.workflow.start('made-up', { taskQueue: 'nobody', workflowId: 'course/made-up' })

    system.kill('temporal')
    await until(() => statusOf(system, 'temporal').restarts === 1)
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    const { status } = await client.workflow.getHandle('course/made-up').describe()
    expect(status.name).toBe('RUNNING')
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    })
    expect(Object.keys(customAttributes ?? {})).toEqual(
      expect.arrayContaining(['MunicipalityCode', 'CourseStage', 'Product', 'NextNoticeOn']),
    )
    await connection.close()
  })
})

describe('a database that others run', () => {
  let server: RunningPostgres
  let serverDir: string
  let ownerUrl: string

  beforeAll(async () => {
    serverDir = newDataDir()
    server = await startPostgres({
      dataDir: serverDir,
      log: { info: () => {}, warn: () => {} },
      settings: { fsync: 'off' },
    })
    const sql = postgres(server.superuserUrl, { max: 1, onnotice: () => {} })
    await sql`create role town login createrole password 'made-up-password'`
    await sql`create database town owner town encoding 'UTF8' template template0`
    await sql.end()
    const role = { role: 'town', password: 'made-up-password', database: 'town' }
    ownerUrl = urlFor(server.superuserUrl, role)
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(async () => {
    await server.stop()
    removeDataDir(serverDir)
  })

  test('is migrated and used, each process under its own role', async () => {
    vi.stubEnv('DATABASE_URL', ownerUrl)
    const system = await start({ own: false })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    expect(system.uses.ownDatabase).toBe(false)
    expect(system.processes().map(({ name }) => name)).toEqual(['database', 'answers'])
    const api = postgres(system.urls.roles.sesshu_api, { max: 1 })
    const [row] = await api`select current_user::text as role, current_database() as database,
                                   to_regclass('course') is not null as "isMigrated"`
    await api.end()
    expect(row).toEqual({ role: 'sesshu_api', database: 'town', isMigrated: true })
  })

  test('says what to do about a role whose password is not known here', async () => {
    vi.stubEnv('DATABASE_URL', ownerUrl)
    const system = await start({ own: false })
    await until(() => statusOf(system, 'database').state === 'restarting')
    expect(statusOf(system, 'database').detail).toMatch(/sesshu_api cannot connect.*credentials/)
  })

  test('is left alone by a system on servers of its own', async () => {
    vi.stubEnv('DATABASE_URL', ownerUrl)
    vi.stubEnv('SMTP_URL', 'smtp://mail.invalid')
    vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.invalid:7233')
    const system = await start({ parts: (place) => [{ needs: [], process: answering(place) }] })
    expect(system.uses).toEqual({ ownDatabase: true, ownTemporal: true, ownMailSink: true })
    expect(JSON.stringify(system.urls)).not.toMatch(/town|invalid/)
  })
})

test('the command up tells its addresses, answers, and ends with status 0 on Ctrl-C', async () => {
  const up = spawnUp(dataDir)
  let out = ''
  const ended = new Promise<number | null>((resolve) => up.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    up.stdout?.on('data', (chunk) => {
      out += chunk
      if (/^Pages: +http/m.test(out)) resolve()
    })
    up.once('close', () => reject(new Error(`up ended: ${out}`)))
  })
  const page = /^Pages: +(\S+)/m.exec(out)?.[1]
  expect((await fetch(`${page}/health`)).status).toBe(200)
  expect(out).toMatch(/^Database: .*\(its own\)$/m)
  const secrets = Object.values<string>(
    JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')),
  )
  expect(secrets.filter((secret) => out.includes(secret))).toEqual([])
  up.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(pidFilesOf(dataDir)).toEqual([])
})

test('one that cannot start is named, with the end of its log', async () => {
  const system = await start({
    parts: () => [
      {
        needs: [],
        process: {
          name: 'broken',
          launch: async () => ({
            command: process.execPath,
            args: ['-e', 'console.error("made-up reason"); process.exit(7)'],
            env: { SESSHU_DATA_DIR: join(dataDir, 'none') },
          }),
          probe: async () => {
            throw new Error('never')
          },
        },
      },
    ],
  })
  await until(() => statusOf(system, 'broken').restarts >= 2)
  await expect(system.waitHealthy(100)).rejects.toThrow(
    /broken is .*(ended with status 7|starting|preparing).*made-up reason/s,
  )
})
