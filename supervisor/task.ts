import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessStatus } from './process.ts'

/** Something done before what needs it: migrations, search attributes. Tried until it works. */
export type Task = { name: string; run(): Promise<void> }

const AGAIN_AFTER_MS = 1_000

/** A task in the start-up graph, with the same states as a process. */
export class SupervisedTask {
  readonly #task: Task
  readonly #onChange: () => void
  readonly logFile = undefined
  readonly #wake = new AbortController()
  #status: ProcessStatus
  readonly #done: Promise<void>
  #finish: () => void = () => {}

  constructor(task: Task, onChange: () => void) {
    this.#task = task
    this.#onChange = onChange
    this.#done = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#status = {
      name: task.name,
      state: 'waiting',
      since: new Date().toISOString(),
      restarts: 0,
    }
  }

  get status(): ProcessStatus {
    return this.#status
  }

  async start(): Promise<void> {
    while (!this.#wake.signal.aborted) {
      this.#become({ state: 'starting' })
      try {
        await this.#task.run()
        this.#become({ state: 'ready' })
        this.#finish()
        return
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        this.#become({ state: 'restarting', detail, restarts: this.#status.restarts + 1 })
      }
      await sleep(AGAIN_AFTER_MS, undefined, { signal: this.#wake.signal }).catch(() => {})
    }
  }

  async untilReady(): Promise<void> {
    await this.#done
  }

  async stop(): Promise<void> {
    this.force()
    this.#become({ state: 'stopped' })
  }

  force(): void {
    this.#wake.abort()
    this.#finish()
  }

  #become(change: Partial<ProcessStatus>): void {
    if (this.#wake.signal.aborted && change.state !== 'stopped') return
    const { detail: _, ...rest } = this.#status
    this.#status = { ...rest, ...change, since: new Date().toISOString() }
    this.#onChange()
  }
}
