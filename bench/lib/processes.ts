/** The system's own processes, each an OS process as in operation, without a supervisor. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { READY_FILE_VARIABLE } from '../../config/ready.ts'
import { atStop, killNow } from './at-stop.ts'

export type BenchProcess = { name: string; pid: number; stop(): Promise<void> }

const readyWithinMs = 60_000
const drainWithinMs = 20_000
const lookEveryMs = 50

/** Resolves when it has announced itself, or when the file `isReady` is there. Throws with the end of its log when it ends instead. */
export async function startProcess(options: {
  name: string
  entry: string
  folder: string
  env: Record<string, string>
  nodeArgs?: string[]
  isReady?: string
}): Promise<BenchProcess> {
  const { name, entry, folder, env, nodeArgs = [] } = options
  const log = join(folder, `${name}.log`)
  const readyFile = options.isReady ?? join(folder, `${name}.ready`)
  const out = openSync(log, 'a')
  const child = spawn(process.execPath, [...nodeArgs, '--import', 'tsx', entry], {
    cwd: join(import.meta.dirname, '..', '..'),
    detached: true,
    stdio: ['ignore', out, out],
    env: {
      PATH: process.env.PATH ?? '',
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      LOG_LEVEL: 'warn',
      SESSHU_DATA_DIR: folder,
      SMTP_URL: 'smtp://127.0.0.1:1',
      TEMPORAL_CONFIG_FILE: emptyProfile(folder),
      ...env,
      [READY_FILE_VARIABLE]: readyFile,
    },
  })
  closeSync(out)
  child.once(
    'exit',
    atStop(() => killNow(child.pid)),
  )
  const deadline = Date.now() + readyWithinMs
  while (!existsSync(readyFile)) {
    if (hasEnded(child) || Date.now() > deadline) {
      await endProcess(child)
      throw new Error(`${name} did not come up.\n${(await readFile(log, 'utf8')).slice(-2_000)}`)
    }
    await sleep(lookEveryMs)
  }
  return { name, pid: child.pid as number, stop: () => endProcess(child) }
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), drainWithinMs)
  await ended
  clearTimeout(timer)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** A profile of whoever runs the bench must not lead elsewhere. */
function emptyProfile(folder: string): string {
  const path = join(folder, 'temporal.toml')
  writeFileSync(path, '[profile.default]\n')
  return path
}
