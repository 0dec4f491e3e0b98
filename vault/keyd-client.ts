import { connect, type Socket } from 'node:net'
import { DomainError } from '../domain/errors.ts'
import type { Answers, Op, Request, WireAnswer } from '../keyd/protocol.ts'

export type KeydClientOptions = {
  socketPath: string
  token: string
  /** An answer that takes longer counts as none: `keydAway`. */
  timeoutMs?: number
}

export type KeydClient = {
  /**
   * Throws a `DomainError` with keyd's code, or `keydAway` when it does not answer in time. While keyd
   * is being started again, requests wait for it and are asked once more.
   */
  ask<Name extends Exclude<Op, 'hello'>>(op: Name, request: Request<Name>): Promise<Answers[Name]>
  close(): void
}

const TIMEOUT_MS = 10_000
const FIRST_BACKOFF_MS = 20
const LONGEST_BACKOFF_MS = 500
const HELLO_ID = 0

type Waiting = {
  line: string
  resolve(answer: unknown): void
  reject(error: unknown): void
  timer: NodeJS.Timeout
}

/** Connects at the first question. One connection, many questions in flight. */
export function keydClient(options: KeydClientOptions): KeydClient {
  const link = new Link(options)
  return {
    ask: (op, request) => link.ask(op, request) as Promise<Answers[typeof op]>,
    close: () => link.close(),
  }
}

class Link {
  readonly #options: KeydClientOptions
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | undefined
  #isGreeted = false
  #nextId = HELLO_ID + 1
  #backoffMs = FIRST_BACKOFF_MS
  #again: NodeJS.Timeout | undefined
  #isClosed = false
  #heard: string[] = []

  constructor(options: KeydClientOptions) {
    this.#options = options
  }

  ask(op: string, request: object): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(away('The connection to keyd was closed'))
    const id = this.#nextId++
    const line = `${JSON.stringify({ id, op, ...request })}\n`
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(id), this.#options.timeoutMs ?? TIMEOUT_MS)
      this.#waiting.set(id, { line, resolve, reject, timer })
      if (this.#isGreeted) this.#socket?.write(line)
      else if (!this.#socket && !this.#again) this.#connect()
    })
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#again)
    this.#socket?.destroy()
    for (const id of [...this.#waiting.keys()]) this.#giveUp(id)
  }

  #connect(): void {
    this.#again = undefined
    const socket = connect(this.#options.socketPath)
    this.#socket = socket
    this.#heard = []
    socket.setEncoding('utf8')
    socket.once('connect', () => {
      socket.write(`${JSON.stringify({ id: HELLO_ID, op: 'hello', token: this.#options.token })}\n`)
    })
    socket.on('data', (text: string) => this.#take(text))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#lose(socket))
  }

  /** Every operation may be repeated: the ones that change something name what they change. */
  #lose(socket: Socket): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    this.#isGreeted = false
    if (this.#isClosed || this.#waiting.size === 0) return
    this.#again = setTimeout(() => this.#connect(), this.#backoffMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, LONGEST_BACKOFF_MS)
  }

  #take(text: string): void {
    const pieces = text.split('\n')
    this.#heard.push(pieces[0] as string)
    for (const piece of pieces.slice(1)) {
      const line = this.#heard.join('')
      this.#heard = [piece]
      this.#hear(JSON.parse(line) as WireAnswer)
    }
  }

  #hear(answer: WireAnswer): void {
    if (answer.id === HELLO_ID) {
      this.#greeted(answer)
      return
    }
    const asked = this.#waiting.get(answer.id)
    if (!asked) return
    this.#settle(answer.id)
    if ('refused' in answer) asked.reject(new DomainError(answer.refused, answer.detail))
    else asked.resolve(answer.answer)
  }

  #greeted(answer: WireAnswer): void {
    if ('refused' in answer) {
      for (const [id, asked] of this.#waiting) {
        this.#settle(id)
        asked.reject(new DomainError(answer.refused, answer.detail))
      }
      return
    }
    this.#isGreeted = true
    this.#backoffMs = FIRST_BACKOFF_MS
    for (const { line } of this.#waiting.values()) this.#socket?.write(line)
  }

  #giveUp(id: number): void {
    const asked = this.#waiting.get(id)
    if (!asked) return
    this.#settle(id)
    asked.reject(away('keyd did not answer in time'))
  }

  #settle(id: number): void {
    clearTimeout(this.#waiting.get(id)?.timer)
    this.#waiting.delete(id)
  }
}

function away(detail: string): DomainError {
  return new DomainError('keydAway', detail)
}
