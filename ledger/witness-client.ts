import { z } from 'zod'
import { HASH_BYTES, type Hash } from './merkle.ts'

const hash = z.base64().transform((text) => Buffer.from(text, 'base64'))
const headsAnswer = z.object({
  publicKey: z.string().max(300),
  newest: z.string().max(10_000).nullable(),
  heads: z.array(z.string().max(10_000)).max(1_000),
})
const leavesAnswer = z.object({
  from: z.int(),
  leaves: z.array(hash.refine((bytes) => bytes.length === HASH_BYTES)).max(10_000),
})

export type HeadsAnswer = z.output<typeof headsAnswer>

/** The log does not answer, or not in the way it should: nothing is known, so nothing is refused. */
export class LogAway extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'LogAway'
  }
}

const answerWithinMs = 20_000
const longestAnswer = 16 * 1024 * 1024

/** What a witness asks of a log over HTTP. `url` is the system's, such as `http://127.0.0.1:8720`. */
export class WitnessClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '')
  }

  /** Heads larger than `after`, smallest first, as many as fit; and the newest of all. */
  async heads(after: number): Promise<HeadsAnswer> {
    return this.#get(`heads?after=${after}`, headsAnswer)
  }

  /** Leaf hashes from `from` to before `to`, as many as fit into one answer; perhaps none. */
  async leaves(from: number, to: number): Promise<Hash[]> {
    const answer = await this.#get(`leaves?from=${from}&to=${to}`, leavesAnswer)
    if (answer.from !== from || answer.leaves.length > to - from) {
      throw new LogAway('The log answered with other leaves than it was asked for.')
    }
    return answer.leaves
  }

  async #get<T>(what: string, shape: z.ZodType<T>): Promise<T> {
    try {
      const response = await fetch(`${this.#url}/api/v1/ledger/${what}`, {
        signal: AbortSignal.timeout(answerWithinMs),
        redirect: 'error',
        headers: { accept: 'application/json' },
      })
      const text = await textOf(response)
      if (!response.ok) throw new LogAway(`The log answered ${response.status}.`)
      return shape.parse(JSON.parse(text))
    } catch (error) {
      if (error instanceof LogAway) throw error
      throw new LogAway(`The log at ${this.#url} does not answer as a log does.`, error)
    }
  }
}

async function textOf(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > longestAnswer) throw new LogAway('The log answered too much.')
  }
  return text + decoder.decode()
}
