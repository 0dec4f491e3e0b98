// The supervisor with real processes: what is killed comes back, what is acknowledged stays, and
// nothing is left running, as `ps` sees it.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import { dataDirAt } from '../../config/data-dir.ts'
import { processIdentity } from '../../config/process-identity.ts'
import { readStatus } from '../../config/system-status.ts'
import { answering, smallSystem } from '../support/fixtures/small-system.ts'
import { pidFilesOf, processesOf, startsOf } from '../support/running-system.ts'
import { HEALTHY_WITHIN_MS, statusOf, useSystems } from '../support/systems.ts'
import { until } from '../support/until.ts'

const systems = useSystems()

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
    const system = await systems.start()
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
    const system = await systems.start()
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    const killed = system.kill('answers')
    await until(() => statusOf(system, 'answers').restarts === 1)
    await system.waitHealthy(HEALTHY_WITHIN_MS)

    expect(processIdentity(killed)).toBeUndefined()
    expect(startsOf(systems.dataDir)).toEqual([killed, statusOf(system, 'answers').pid])
    const written = readStatus(dataDirAt(systems.dataDir))?.parts.find(
      (part) => part.name === 'answers',
    )
    expect(written).toMatchObject({ state: 'ready', restarts: 1 })
    expect(await (await fetch(system.urls.web)).text()).toBe('here')
  })
})

describe('two at once', () => {
  test('a second one on the same data dir gets one clear line', async () => {
    const first = systems.spawnOne()
    await first.ready
    const second = systems.spawnOne()
    expect(await second.ended).toBe(1)
    expect(second.said()).toContain(
      `${systems.dataDir} is in use by another sesshu (process ${first.pid})`,
    )
    await expect(systems.start()).rejects.toThrow(`process ${first.pid}`)
  })

  test('a port that another program holds is left to it', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    try {
      const system = await systems.start({ ports: { web: port, ui: 0 } })
      await system.waitHealthy(HEALTHY_WITHIN_MS)
      expect(system.urls.web).not.toContain(`:${port}`)
      expect(systems.said.filter((line) => line.startsWith(`Port ${port} is taken`))).toHaveLength(
        1,
      )
    } finally {
      other.close()
    }
  })
})

describe('the end of a supervisor', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s leaves no process and no pid file',
    async (signal) => {
      const supervisor = systems.spawnOne()
      const { processes } = await supervisor.ready
      expect(processesOf(systems.dataDir).length).toBeGreaterThanOrEqual(3)
      supervisor.child.kill(signal)
      expect(await supervisor.ended).toBe(0)
      expect(processesOf(systems.dataDir)).toEqual([])
      expect(pidFilesOf(systems.dataDir)).toEqual([])
      expect(processes.filter(({ pid }) => pid && processIdentity(pid))).toEqual([])
    },
  )

  test('one killed with -9 is recovered by the next', async () => {
    const first = systems.spawnOne()
    const { processes, urls } = await first.ready
    const before = postgres(urls.databaseUrl, { max: 1 })
    await before`create table kept as select 'still here' as what`
    await before.end()
    first.child.kill('SIGKILL')
    await first.ended
    const left = processes.flatMap(({ pid }) => (pid && processIdentity(pid) ? [pid] : []))
    expect(left).toHaveLength(2)

    const system = await systems.start({ ports: {} })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    expect(left.filter((pid) => processIdentity(pid))).toEqual([])
    expect(systems.said.join('\n')).toMatch(
      /was killed here; ended what it left running: answers, postgres/,
    )
    expect(system.urls.web).toBe(urls.web)
    const after = postgres(system.urls.databaseUrl, { max: 1 })
    expect(await after`select what from kept`).toMatchObject([{ what: 'still here' }])
    await after.end()
  })

  test('what needs another part is stopped before it', async () => {
    const system = await systems.start({
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
    const supervisor = systems.spawnOne({ DRAIN_MS: '3600000' })
    const { processes } = await supervisor.ready
    supervisor.child.kill('SIGINT')
    const log = join(systems.dataDir, 'log', 'answers.log')
    await until(() => readFileSync(log, 'utf8').includes('draining'))
    // One press can arrive twice; this is a later one.
    await sleep(1_100)
    supervisor.child.kill('SIGINT')
    expect(await supervisor.ended).toBe(0)
    expect(processes.filter(({ pid }) => pid && processIdentity(pid))).toEqual([])
  })

  test('a process that does not drain is forced', async () => {
    const system = await systems.start({
      parts: (place) => [{ needs: [], process: answering(place, { DRAIN_MS: '3600000' }) }],
    })
    await system.waitHealthy(HEALTHY_WITHIN_MS)
    const stopping = system.stop()
    system.force()
    await stopping
    expect(processesOf(systems.dataDir)).toEqual([])
  })
})

test('one that cannot start is named, with the end of its log', async () => {
  const system = await systems.start({
    parts: () => [
      {
        needs: [],
        process: {
          name: 'broken',
          launch: async () => ({
            command: process.execPath,
            args: ['-e', 'console.error("made-up reason"); process.exit(7)'],
            env: { SESSHU_DATA_DIR: join(systems.dataDir, 'none') },
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
