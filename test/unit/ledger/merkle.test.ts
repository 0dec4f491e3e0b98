// The tree against published vectors, and against the definition of RFC 6962 written out naively.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CompactRange, emptyRoot, type Hash, leafHash, nodeHash } from '../../../ledger/merkle.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** The definition, word for word: split at the largest power of two below n. */
function naiveRoot(leaves: Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)))
}

function rangeOver(leaves: Hash[]): CompactRange {
  const range = CompactRange.empty()
  for (const leaf of leaves) range.append(leaf)
  return range
}

describe('published vectors', () => {
  const data = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((text) => leafHash(Buffer.from(text, 'hex')))

  it.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('%i leaves', (size, root) => {
    expect(hex(rangeOver(data.slice(0, size)).root())).toBe(root)
  })
})

const leaves = fc.array(
  fc.uint8Array({ maxLength: 8 }).map((bytes) => leafHash(bytes)),
  { maxLength: 80 },
)

describe('the compact range', () => {
  it('says the root of the definition, for any leaves', () => {
    fc.assert(
      fc.property(leaves, (all) => {
        expect(hex(rangeOver(all).root())).toBe(hex(naiveRoot(all)))
      }),
    )
  })

  it('goes on from what was kept of it, wherever it was cut', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (all, at) => {
        const cut = at % (all.length + 1)
        const first = rangeOver(all.slice(0, cut))
        const resumed = CompactRange.from({ size: first.size, roots: [...first.roots] })
        for (const leaf of all.slice(cut)) resumed.append(leaf)
        expect(hex(resumed.root())).toBe(hex(naiveRoot(all)))
        expect(first.size).toBe(cut)
      }),
    )
  })

  it('takes up nothing whose roots do not fit its size', () => {
    const root = leafHash(Buffer.from('a'))
    expect(() => CompactRange.from({ size: 3, roots: [root] })).toThrow('complete subtrees')
    expect(() => CompactRange.from({ size: 1, roots: [root.subarray(1)] })).toThrow()
    expect(() => CompactRange.from({ size: -1, roots: [] })).toThrow()
  })
})
