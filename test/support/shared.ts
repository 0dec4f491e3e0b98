import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Servers that every project of one vitest run shares. Each project runs its own global set-up in
 * the same process, so the first one starts the server and the last one stops it.
 */
type Shared = { users: number; started: Promise<unknown>; stop: () => Promise<void> }

const registryKey = Symbol.for('sesshu.test.servers')
const holder = globalThis as { [registryKey]?: Map<string, Shared> }

export type Started<T> = { value: T; stop(): Promise<void> }

export async function shareServer<T>(
  name: string,
  start: () => Promise<Started<T>>,
): Promise<Started<T>> {
  holder[registryKey] ??= new Map()
  const registry = holder[registryKey]
  let shared = registry.get(name)
  if (!shared) {
    const starting = start()
    shared = { users: 0, started: starting, stop: async () => (await starting).stop() }
    registry.set(name, shared)
  }
  shared.users += 1
  const { value } = (await shared.started) as Started<T>
  return { value, stop: () => release(name) }
}

async function release(name: string): Promise<void> {
  const shared = holder[registryKey]?.get(name)
  if (!shared) return
  shared.users -= 1
  if (shared.users > 0) return
  holder[registryKey]?.delete(name)
  await shared.stop()
}

const PREFIX = 'sesshu-test-'
const OWNER = 'owner.json'

/** A folder that names the run it belongs to, so that a later run can clear up after a killed one. */
export async function runFolder(kind: string): Promise<string> {
  sweepDeadRuns()
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${kind}-`))
  // The account postgres must be able to pass through.
  await chmod(folder, 0o711)
  rememberServer(folder, [])
  return folder
}

export function rememberServer(folder: string, pids: number[]): void {
  writeFileSync(join(folder, OWNER), JSON.stringify({ run: process.pid, pids }))
}

function sweepDeadRuns(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name)
    const owner = readOwner(join(folder, OWNER))
    if (!owner || isAlive(owner.run)) continue
    for (const pid of owner.pids) killIfOurs(pid, folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

function readOwner(file: string): { run: number; pids: number[] } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Only a process whose command line names this very folder is ours; pids are used again. */
function killIfOurs(pid: number, folder: string): void {
  const commandLine = `/proc/${pid}/cmdline`
  if (!existsSync(commandLine)) return
  if (readFileSync(commandLine, 'utf8').includes(folder)) process.kill(pid, 'SIGKILL')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Runs `clean`, synchronously, when this process ends in whatever way it can notice. */
export function onExit(clean: () => void): () => void {
  const once = (): void => {
    forget()
    clean()
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    once()
    process.kill(process.pid, signal)
  }
  const forget = (): void => {
    process.off('exit', once)
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
  process.on('exit', once)
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return forget
}
