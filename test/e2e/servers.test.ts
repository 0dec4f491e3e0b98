// Which servers a system runs on: Temporal may come late or go away, a database may be somebody
// else's, and the command `up` says which it uses.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { dataDirAt } from '../../config/data-dir.ts'
import { readStatus } from '../../config/system-status.ts'
import { urlFor } from '../../db/roles.ts'
import { deleteDataDir, type RunningPostgres, startPostgres } from '../../db/server.ts'
import { temporalParts } from '../../supervisor/servers.ts'
import { answering, smallSystem } from '../support/fixtures/small-system.ts'
import { newDataDir, pidFilesOf, spawnUp } from '../support/running-system.ts'
import { HEALTHY_WITHIN_MS, statusOf, useSystems } from '../support/systems.ts'
import { until } from '../support/until.ts'

const systems = useSystems()

describe('Temporal', () => {
  test('holds nobody up while it is being built, and a stop does not wait for it', async () => {
    const system = await systems.start({
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
    const parts = readStatus(dataDirAt(systems.dataDir))?.parts ?? []
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
    const system = await systems.start({
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
    const { config } = await connection.workflowService.describeNamespace({ namespace })
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400)
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
    await deleteDataDir(serverDir)
  })

  test('is migrated and used, each process under its own role', async () => {
    vi.stubEnv('DATABASE_URL', ownerUrl)
    const system = await systems.start({ own: false })
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
    const system = await systems.start({ own: false })
    await until(() => statusOf(system, 'database').state === 'restarting')
    expect(statusOf(system, 'database').detail).toMatch(/sesshu_api cannot connect.*credentials/)
  })

  test('is left alone by a system on servers of its own', async () => {
    vi.stubEnv('DATABASE_URL', ownerUrl)
    vi.stubEnv('SMTP_URL', 'smtp://mail.invalid')
    vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.invalid:7233')
    const system = await systems.start({
      parts: (place) => [{ needs: [], process: answering(place) }],
    })
    expect(system.uses).toEqual({ ownDatabase: true, ownTemporal: true, ownMailSink: true })
    expect(JSON.stringify(system.urls)).not.toMatch(/town|invalid/)
  })
})

test('the command up tells its addresses, answers, and ends with status 0 on Ctrl-C', async () => {
  const up = spawnUp(systems.dataDir)
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
    JSON.parse(readFileSync(join(systems.dataDir, 'credentials.json'), 'utf8')),
  )
  expect(secrets.filter((secret) => out.includes(secret))).toEqual([])
  up.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(pidFilesOf(systems.dataDir)).toEqual([])
})
