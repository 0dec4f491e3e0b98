import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { processIdentity } from '../config/process-identity.ts'
import { openLogFile, rotateLogFile } from './log-file.ts'
import { endProcess, removePidFile, signalGroup, writePidFile } from './pid-file.ts'

/** How to start a process; asked for anew before every start. */
export type Launch = {
  command: string
  args: string[]
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>
  cwd?: string
  account?: { uid: number; gid: number }
  port?: number
}

export type ProcessSpec = {
  name: string
  /** `tell` shows what preparing is about, such as a build that takes minutes; `signal` ends it. */
  launch(context: { tell(detail: string): void; signal: AbortSignal }): Promise<Launch>
  /** Throws until the process does its work. */
  probe(running: { pid: number; startedAtMs: number }): Promise<void>
  stopSignal?: NodeJS.Signals
  stopWithinMs?: number
  /** For a second Ctrl-C; SIGKILL unless the process has a quick way that leaves nothing broken. */
  forceSignal?: NodeJS.Signals
}

export type ProcessState =
  | 'waiting'
  | 'preparing'
  | 'starting'
  | 'ready'
  | 'restarting'
  | 'stopping'
  | 'stopped'

export type ProcessStatus = {
  name: string
  state: ProcessState
  pid?: number
  port?: number
  /** When it came into this state, ISO 8601. */
  since: string
  restarts: number
  /** What it is busy with, or why it ended last. */
  detail?: string
}

export type ProcessPlace = { runDir: string; logDir: string; order: number }

const FIRST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 10_000
/** After so long a life an end is news, not the same failure again. */
const STEADY_AFTER_MS = 30_000
const PROBE_AGAIN_AFTER_MS = 50
const ROTATE_EVERY_MS = 15_000
const STOP_WITHIN_MS = 20_000

/**
 * One operating-system process in a group of its own, so that Ctrl-C on the terminal reaches the
 * supervisor alone. Started again, ever more slowly, whenever it ends before it is told to.
 */
export class SupervisedProcess {
  readonly spec: ProcessSpec
  readonly #place: ProcessPlace
  readonly #onChange: () => void
  #status: ProcessStatus
  #child: ChildProcess | undefined
  #isStopping = false
  readonly #wake = new AbortController()
  #running: Promise<void> | undefined
  #onReady: Array<() => void> = []

  constructor(spec: ProcessSpec, place: ProcessPlace, onChange: () => void) {
    this.spec = spec
    this.#place = place
    this.#onChange = onChange
    this.#status = { name: spec.name, state: 'waiting', since: isoNow(), restarts: 0 }
  }

  get status(): ProcessStatus {
    return this.#status
  }

