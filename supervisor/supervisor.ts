import { setTimeout as sleep } from 'node:timers/promises'
import { lastLines } from './log-file.ts'
import { type ProcessSpec, type ProcessStatus, SupervisedProcess } from './process.ts'
import { SupervisedTask, type Task } from './task.ts'

/** A node of the start-up graph; it begins when everything in `needs` is ready. */
export type Part = { needs: string[] } & ({ process: ProcessSpec } | { task: Task })

export type SupervisorOptions = {
  parts: Part[]
  runDir: string
  logDir: string
  onChange(status: ProcessStatus[]): void
}

const LOOK_AGAIN_AFTER_MS = 50

/** What `untilReady` throws when `stop` was called meanwhile. */
export class SystemStopped extends Error {
  constructor() {
    super('The system was told to stop.')
    this.name = 'SystemStopped'
  }
}

/** Starts a graph of parts by readiness, keeps them running and stops them in reverse. */
export class Supervisor {
  readonly #nodes = new Map<string, Node>()
  readonly #onChange: (status: ProcessStatus[]) => void
  #stopping: Promise<void> | undefined

  constructor({ parts, runDir, logDir, onChange }: SupervisorOptions) {
    this.#onChange = onChange
    const changed = (): void => this.#onChange(this.status())
    for (const [order, part] of parts.entries()) {
      const unit =
        'process' in part
          ? new SupervisedProcess(part.process, { runDir, logDir, order }, changed)
          : new SupervisedTask(part.task, changed)
      for (const need of part.needs) {
        if (!this.#nodes.has(need)) throw new Error(`${unit.status.name} needs unknown ${need}`)
      }
      this.#nodes.set(unit.status.name, { unit, needs: part.needs })
    }
  }

  status(): ProcessStatus[] {
    return [...this.#nodes.values()].map(({ unit }) => unit.status)
  }

  /** Begins everything that can begin; what is ready when is seen in `status` and `untilReady`. */
  start(): void {
    for (const node of this.#nodes.values()) {
      node.started ??= this.#startWhenNeedsAreReady(node)
    }
    this.#onChange(this.status())
  }

  async #startWhenNeedsAreReady({ unit, needs }: Node): Promise<void> {
    await Promise.all(needs.map((need) => this.#unit(need).untilReady()))
    if (!this.#stopping) await unit.start()
  }

  /** Throws after `timeoutMs`, naming each part that is not ready and the end of its log. */
  async untilReady(timeoutMs: number, names: string[] = [...this.#nodes.keys()]): Promise<void> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const late = names.filter((name) => this.#unit(name).status.state !== 'ready')
      if (late.length === 0) return
      if (this.#stopping) throw new SystemStopped()
      if (Date.now() > deadline) throw new Error(await this.#describeLate(late, timeoutMs))
      await sleep(LOOK_AGAIN_AFTER_MS)
    }
  }

  async #describeLate(names: string[], timeoutMs: number): Promise<string> {
    const lines = await Promise.all(
      names.map(async (name) => {
        const { unit } = this.#nodes.get(name) as Node
        const { state, detail } = unit.status
        const log = unit.logFile && state !== 'waiting' ? await lastLines(unit.logFile) : ''
        const where = log ? `\n    ${log.replaceAll('\n', '\n    ')}\n    (${unit.logFile})` : ''
        return `  ${name} is ${state}${detail ? `: ${detail}` : ''}${where}`
      }),
    )
    const seconds = Math.round(timeoutMs / 1000)
    return [`Not everything was ready after ${seconds} s:`, ...lines].join('\n')
  }

  /** Sends a signal to the real process group of `name`; the supervisor then starts it again. */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): number {
    const unit = this.#unit(name)
    const pid = unit instanceof SupervisedProcess ? unit.kill(signal) : undefined
    if (pid === undefined) throw new Error(`${name} has no running process.`)
    return pid
  }

  /** Stops every part after all that need it. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    await this.#stopping
  }

  async #stopAll(): Promise<void> {
    const stopped = new Map<string, Promise<void>>()
    const stopNode = (name: string): Promise<void> => {
      const known = stopped.get(name)
      if (known) return known
      const dependents = [...this.#nodes].filter(([, { needs }]) => needs.includes(name))
      const done = Promise.all(dependents.map(([dependent]) => stopNode(dependent))).then(() =>
        this.#unit(name).stop(),
      )
      stopped.set(name, done)
      return done
    }
    await Promise.all([...this.#nodes.keys()].map(stopNode))
    await Promise.all([...this.#nodes.values()].map(({ started }) => started))
  }

  /** Ends every process at once; `stop` still has to be awaited. */
  force(): void {
    for (const { unit } of this.#nodes.values()) unit.force()
  }

  #unit(name: string): Unit {
    const node = this.#nodes.get(name)
    if (!node) throw new Error(`There is no part called ${name}.`)
    return node.unit
  }
}

type Unit = SupervisedProcess | SupervisedTask
type Node = { unit: Unit; needs: string[]; started?: Promise<void> }
