// A witness's file says nothing that it does not prove itself; a kill in the middle of a line is mended.
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readWitness } from '../../../ledger/witness-file.ts'
import { openWitnessFolder } from '../../../ledger/witness-folder.ts'
import { aLogKey, aLook, aWitnessKey, headsOver, sealed, witnessOf } from '../../support/ledger.ts'

const keys = { log: aLogKey(), witness: aWitnessKey() }
const rows = sealed(Array.from({ length: 9 }, () => aLook()))
const sizes = [4, 9]
const lines = witnessOf(rows, headsOver(rows, sizes, keys.log), sizes, keys)

describe('a witness’s file', () => {
  it('is read with every head checked over its own leaves', async () => {
    const seen = await readWitness(lines)
    expect(seen.heads.map(({ size }) => size)).toEqual([4, 9])
    expect(seen.leaves.size).toBe(9)
    expect(seen.isCut).toBe(false)
  })

  it('forgets leaves that no head came after, and takes them again', async () => {
    const again = lines.toSpliced(3, 0, lines[3]!)
    expect((await readWitness(again)).leaves.size).toBe(9)
    expect((await readWitness(lines.slice(0, 4))).leaves.size).toBe(4)
  })

  it('is refused, by line, with a leaf or head changed, left out or put elsewhere', async () => {
    const other = sealed(rows.map(() => aLook()))
    const forged = witnessOf(other, headsOver(other, sizes, keys.log), sizes, keys)
    await expect(readWitness(lines.with(1, forged[1]!))).rejects.toMatchObject({ line: 3 })
    await expect(readWitness(lines.with(2, forged[2]!))).rejects.toMatchObject({ line: 3 })
    await expect(readWitness(lines.toSpliced(1, 1))).rejects.toMatchObject({ line: 2 })
    await expect(readWitness(lines.with(0, forged[1]!))).rejects.toMatchObject({ line: 1 })
    await expect(readWitness([])).rejects.toMatchObject({ line: 1 })
  })

  it('is refused when another witness has signed it, or none', async () => {
    const other = { ...keys, witness: aWitnessKey() }
    const foreign = witnessOf(rows, headsOver(rows, sizes, keys.log), sizes, other)
    await expect(readWitness([lines[0]!, ...foreign.slice(1)])).rejects.toMatchObject({ line: 3 })
  })

  it('may end in the middle of a line, and only there', async () => {
    const half = lines[4]!.slice(0, 40)
    expect(await readWitness(lines.with(4, half))).toMatchObject({ isCut: true })
    await expect(readWitness(lines.with(2, half))).rejects.toMatchObject({ line: 3 })
  })
})

describe('a witness’s folder', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sesshu-witness-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('T19: is refused inside the data dir of the system that it watches, links or not', async () => {
    const system = join(root, 'system')
    mkdirSync(system)
    symlinkSync(system, join(root, 'link'))
    for (const path of [system, join(system, 'witness'), join(root, 'link', 'a', 'b')]) {
      await expect(openWitnessFolder(path, system)).rejects.toThrow('inside the system')
    }
    const beside = await openWitnessFolder(join(root, 'system-witness'), system)
    expect(beside.seen).toBeUndefined()
  })

  it('T19: is refused inside any other data dir too', async () => {
    mkdirSync(join(root, 'run'))
    writeFileSync(join(root, 'credentials.json'), '{}')
    await expect(openWitnessFolder(join(root, 'w'), join(root, '..', 'x'))).rejects.toThrow(root)
  })

  it('keeps its key, and goes on after a line that was cut short', async () => {
    const path = join(root, 'w')
    const first = await openWitnessFolder(path, join(root, 'system'))
    const mine = witnessOf(rows, headsOver(rows, sizes, keys.log), sizes, {
      ...keys,
      witness: first.signer,
    })
    writeFileSync(first.file, mine.map((line) => `${line}\n`).join(''))
    appendFileSync(first.file, '{"from":9,"leav')
    const second = await openWitnessFolder(path, join(root, 'system'))
    expect(second.signer.verifier.text).toBe(first.signer.verifier.text)
    expect(second.seen?.leaves.size).toBe(9)
    expect(readFileSync(second.file, 'utf8').endsWith('\n')).toBe(true)
  })

  it('is refused when its file is another witness’s', async () => {
    const path = join(root, 'w')
    const { file } = await openWitnessFolder(path, join(root, 'system'))
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
    await expect(openWitnessFolder(path, join(root, 'system'))).rejects.toThrow('another key')
  })
})
