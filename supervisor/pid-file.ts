import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeWhole } from '../config/data-dir.ts'
import { isSameProcess, processIdentity } from '../config/process-identity.ts'

/** What stands in `run/<name>.pid`: enough for a later supervisor to end the process properly. */
export type PidRecord = {
  name: string
  pid: number
  /** Start time and boot, so that a reused pid is never mistaken for ours. */
  identity: string
  stopSignal: NodeJS.Signals
  stopWithinMs: number
  /** Ended in reverse of this. */
  order: number
}

const LOOK_AGAIN_AFTER_MS = 25

export function writePidFile(runDir: string, record: Omit<PidRecord, 'identity'>): void {
  const identity = processIdentity(record.pid) ?? ''
  writeWhole(pidFile(runDir, record.name), `${JSON.stringify({ ...record, identity })}\n`)
}

export function removePidFile(runDir: string, name: string): void {
  rmSync(pidFile(runDir, name), { force: true })
}

function pidFile(runDir: string, name: string): string {
  return join(runDir, `${name}.pid`)
}

/** The processes of an earlier supervisor that still run; files of ended ones are removed. */
export function leftoverProcesses(runDir: string): PidRecord[] {
  const found: PidRecord[] = []
  for (const file of readdirSync(runDir).filter((name) => name.endsWith('.pid'))) {
    const record = readRecord(join(runDir, file))
    if (record && isSameProcess(record.pid, record.identity)) found.push(record)
    else removePidFile(runDir, basename(file, '.pid'))
  }
  return found.sort((a, b) => b.order - a.order)
}

function readRecord(path: string): PidRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8'))
    return typeof record?.pid === 'number' && record.pid > 1 ? record : undefined
  } catch {
    return undefined
  }
}

/** Ends what a killed supervisor left behind, last started first. Returns the names. */
export async function endLeftovers(runDir: string): Promise<string[]> {
  const left = leftoverProcesses(runDir)
  for (const record of left) {
    await endProcess(record)
    removePidFile(runDir, record.name)
  }
  return left.map((record) => record.name)
}

/** Asks the process to stop, waits, then kills its whole group. */
export async function endProcess(record: Omit<PidRecord, 'name' | 'order'>): Promise<void> {
  signalProcess(record.pid, record.stopSignal)
  const deadline = Date.now() + record.stopWithinMs
  while (isSameProcess(record.pid, record.identity) && Date.now() < deadline) {
    await sleep(LOOK_AGAIN_AFTER_MS)
  }
  signalGroup(record.pid, 'SIGKILL')
  while (isSameProcess(record.pid, record.identity)) await sleep(LOOK_AGAIN_AFTER_MS)
}

export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  send(pid, signal)
}

/** Every process here leads a group of its own; this reaches its children too. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  send(-pid, signal)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
