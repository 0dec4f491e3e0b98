// T19: whatever is done to the rows with the rights of a superuser, the first bad row is named; also
// when every hash is computed anew and the heads are signed again with the log's stolen key.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExportedRow } from '../../../domain/ledger-row.ts'
import { readBundle } from '../../../ledger/bundle.ts'
import { type Verdict, verifyBundle } from '../../../ledger/verify.ts'
import { readWitness } from '../../../ledger/witness-file.ts'
import {
  aLogKey,
  aLook,
  aWitnessKey,
  bundleOf,
  headsOver,
  lookOf,
  sealed,
  witnessOf,
} from '../../support/ledger.ts'

const keys = { log: aLogKey(), witness: aWitnessKey() }
const rowCount = 23
const honest = sealed(Array.from({ length: rowCount }, (_, i) => aLook({ actor: `account/${i}` })))
const sizes = [0, 5, 12, 20]
const heads = headsOver(honest, sizes, keys.log)

const witnessSaw = (seen: number) =>
  readWitness(witnessOf(honest, heads.slice(0, seen), sizes.slice(0, seen), keys))
const everything = await witnessSaw(sizes.length)
const onlyTheFirst = await witnessSaw(1)

async function verify(lines: string[], witnessed = everything): Promise<Verdict> {
  return verifyBundle(await readBundle(lines), witnessed)
}

/** How much work the attacker puts into hiding it. */
type Cover = 'nothing' | 'numbers' | 'everything'
const covers: Cover[] = ['nothing', 'numbers', 'everything']

/** The bundle of the changed table, after the attacker has covered the tracks. */
function exported(rows: ExportedRow[], cover: Cover): string[] {
  if (cover === 'nothing') return bundleOf(rows, heads, keys.log)
  if (cover === 'numbers') {
    return bundleOf(
      rows.map((row, seq) => ({ ...row, seq })),
      heads,
      keys.log,
    )
  }
  const anew = sealed(rows.map(lookOf))
  const reached = [...new Set(sizes.map((size) => Math.min(size, anew.length)))]
  return bundleOf(anew, headsOver(anew, reached, keys.log), keys.log)
}

const insert = (at: number) => [
  ...honest.slice(0, at),
  { ...honest[0]!, ...aLook() },
  ...honest.slice(at),
]
const swap = (a: number, b: number) => {
  const rows = [...honest]
  rows[a] = honest[b]!
  rows[b] = honest[a]!
  return rows
}
const edit = (at: number, more: object) => honest.with(at, { ...honest[at]!, ...more })

const place = fc.nat(rowCount - 1)
const seenPlace = fc.nat(sizes.at(-1)! - 1)
const cover = fc.constantFrom(...covers)

it('finds nothing in a ledger that nobody touched', async () => {
  const verdict = await verify(bundleOf(honest, heads, keys.log))
  expect(verdict).toMatchObject({ isIntact: true, rows: 23, witnessedRows: 20, heads: 4 })
  expect(verdict.lastHead).toMatchObject({ size: 20 })
  expect(
    await verify(bundleOf([], headsOver([], [0], keys.log), keys.log), onlyTheFirst),
  ).toMatchObject({
    isIntact: true,
    rows: 0,
  })
})

describe('T19: rows that the witness has seen', () => {
  it('names the row that was edited, whichever column', async () => {
    const column = fc.constantFrom(
      { actor: 'account/somebodyElse' },
      { purpose: 'sendNotice' },
      { lookedAt: '2021-07-01T03:04:05.678902Z' },
      { residentId: null },
      { fields: ['name'] },
      { detail: 'AAAA' },
      { breakGlassId: null, legalBasis: '' },
    )
    await fc.assert(
      fc.asyncProperty(seenPlace, column, cover, async (at, more, how) => {
        const { fault } = await verify(exported(edit(at, more), how))
        const why = how === 'everything' ? 'notAsWitnessed' : 'edited'
        expect(fault).toEqual({ seq: at, why })
      }),
    )
  })

  it('names the first row that was deleted', async () => {
    await fc.assert(
      fc.asyncProperty(seenPlace, fc.integer({ min: 1, max: 3 }), cover, async (at, n, how) => {
        fc.pre(at + n < sizes.at(-1)!)
        const { fault } = await verify(exported(honest.toSpliced(at, n), how))
        expect(fault).toEqual({ seq: at, why: 'missing' })
      }),
    )
  })

  it('names the first of two rows that changed places', async () => {
    await fc.assert(
      fc.asyncProperty(seenPlace, seenPlace, cover, async (a, b, how) => {
        fc.pre(a !== b)
        const { fault } = await verify(exported(swap(a, b), how))
        expect(fault).toEqual({ seq: Math.min(a, b), why: 'reordered' })
      }),
    )
  })

  it('names the place where a row was put in', async () => {
    await fc.assert(
      fc.asyncProperty(seenPlace, cover, async (at, how) => {
        const { fault } = await verify(exported(insert(at), how))
        expect(fault).toEqual({ seq: at, why: 'inserted' })
      }),
    )
  })

  it('names the first row that was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(seenPlace, cover, async (at, how) => {
        const { fault } = await verify(exported(honest.slice(0, at), how))
        expect(fault).toEqual({ seq: at, why: 'truncated' })
      }),
    )
  })
})

