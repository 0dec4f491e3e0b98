import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import type { TestProject } from 'vitest/node'
import { freePort } from '../../config/ports.ts'
import { findTemporal } from '../../supervisor/temporal-binary.ts'
import { onExit, rememberServer, runFolder, type Started, shareServer } from './shared.ts'

export type TestTemporal = {
  address: string
  namespace: string
  /** Everything that the server keeps: for looking into, never for writing. */
  dbFile: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    temporal: TestTemporal
  }
}

const SEARCH_ATTRIBUTES = {
  MunicipalityCode: 'Keyword',
  CourseStage: 'Keyword',
  Product: 'Keyword',
  NextNoticeOn: 'Datetime',
}
const READY_WITHIN_MS = 60_000
const ATTEMPTS = 3

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = await shareServer('temporal', startTestTemporal)
  project.provide('temporal', shared.value)
  return shared.stop
}

async function startTestTemporal(): Promise<Started<TestTemporal>> {
  const binary = await temporalBinary()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(await freePort(), binary)
    } catch (error) {
      // Between choosing a free port and taking it, somebody else may have.
      if (attempt === ATTEMPTS) throw error
    }
  }
}

async function startOn(port: number, binary: string): Promise<Started<TestTemporal>> {
  const folder = await runFolder('temporal')
  const logFile = join(folder, 'temporal.log')
  const dbFile = join(folder, 'temporal.db')
  const child = spawnServer(binary, port, logFile, dbFile)
  rememberServer(folder, [child.pid as number])
  const forget = onExit(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const stop = async (): Promise<void> => {
    await end(child)
    forget()
    rmSync(folder, { recursive: true, force: true })
  }
  const address = `127.0.0.1:${port}`
  try {
    await awaitTemporal(address, child)
  } catch (error) {
    const log = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-5).join('\n')
    await stop()
    throw new Error(`Temporal did not start on ${address}.\n${log}`, { cause: error })
  }
  return { value: { address, namespace: 'default', dbFile }, stop }
}

function spawnServer(binary: string, port: number, logFile: string, db: string): ChildProcess {
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ])
  const out = openSync(logFile, 'a')
  try {
    return spawn(
      binary,
      [
        ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)],
        ...['--log-level', 'error', '--db-filename', db],
        ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF'],
        ...['--dynamic-config-value', 'frontend.WorkflowTimeSkippingEnabled=true'],
        ...attributes,
      ],
      {
        detached: true,
        stdio: ['ignore', out, out],
        env: { ...process.env, HOME: '/nonexistent' },
      },
    )
  } finally {
    closeSync(out)
  }
}

async function awaitTemporal(address: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended with status ${child.exitCode}.`)
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2s' })
      const service = 'temporal.api.workflowservice.v1.WorkflowService'
      await connection.healthService.check({ service })
      await connection.workflowService.describeNamespace({ namespace: 'default' })
      await connection.close()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await sleep(100)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}

/** Said aloud, because a first run may have to build it for minutes. */
async function temporalBinary(): Promise<string> {
  const named = process.env.SESSHU_TEMPORAL_BINARY
  if (named) return named
  const { path } = await findTemporal({ onProgress: (line) => console.log(line) })
  return path
}
