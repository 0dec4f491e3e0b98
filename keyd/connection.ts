import type { Socket } from 'node:net'
import { DomainError } from '../domain/errors.ts'
import type { KeydClient } from '../domain/purpose-fields.ts'
import { limits, requests, type WireAnswer, type WireRequest } from './protocol.ts'
import { RefusedForNow } from './refusal.ts'

export type Served = {
  /** The client whose token this is. */
  clientOf(token: string): KeydClient | undefined
  /** Throws `DomainError` for a refusal; anything else is a fault and tells the caller nothing. */
  operate(client: KeydClient, op: string, body: unknown): Promise<unknown>
  onFault(error: unknown, op: string): void
}

/** Whoever says nothing for so long after connecting is not one of ours. */
const HELLO_WITHIN_MS = 5_000
const NEW_LINE = 0x0a

/** One client's connection: a token first, then many requests in flight, answered as they are done. */
export class Connection {
  readonly #socket: Socket
  readonly #served: Served
  #client: KeydClient | undefined
  #chunks: Buffer[] = []
  #bytes = 0
  #pending = 0
  readonly #tooLate: NodeJS.Timeout
  #onIdle: (() => void) | undefined

  constructor(socket: Socket, served: Served) {
    this.#socket = socket
    this.#served = served
    this.#tooLate = setTimeout(() => socket.destroy(), HELLO_WITHIN_MS)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => clearTimeout(this.#tooLate))
  }

  /** Reads no more, answers what was asked, then hangs up. */
  async finish(): Promise<void> {
    this.#socket.pause()
    if (this.#pending > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    this.#socket.destroySoon()
  }

  #take(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, from)) {
      this.#chunks.push(chunk.subarray(from, end))
      const line = Buffer.concat(this.#chunks).toString('utf8')
      this.#chunks = []
      this.#bytes = 0
      from = end + 1
      this.#hear(line)
    }
    if (from === chunk.length) return
    this.#chunks.push(chunk.subarray(from))
    this.#bytes += chunk.length - from
    const most = this.#client === undefined ? limits.strangerBytes : limits.lineBytes
    if (this.#bytes > most) this.#socket.destroy()
  }

  #hear(line: string): void {
    const request = parseRequest(line)
    if (!request) {
      this.#socket.destroy()
      return
    }
    if (this.#client === undefined) this.#greet(request)
    else if (this.#pending >= limits.pendingPerConnection) {
      this.#say(
        refusal(request.id, new RefusedForNow('keydBusy', 'Too many requests at once', 100)),
      )
    } else void this.#answer(this.#client, request)
  }

  /** A wrong token gets no second try on the same connection, and no reason. */
  #greet({ id, op, ...body }: WireRequest): void {
    const hello = requests.hello.safeParse(body)
    const client =
      op === 'hello' && hello.success ? this.#served.clientOf(hello.data.token) : undefined
    if (client === undefined) {
      this.#say(refusal(id, new DomainError('keydNotAllowed', 'Not a client of keyd')))
      this.#socket.destroySoon()
      return
    }
    clearTimeout(this.#tooLate)
    this.#client = client
    this.#say({ id, answer: { client } })
  }

  async #answer(client: KeydClient, { id, op, ...body }: WireRequest): Promise<void> {
    this.#pending += 1
    try {
      this.#say({ id, answer: await this.#served.operate(client, op, body) })
    } catch (error) {
      if (!(error instanceof DomainError)) this.#served.onFault(error, op)
      this.#say(refusal(id, error))
    } finally {
      this.#pending -= 1
      if (this.#pending === 0) this.#onIdle?.()
    }
  }

  #say(answer: WireAnswer): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(answer)}\n`)
  }
}

/** A fault's own words stay inside: they could hold what was refused. */
function refusal(id: number, error: unknown): WireAnswer {
  if (!(error instanceof DomainError)) {
    return { id, refused: 'keydFault', detail: 'keyd met a fault; its log says which' }
  }
  const { code, message: detail } = error
  const later = error instanceof RefusedForNow ? { retryAfterMs: error.retryAfterMs } : {}
  return { id, refused: code, detail, ...later }
}

function parseRequest(line: string): WireRequest | undefined {
  try {
    const request = JSON.parse(line) as WireRequest | null
    const isRequest = Number.isSafeInteger(request?.id) && typeof request?.op === 'string'
    return isRequest ? (request as WireRequest) : undefined
  } catch {
    return undefined
  }
}
