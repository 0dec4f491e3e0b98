import type { Sql } from '../db/client.ts'
import { newestHead } from '../db/ledger/heads.ts'
import { readEnd, readLinks } from '../db/ledger/seal.ts'
import { openCheckpoint } from './checkpoint.ts'
import { readKeptRange } from './kept-range.ts'
import { CompactRange, type Hash } from './merkle.ts'
import type { VerifierKey } from './note-key.ts'
import { chainBegin, chainHash } from './row.ts'

/** The end of the ledger: the tree over all rows, and the last link of the chain. */
export type LedgerState = {
  range: CompactRange
  chain: Hash
  /** Of the last head that this key signed; -1 before the first. */
  signedSize: number
}

/**
 * The ledger is not what this system has signed. Nothing may be added to it: a head over changed
 * rows would say that they have always been so.
 */
export class LedgerDamaged extends Error {
  /** The first row that is not what it was, when that is known. */
  readonly seq: number

  constructor(seq: number, message: string) {
    super(
      `${message} Reads of people stop. Compare with the witness: npx sesshu ledger verify. If the ` +
        'database was restored on purpose, take the folder "ledger" of the data dir away: the ledger ' +
        'then goes on under a new name and key.',
    )
    this.name = 'LedgerDamaged'
    this.seq = seq
  }
}

/**
 * Reads the hashes back from the last head on, or from the first row when nothing was kept, and
 * checks each link on the way. Throws `LedgerDamaged`.
 */
export async function readBack(sql: Sql, folder: string, key: VerifierKey): Promise<LedgerState> {
  const kept = readKeptRange(folder, key)
  const signed = await signedHead(sql, key)
  const state: LedgerState = kept
    ? { range: kept.range.copy(), chain: kept.chain, signedSize: kept.range.size }
    : { range: CompactRange.empty(), chain: chainBegin, signedSize: -1 }
  const { size } = await readEnd(sql)
  const least = Math.max(state.signedSize, signed?.size ?? 0)
  if (size < least) {
    throw new LedgerDamaged(size, `The ledger ends at row ${size}; a head was signed at ${least}.`)
  }
  const compare = () => {
    if (signed?.size === state.range.size) assertSame(signed, state)
  }
  compare()
  for await (const links of readLinks(sql, state.range.size)) {
    for (const link of links) {
      take(state, link)
      compare()
    }
  }
  if (signed) state.signedSize = Math.max(state.signedSize, signed.size)
  return state
}

async function signedHead(sql: Sql, key: VerifierKey) {
  const head = await newestHead(sql, key.name)
  if (!head) return undefined
  try {
    return openCheckpoint(head.checkpoint, key)
  } catch {
    throw new LedgerDamaged(head.size, `The head at ${head.size} is not the one that was signed.`)
  }
}

function assertSame(signed: { size: number; root: Hash }, { range, signedSize }: LedgerState) {
  if (Buffer.from(range.root()).equals(signed.root)) return
  const from = Math.max(signedSize, 0)
  throw new LedgerDamaged(
    from,
    `The rows before ${signed.size} are not those over which that head was signed.`,
  )
}

function take(state: LedgerState, link: { seq: number; leafHash: Hash; chainHash: Hash }): void {
  const seq = state.range.size
  if (link.seq !== seq) throw new LedgerDamaged(seq, `Row ${seq} of the ledger is missing.`)
  const chain = chainHash(state.chain, link.leafHash)
  if (!Buffer.from(chain).equals(link.chainHash)) {
    throw new LedgerDamaged(seq, `Row ${seq} of the ledger does not continue the row before.`)
  }
  state.range.append(link.leafHash)
  state.chain = chain
}
