// One system per data dir, and ports that stay unless another program holds them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DataDir, dataDirAt, lockDataDir, makeDataDir } from '../../../config/data-dir.ts'
import { freePort, keepPorts } from '../../../config/ports.ts'
import { processIdentity } from '../../../config/process-identity.ts'

let dir: DataDir
beforeEach(() => {
  dir = dataDirAt(mkdtempSync(join(tmpdir(), 'sesshu-data-dir-')))
  makeDataDir(dir)
})
afterEach(() => rmSync(dir.root, { recursive: true, force: true }))

describe('lockDataDir', () => {
  test('refuses a second one and names the process', () => {
    const lock = lockDataDir(dir)
    expect(() => lockDataDir(dir)).toThrow(new RegExp(`process ${process.pid}`))
    lock.release()
    lockDataDir(dir).release()
  })

  const ended = () => spawnSync(process.execPath, ['-e', '']).pid
  test.each([
    ['of a process that has ended', () => ({ pid: ended(), identity: 'an-earlier-boot/1' })],
    ['whose pid another process has now', () => ({ pid: process.ppid, identity: 'x/1' })],
  ])('takes over a lock %s', (_, holder) => {
    writeFileSync(join(dir.run, 'up.lock'), JSON.stringify(holder()))
    const lock = lockDataDir(dir)
    expect(JSON.parse(readFileSync(join(dir.run, 'up.lock'), 'utf8')).pid).toBe(process.pid)
    lock.release()
  })

  test('takes over a lock that was written half', () => {
    writeFileSync(join(dir.run, 'up.lock'), '{"pid":1')
    lockDataDir(dir).release()
  })
})

describe('keepPorts', () => {
  let other: Server | undefined
  afterEach(() => void other?.close())

  async function hold(): Promise<number> {
    const server = createServer()
    other = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as { port: number }).port
  }

  test('keeps what was chosen once', async () => {
    const said: string[] = []
    const first = await keepPorts(dir, (line) => said.push(line), { web: 0, ui: 0 })
    const second = await keepPorts(dir, (line) => said.push(line))
    expect(second).toEqual(first)
    expect(said).toEqual([])
  })

  test('leaves a taken port and says so in one line', async () => {
    const taken = await hold()
    const said: string[] = []
    const ports = await keepPorts(dir, (line) => said.push(line), { web: taken, ui: 0 })
    expect(ports.web).not.toBe(taken)
    expect(said).toEqual([
      `Port ${taken} is taken by another program; the pages are on port ${ports.web} instead.`,
    ])
  })

  test('chooses none that the system gives to connections: it could be gone before it is bound', async () => {
    const { postgres, temporal, smtp, codec } = await keepPorts(dir, () => {})
    for (const port of [postgres, temporal, smtp, codec, await freePort()]) {
      expect(port).toBeGreaterThanOrEqual(18_000)
      expect(port).toBeLessThan(32_000)
    }
  })

  test('gives no port twice', async () => {
    const free = (await keepPorts(dir, () => {}, { web: 0, ui: 0 })).web
    const ports = await keepPorts(dir, () => {}, { web: free, ui: free })
    expect(new Set(Object.values(ports)).size).toBe(Object.keys(ports).length)
  })
})

test('a process has one identity, and none after its end', () => {
  expect(processIdentity(process.pid)).toBe(processIdentity(process.pid))
  expect(processIdentity(process.pid)).not.toBe(processIdentity(process.ppid))
  expect(processIdentity(spawnSync(process.execPath, ['-e', '']).pid)).toBeUndefined()
})
