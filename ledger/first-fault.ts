/**
 * The first row that is not as it was, and in what way. Where a witness has been, its leaf hashes
 * decide, whatever hashes and signatures stand in the bundle; after that the row's own hashes, its
 * number and the chain do.
 */
import type { Bundle } from './bundle.ts'
import type { Leaves } from './leaves.ts'
import { chainBegin, chainHash } from './row.ts'

export type RowFault =
  /** Its bytes do not give the hashes beside it. */
  | 'edited'
  /** It is gone, and later rows stand in its place. */
  | 'missing'
  /** It stands at another place than it did. */
  | 'reordered'
  /** It was never there. */
  | 'inserted'
  /** From it on, nothing is left. */
  | 'truncated'
  /** It agrees with its hashes; the witness has seen other bytes. */
  | 'notAsWitnessed'

export type FirstFault = { seq: number; why: RowFault }

type Rows = Pick<Bundle, 'seqs' | 'computed' | 'stored' | 'chain'>

/** `size`: how many rows the largest signed head speaks of. */
export function firstFault(rows: Rows, witnessed: Leaves, size: number): FirstFault | undefined {
  const { seqs, computed, stored, chain } = rows
  let before = chainBegin
  for (let i = 0; i < computed.size; i += 1) {
    const leaf = computed.at(i)
    const link = chainHash(before, leaf)
    const fits = seqs[i] === i && stored.isAt(i, leaf) && chain.isAt(i, link)
    const isAsSeen = i >= witnessed.size || witnessed.isAt(i, leaf)
    if (!fits || !isAsSeen) {
      const why =
        i < witnessed.size ? whyWitnessed(rows, witnessed, i) : whyAlone(rows, before, i, size)
      return { seq: i, why }
    }
    before = link
  }
  return computed.size < Math.max(size, witnessed.size)
    ? { seq: computed.size, why: 'truncated' }
    : undefined
}

/** The witness knows which row belongs here, and where the row that is here belongs. */
function whyWitnessed({ computed, stored }: Rows, witnessed: Leaves, i: number): RowFault {
  const found = computed.at(i)
  if (witnessed.isAt(i, found)) return 'edited'
  const belongsAt = witnessed.indexOf(found)
  const isStillThere = computed.indexOf(witnessed.at(i), i) !== -1
  if (isStillThere) return belongsAt > i ? 'reordered' : 'inserted'
  if (belongsAt > i) return 'missing'
  return stored.isAt(i, found) ? 'notAsWitnessed' : 'edited'
}

/** Nobody else has seen the row: its number and the links of the chain are all there is. */
function whyAlone(rows: Rows, before: Uint8Array, i: number, size: number): RowFault {
  const { seqs, computed, stored, chain } = rows
  const seq = seqs[i]!
  if (seq > i) return seqs.indexOf(i, i) === -1 ? 'missing' : 'reordered'
  if (seq < i) return 'reordered'
  const found = computed.at(i)
  if (!stored.isAt(i, found)) return 'edited'
  const continues = (at: number, link: Uint8Array) =>
    at < computed.size && chain.isAt(at, chainHash(link, computed.at(at)))
  // Its own link was changed, and the next row continues the right one.
  if (continues(i + 1, chainHash(before, found))) return 'edited'
  for (let at = i + 1; at < computed.size; at += 1) {
    if (continues(at, before)) return follows(rows, i) ? 'reordered' : 'inserted'
  }
  return computed.size < size ? 'missing' : 'edited'
}

/** Whether the row here continues some other row of the bundle. */
function follows({ computed, chain }: Rows, i: number): boolean {
  for (let at = i; at < chain.size; at += 1) {
    if (chain.isAt(i, chainHash(chain.at(at), computed.at(i)))) return true
  }
  return false
}
