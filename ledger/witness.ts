/**
 * One round of a witness: every head that the log has signed since, each signature checked, each root
 * computed anew over the leaves that this witness has kept itself. What continues all that it has
 * seen is co-signed; anything else is refused for good, with both heads as evidence.
 */
import { type Checkpoint, cosign, openCheckpoint } from './checkpoint.ts'
import { CompactRange } from './merkle.ts'
import { parseVerifier, type VerifierKey } from './note-key.ts'
import type { WitnessClient } from './witness-client.ts'
import {
  appendToWitness,
  leavesLine,
  readWitness,
  type SeenHead,
  type WitnessLine,
  witnessFormat,
} from './witness-file.ts'
import { keepEvidence, linesOf, type WitnessFolder } from './witness-folder.ts'

export type WitnessOptions = {
  folder: WitnessFolder
  client: WitnessClient
  /** The log's key, when it is known from elsewhere; else the first that the log names is kept. */
  logKey?: string
  now?: () => number
}

export type RefusalReason = 'fork' | 'shrunken' | 'notSigned' | 'otherLog'

/**
 * The log is not the one this witness knows. `seq` is the first row that differs, when known. Where
 * the log's own key has signed what does not fit together it is for good; another key, or another
 * log, may be a wrong address and is asked again.
 */
export class WitnessRefusal extends Error {
  readonly reason: RefusalReason
  readonly seq: number | undefined

  constructor(reason: RefusalReason, message: string, seq?: number) {
    super(message)
    this.name = 'WitnessRefusal'
    this.reason = reason
    this.seq = seq
  }
}

export class Witness {
  readonly #options: WitnessOptions
  #log: VerifierKey | undefined
  #range: CompactRange
  #last: Pick<SeenHead, 'size' | 'root' | 'checkpoint'> | undefined

  constructor(options: WitnessOptions) {
    const { seen } = options.folder
    this.#options = options
    this.#log = seen?.log
    this.#range = seen?.range ?? CompactRange.empty()
    this.#last = seen?.heads.at(-1)
  }

  /** Rows below the last head that was co-signed. */
  get size(): number {
    return this.#range.size
  }

  /**
   * Answers how many heads were co-signed. Throws `WitnessRefusal`, after which this folder follows
   * no log any more, or `LogAway`, after which the next round may do better.
   */
  async round(): Promise<number> {
    let cosigned = 0
    for (;;) {
      const answer = await this.#options.client.heads(this.size - 1)
      const log = this.#meet(answer.publicKey)
      const heads = answer.heads.map((note) => ({ note, ...this.#open(note, log) }))
      this.#assertStillThere(heads, answer.newest, log)
      const news = heads.filter(({ size }) => !this.#last || size > this.size)
      for (const head of news) await this.#takeHead(head)
      cosigned += news.length
      if (news.length === 0) return cosigned
    }
  }

  /** The key of the first meeting is the key for ever. */
  #meet(text: string): VerifierKey {
    if (this.#log && this.#log.text !== text) {
      throw new WitnessRefusal('otherLog', `The log there is not ${this.#log.name}.`)
    }
    if (this.#log) return this.#log
    const { folder, logKey } = this.#options
    if (logKey !== undefined && logKey.trim() !== text) {
      throw new WitnessRefusal('otherLog', 'The log there does not have the key that was named.')
    }
    const log = parseVerifier(text)
    const header = {
      format: witnessFormat,
      logKey: log.text,
      witnessKey: folder.signer.verifier.text,
    } as const
    appendToWitness(folder.file, [header])
    this.#log = log
    return log
  }

  #open(note: string, log: VerifierKey): Checkpoint {
    try {
      return openCheckpoint(note, log)
    } catch (error) {
      throw new WitnessRefusal('notSigned', `A head that is not the log's: ${messageOf(error)}`)
    }
  }

  /** The head that was co-signed last must still be shown, as it was. */
  #assertStillThere(heads: ShownHead[], newest: string | null, log: VerifierKey): void {
    const last = this.#last
    if (!last) return
    const same = heads.find(({ size }) => size === last.size)
    if (same && Buffer.from(same.root).equals(last.root)) return
    if (same) {
      throw this.#refuse('fork', `There are two heads of ${last.size} rows.`, { shown: same.note })
    }
    const size = newest === null ? 0 : this.#open(newest, log).size
    const message =
      size < last.size
        ? `The log shows ${size} rows; this witness has seen ${last.size}.`
        : `The log no longer shows its head at ${last.size}.`
    throw this.#refuse('shrunken', message, { shown: newest, firstRow: Math.min(size, last.size) })
  }

  async #takeHead({ note, size, root }: ShownHead): Promise<void> {
    const { folder, now = Date.now } = this.#options
    const from = this.size
    const range = this.#range.copy()
    const lines: WitnessLine[] = []
    while (range.size < size) {
      const leaves = await this.#options.client.leaves(range.size, size)
      if (leaves.length === 0) {
        const message = `The log signs ${size} rows but shows no row ${range.size}.`
        throw this.#refuse('shrunken', message, { shown: note, firstRow: range.size })
      }
      lines.push(leavesLine(range.size, leaves))
      for (const leaf of leaves) range.append(leaf)
    }
    if (!Buffer.from(range.root()).equals(root)) {
      const message = `The head at ${size} does not continue the one at ${from}.`
      const firstRow = await this.#firstChanged(from)
      throw this.#refuse('fork', message, { shown: note, shownLeaves: lines, firstRow })
    }
    const checkpoint = cosign(note, folder.signer, Math.floor(now() / 1_000))
    appendToWitness(folder.file, [...lines, { checkpoint }])
    this.#range = range
    this.#last = { size, root, checkpoint }
  }

  /** Which of the rows below `to` the log shows otherwise now; undefined when it shows none so. */
  async #firstChanged(to: number): Promise<number | undefined> {
    const { leaves } = await readWitness(linesOf(this.#options.folder.file))
    for (let from = 0; from < to; ) {
      const shown = await this.#options.client.leaves(from, to)
      const at = shown.findIndex((leaf, i) => !leaves.isAt(from + i, leaf))
      if (at !== -1) return from + at
      if (shown.length === 0) return from
      from += shown.length
    }
    return undefined
  }

  #refuse(reason: RefusalReason, message: string, found: Found): WitnessRefusal {
    const { folder, now = Date.now } = this.#options
    keepEvidence(folder, {
      reason,
      message,
      refusedAt: new Date(now()).toISOString(),
      logKey: this.#log?.text,
      seen: this.#last?.checkpoint ?? null,
      ...found,
    })
    return new WitnessRefusal(reason, message, found.firstRow)
  }
}

type ShownHead = Checkpoint & { note: string }

/** What the log showed that does not fit: a head, perhaps with the leaves that led up to it. */
type Found = { shown: string | null; shownLeaves?: WitnessLine[]; firstRow?: number | undefined }

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
