/**
 * Moves committed looks from the inbox to the end of the ledger, in one order, each with its leaf
 * and chain hash, and signs heads over them. One at a time: see `db/ledger/seal.ts`. Everything here
 * may be killed between any two statements: a chunk moves in one transaction, and what is kept in
 * memory is read back from what was committed.
 */
import type { Sql } from '../db/client.ts'
import { beginLog, keepHead } from '../db/ledger/heads.ts'
import {
  markDrained,
  moveRows,
  readEnd,
  readWaiting,
  type Turn,
  withTurn,
} from '../db/ledger/seal.ts'
import type { LedgerRow } from '../domain/ledger-row.ts'
import { type Checkpoint, signCheckpoint } from './checkpoint.ts'
import { keepRange } from './kept-range.ts'
import type { CompactRange, Hash } from './merkle.ts'
import type { SignerKey } from './note-key.ts'
import { LedgerDamaged, type LedgerState, readBack } from './read-back.ts'
import { chainBegin, chainHash, leafHashOf } from './row.ts'

export type SealerOptions = {
  sql: Sql
  turn: Turn
  signer: SignerKey
  /** Where the last head's tree is kept: `<dataDir>/ledger`. */
  folder: string
  chunkRows?: number
}

/** Long enough to be cheap a row, short enough that a drain is no long transaction. */
const defaultChunkRows = 1_000
const chunksAtOnce = 20

export class Sealer {
  readonly #options: Required<SealerOptions>
  readonly #state: LedgerState

  private constructor(options: Required<SealerOptions>, state: LedgerState) {
    this.#options = options
    this.#state = state
  }

  /** Reads the end of the ledger back. Throws `LedgerDamaged`. */
  static async open(options: SealerOptions): Promise<Sealer> {
    const { sql, folder, signer } = options
    const state = await readBack(sql, folder, signer.verifier)
    return new Sealer({ chunkRows: defaultChunkRows, ...options }, state)
  }

  get size(): number {
    return this.#state.range.size
  }

  /** Puts name and key of this log where everybody reads them. Answers whether they are new. */
  async announceLog(): Promise<boolean> {
    const { name, text } = this.#options.signer.verifier
    return beginLog(this.#options.sql, { origin: name, publicKey: text })
  }

  /**
   * Moves what waits, oldest first, up to some chunks: under a load that never ends heads must be
   * signed too. Answers how many looks were moved, and whether more may wait.
   */
  async drain(): Promise<{ moved: number; isMore: boolean }> {
    const { chunkRows } = this.#options
    const before = this.size
    for (let chunk = 0; chunk < chunksAtOnce; chunk += 1) {
      if ((await this.#moveChunk()) < chunkRows) return { moved: this.size - before, isMore: false }
    }
    return { moved: this.size - before, isMore: true }
  }

  async #moveChunk(): Promise<number> {
    const { sql, turn, chunkRows } = this.#options
    const moved = await withTurn(sql, turn, async (tx) => {
      const rows = await readWaiting(tx, chunkRows)
      if (rows.length < chunkRows) await markDrained(tx, rows.length > 0)
      if (rows.length === 0) return undefined
      assertAtEnd(this.#state, await readEnd(tx))
      const sealed = seal(this.#state, rows)
      await moveRows(tx, this.size, sealed.rows)
      return sealed
    })
    if (!moved) return 0
    // Only what was committed: a commit that failed leaves the state where the ledger is.
    this.#state.range = moved.range
    this.#state.chain = moved.chain
    return moved.rows.length
  }

  /** Signs a head over all rows, unless the last one says it already. */
  async signHead(): Promise<Checkpoint | undefined> {
    const { sql, turn, signer, folder } = this.#options
    const { range, chain } = this.#state
    if (range.size <= this.#state.signedSize) return undefined
    const head = { size: range.size, root: range.root() }
    const checkpoint = signCheckpoint(head, signer)
    await withTurn(sql, turn, async (tx) => {
      assertAtEnd(this.#state, await readEnd(tx))
      await keepHead(tx, { ...head, checkpoint })
    })
    keepRange(folder, { range, chain, checkpoint })
    this.#state.signedSize = head.size
    return { origin: signer.verifier.name, ...head }
  }
}

/** The rows with their hashes, and the end of the ledger once they stand there. */
function seal({ range, chain }: LedgerState, waiting: LedgerRow[]) {
  const next: { range: CompactRange; chain: Hash } = { range: range.copy(), chain }
  const rows = waiting.map((row) => {
    const leaf = leafHashOf(row)
    next.range.append(leaf)
    next.chain = chainHash(next.chain, leaf)
    return { id: row.id, leafHash: leaf, chainHash: next.chain }
  })
  return { ...next, rows }
}

function assertAtEnd(
  { range, chain }: LedgerState,
  end: { size: number; chainHash: Hash | undefined },
): void {
  if (end.size === range.size && Buffer.from(end.chainHash ?? chainBegin).equals(chain)) return
  throw new LedgerDamaged(
    Math.min(end.size, range.size),
    `The ledger was changed by another hand: it ends at row ${end.size} instead of ${range.size}.`,
  )
}
