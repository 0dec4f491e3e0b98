// The last head of a witness's file, read from its two ends: what is cut or forged is not taken for one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readWitnessedHead } from '../../../ledger/witness-head.ts'
import { aLogKey, aLook, aWitnessKey, headsOver, sealed, witnessOf } from '../../support/ledger.ts'

const keys = { log: aLogKey(), witness: aWitnessKey() }
const rows = sealed(Array.from({ length: 9 }, () => aLook()))
const sizes = [4, 9]
const heads = headsOver(rows, sizes, keys.log)
const lines = witnessOf(rows, heads, sizes, keys)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesshu-head-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (text: string) => {
  const path = join(folder, 'witness.jsonl')
  writeFileSync(path, text)
  return readWitnessedHead(path)
}
const whole = (some: string[]) => some.map((line) => `${line}\n`).join('')

it('is the newest that was co-signed, with log, witness and time', () => {
  const { logKey, witnessKey, last } = read(whole(lines))
  expect([logKey, witnessKey]).toEqual([keys.log.verifier.text, keys.witness.verifier.text])
  expect(last).toMatchObject({ size: 9, seenAt: new Date(1_625_000_001_000) })
})

it('is the one before when the last line was cut by a kill', () => {
  const cut = whole(lines).slice(0, -20)
  expect(read(cut).last?.size).toBe(4)
})

it('is none before the first', () => {
  expect(read(whole(lines.slice(0, 2))).last).toBeUndefined()
})

it('is refused when log or witness has not signed it', () => {
  const other = { ...keys, witness: aWitnessKey() }
  const foreign = witnessOf(rows, heads, sizes, other)
  expect(() => read(whole([lines[0]!, ...foreign.slice(1)]))).toThrow()
  const forged = witnessOf(rows, headsOver(rows, sizes, aLogKey()), sizes, keys)
  expect(() => read(whole([lines[0]!, ...forged.slice(1)]))).toThrow()
  expect(() => read('no file of a witness\n')).toThrow()
})