describe('T19: rows newer than the witness’s last head, checked by the log’s own key alone', () => {
  const untilSize = sizes.at(-1)!
  const covered = fc.constantFrom<Cover>('nothing', 'numbers')

  it('names the row of any single change whose tracks were not covered', async () => {
    await fc.assert(
      fc.asyncProperty(place, covered, async (at, how) => {
        const seqOf = async (rows: ExportedRow[]) => {
          const { fault } = await verify(exported(rows, how), onlyTheFirst)
          return fault && 'seq' in fault ? fault.seq : fault
        }
        expect(await seqOf(edit(at, { actor: 'account/somebodyElse' }))).toBe(at)
        expect(await seqOf(insert(at))).toBe(at)
        if (at + 1 < rowCount) {
          expect(await seqOf(honest.toSpliced(at, 1))).toBe(at)
          expect(await seqOf(swap(at, at + 1))).toBe(at)
        }
        if (at < untilSize) expect(await seqOf(honest.slice(0, at))).toBe(at)
      }),
    )
  })

  it('names the rows between two heads when all hashes were computed anew without the key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(untilSize - 1), async (at) => {
        const anew = sealed(edit(at, { actor: 'account/somebodyElse' }).map(lookOf))
        const { fault } = await verify(bundleOf(anew, heads, keys.log), onlyTheFirst)
        const until = sizes.find((size) => size > at)!
        const from = sizes.findLast((size) => size <= at)!
        expect(fault).toEqual({ seq: from, until, why: 'notAsSigned' })
      }),
    )
  })
})

describe('T19: what else may be done to a bundle', () => {
  it('a head signed by another key, or changed, is named by its size', async () => {
    const foreign = headsOver(honest, [12], { ...aLogKey(), verifier: keys.log.verifier })
    const changed = heads.with(2, foreign[0]!)
    const verdict = await verify(bundleOf(honest, changed, keys.log))
    expect(verdict.fault).toEqual({ size: 12, why: 'headChanged' })
  })

  it('a head that the witness co-signed and that is gone is named', async () => {
    const verdict = await verify(bundleOf(honest, heads.toSpliced(1, 1), keys.log))
    expect(verdict.fault).toEqual({ size: 5, why: 'headMissing' })
  })

  it('an honest ledger under a new name and key is another log', async () => {
    const other = aLogKey()
    const lines = bundleOf(honest, headsOver(honest, sizes, other), other)
    expect((await verify(lines)).fault).toEqual({ why: 'otherLog' })
  })

  it('a file that lost its end, or lines, is not taken for the whole', async () => {
    const lines = bundleOf(honest, heads, keys.log)
    const cut = await verify(lines.slice(0, -1))
    expect(cut).toMatchObject({ isWholeFile: false, fault: { seq: 23, why: 'truncated' } })
    const hole = await verify(lines.toSpliced(8, 1))
    expect(hole).toMatchObject({ isWholeFile: false, fault: { seq: 7, why: 'missing' } })
  })

  it('a line that is no row any more is the row that was edited', async () => {
    const lines = bundleOf(honest, heads, keys.log)
    for (const bad of ['', '{}', 'null', '{"row":{}}', '{"row":']) {
      const { fault } = await verify(lines.with(4, bad))
      expect(fault).toEqual({ seq: 3, why: 'edited' })
    }
  })

  it('a row with one more field than the hashes are over is an edited row', async () => {
    const rows = edit(6, { note: 'not hashed' })
    expect((await verify(bundleOf(rows, heads, keys.log))).fault).toEqual({ seq: 6, why: 'edited' })
  })

  it('what is no bundle is refused as such', async () => {
    await expect(readBundle([])).rejects.toThrow('no bundle')
    await expect(readBundle(['{"format":"other"}'])).rejects.toThrow('no bundle')
  })
})