  get logFile(): string {
    return join(this.#place.logDir, `${this.spec.name}.log`)
  }

  /** Resolves when it is ready for the first time; a failing start is tried again until `stop`. */
  async start(): Promise<void> {
    if (this.#isStopping) return
    this.#running ??= this.#keepRunning()
    await this.untilReady()
  }

  /** Resolves when it is ready, or at once when it was told to stop. */
  async untilReady(): Promise<void> {
    if (this.#status.state === 'ready' || this.#isStopping) return
    await new Promise<void>((resolve) => this.#onReady.push(resolve))
  }

  /** Sends `signal` to the real process group. Returns the pid, or `undefined` if none runs. */
  kill(signal: NodeJS.Signals): number | undefined {
    const pid = this.#child?.pid
    if (pid !== undefined) signalGroup(pid, signal)
    return pid
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#wake.abort()
    const pid = this.#child?.pid
    if (pid !== undefined) {
      this.#become('stopping')
      await endProcess({
        pid,
        identity: processIdentity(pid) ?? '',
        stopSignal: this.spec.stopSignal ?? 'SIGTERM',
        stopWithinMs: this.spec.stopWithinMs ?? STOP_WITHIN_MS,
      })
    }
    await this.#running
    this.#become('stopped')
    this.#tellReady()
  }

  /** Ends it now. `stop` still has to be awaited. */
  force(): void {
    this.#isStopping = true
    this.#wake.abort()
    this.kill(this.spec.forceSignal ?? 'SIGKILL')
  }

  async #keepRunning(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS
    while (!this.#isStopping) {
      const startedAtMs = performance.now()
      const reason = await this.#runOnce().catch(messageOf)
      if (this.#isStopping) return
      const isSteady = performance.now() - startedAtMs > STEADY_AFTER_MS
      backoffMs = isSteady ? FIRST_BACKOFF_MS : Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)
      this.#status = { ...this.#status, restarts: this.#status.restarts + 1 }
      this.#become('restarting', reason)
      await sleep(backoffMs, undefined, { signal: this.#wake.signal }).catch(() => {})
    }
  }

  /** One life, from preparing to its end. Returns why it ended. */
  async #runOnce(): Promise<string> {
    this.#become('preparing')
    const { signal } = this.#wake
    const tell = (detail: string): void => {
      if (!signal.aborted) this.#become('preparing', detail)
    }
    const launch = await orAborted(this.spec.launch({ tell, signal }), signal)
    if (launch === undefined || this.#isStopping) return 'told to stop'
    rotateLogFile(this.logFile)
    const child = this.#spawn(launch)
    const ended = endOf(child)
    const rotation = setInterval(() => rotateLogFile(this.logFile), ROTATE_EVERY_MS)
    try {
      if (child.pid === undefined) return await ended
      this.#adopt(child, child.pid, launch.port)
      await this.#awaitReady(child.pid, ended)
      return await ended
    } finally {
      clearInterval(rotation)
      this.#forget(child)
    }
  }

  #spawn(launch: Launch): ChildProcess {
    const out = openLogFile(this.logFile)
    try {
      return spawn(launch.command, launch.args, {
        env: launch.env,
        detached: true,
        stdio: ['ignore', out, out],
        cwd: launch.cwd ?? '/',
        ...launch.account,
      })
    } finally {
      closeSync(out)
    }
  }

  #adopt(child: ChildProcess, pid: number, port: number | undefined): void {
    this.#child = child
    writePidFile(this.#place.runDir, {
      name: this.spec.name,
      pid,
      stopSignal: this.spec.stopSignal ?? 'SIGTERM',
      stopWithinMs: this.spec.stopWithinMs ?? STOP_WITHIN_MS,
      order: this.#place.order,
    })
    this.#status = { ...this.#status, pid, ...(port !== undefined && { port }) }
    this.#become('starting')
  }

  async #awaitReady(pid: number, ended: Promise<string>): Promise<void> {
    let hasEnded = false
    const end = ended.then(() => {
      hasEnded = true
    })
    const startedAtMs = Date.now()
    while (!hasEnded && !this.#isStopping) {
      const isReady = await this.spec.probe({ pid, startedAtMs }).then(
        () => true,
        () => false,
      )
      if (isReady && !hasEnded && !this.#isStopping) {
        this.#become('ready')
        this.#tellReady()
        return
      }
      await Promise.race([end, sleep(PROBE_AGAIN_AFTER_MS)])
    }
  }

  /** What the process may have left in its group ends with it. */
  #forget(child: ChildProcess): void {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    removePidFile(this.#place.runDir, this.spec.name)
    this.#child = undefined
    const { pid: _, ...rest } = this.#status
    this.#status = rest
  }

  #become(state: ProcessState, detail?: string): void {
    const { detail: _, ...rest } = this.#status
    const since = state === rest.state ? rest.since : isoNow()
    this.#status = { ...rest, state, since, ...(detail !== undefined && { detail }) }
    this.#onChange()
  }

  #tellReady(): void {
    for (const resolve of this.#onReady.splice(0)) resolve()
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `ended with status ${code}`),
    )
  })
}

/** `undefined` once `signal` says so, even if the work does not listen to it. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  return await Promise.race([work, aborted])
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function isoNow(): string {
  return new Date().toISOString()
}
