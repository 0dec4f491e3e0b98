import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProcessStatus } from '../../supervisor/process.ts'
import type { System } from '../../supervisor/start-system.ts'

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'sesshu-system-'))
}

/** Every process whose command line or environment names the data dir, by `ps`, not by our files. */
export function processesOf(dataDir: string): number[] {
  const listing = execFileSync('ps', ['axeww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return listing
    .split('\n')
    .filter((line) => line.includes(dataDir) && !line.includes('ps axeww'))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid !== process.pid)
}

export function pidFilesOf(dataDir: string): string[] {
  return readdirSync(join(dataDir, 'run')).filter((name) => name.endsWith('.pid'))
}

export type SupervisorProcess = {
  child: ChildProcess
  pid: number
  /** What it printed when everything was ready. */
  ready: Promise<{ urls: System['urls']; processes: ProcessStatus[] }>
  ended: Promise<number | null>
  said(): string
}

/** A supervisor in an operating-system process of its own, so that it can be killed. */
export function spawnSupervisor(
  dataDir: string,
  more: Record<string, string> = {},
): SupervisorProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture('system-main.ts')], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: { ...process.env, ...more, SESSHU_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ready = new Promise<Awaited<SupervisorProcess['ready']>>((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.includes('\n')) resolve(JSON.parse(out))
    })
    child.once('close', () => reject(new Error(`The supervisor ended: ${said}`)))
  })
  ready.catch(() => {})
  return { child, pid: child.pid as number, ready, ended, said: () => said }
}

/** The command `up` on servers of its own, in a process that can be signalled. */
export function spawnUp(dataDir: string): ChildProcess {
  const env: NodeJS.ProcessEnv = { ...process.env, SESSHU_DATA_DIR: dataDir }
  for (const name of Object.keys(env)) {
    if (/^(DATABASE_URL|SMTP_URL|TEMPORAL_.*)$/.test(name)) delete env[name]
  }
  return spawn(process.execPath, ['--import', 'tsx', fixture('up-main.ts')], {
    cwd: join(import.meta.dirname, '..', '..'),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', name)
}

/** The pids that `answers.mjs` noted, one per start. */
export function startsOf(dataDir: string): number[] {
  return readFileSync(join(dataDir, 'starts'), 'utf8').trim().split('\n').map(Number)
}
