/** Proves that whoever edits keyd's log or the erasure list is found out, and that a kill is not taken for it. */
import { generateKeyPairSync } from 'node:crypto'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openErasureList, readErasureList } from '../../../keyd/erasures.ts'
import { openKeydLog, readKeydLog } from '../../../keyd/keyd-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sesshu-keyd-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const entry = (n: number) =>
  ({ op: 'rotate', client: 'keys', municipality: '131041', version: n }) as const

function writeLog(count: number, segmentBytes?: number) {
  const log = openKeydLog(folder, segmentBytes)
  for (let n = 1; n <= count; n += 1) log.append(entry(n))
  const { head } = log
  log.close()
  return head
}

const onlySegment = () => join(folder, readdirSync(folder)[0] as string)

describe("T19: keyd's own log", () => {
  it('holds together over many files and starts', () => {
    for (let n = 0; n < 3; n += 1) writeLog(10, 500)
    const { lines, fault, head } = readKeydLog(folder)
    expect(readdirSync(folder).length).toBeGreaterThan(3)
    expect(fault).toBeUndefined()
    expect(lines.map((line) => line.seq)).toEqual(Array.from({ length: 30 }, (_, at) => at + 1))
    expect(head.seq).toBe(30)
  })

  it('any line that is edited, removed, doubled or moved is found, and the first bad one is named', () => {
    const kept = writeLog(12)
    const path = onlySegment()
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    const tampers: Record<string, (at: number) => string[]> = {
      edited: (at) => lines.with(at, (lines[at] as string).replace('131041', '011002')),
      removed: (at) => lines.toSpliced(at, 1),
      doubled: (at) => lines.toSpliced(at, 0, lines[at] as string),
      moved: (at) => lines.toSpliced(at, 1).toSpliced((at + 5) % 11, 0, lines[at] as string),
      truncated: (at) => lines.slice(0, at),
    }
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(tampers)), fc.nat(11), (how, at) => {
        const changed = tampers[how]!(at)
        fc.pre(changed.join('\n') !== lines.join('\n'))
        writeFileSync(path, changed.map((line) => `${line}\n`).join(''))
        const first = changed.findIndex((line, n) => line !== lines[n])
        const bad = first < 0 ? changed.length : first
        const { fault } = readKeydLog(folder, kept)
        expect(fault).toBeDefined()
        // The line itself, or the one whose link it no longer fits.
        expect([bad, bad + 1, bad + 2]).toContain(fault!.line)
      }),
    )
  })

  it('a changed log is not written on', () => {
    writeLog(5)
    const path = onlySegment()
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version":3', '"version":4'))
    expect(() => openKeydLog(folder)).toThrow(/was changed: line 3/)
  })

  it('half a line, left by a kill, is cut off and said', () => {
    const head = writeLog(3)
    appendFileSync(onlySegment(), '{"seq":4,"prev":"')
    const log = openKeydLog(folder)
    expect(log.head).toEqual(head)
    log.append({ op: 'started', store: 'files' })
    log.close()
    const { lines, fault } = readKeydLog(folder)
    expect(fault).toBeUndefined()
    expect(lines.at(-1)).toMatchObject({ seq: 4, op: 'started', torn: 17 })
  })
})

describe('the erasure list', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const erasure = (n: number) => ({
    municipalityCode: '131041',
    residentId: `00000000-0000-4000-8000-00000000000${n}`,
    reason: 'request',
  })
  const path = () => join(folder, 'erasures.jsonl')

  function write(...numbers: number[]) {
    const list = openErasureList(path(), privateKey)
    for (const n of numbers) list.add([erasure(n)])
    list.close()
  }

  it('remembers for ever, and takes nobody twice', () => {
    write(1, 2, 2)
    const list = openErasureList(path(), privateKey)
    expect(list.has('131041', erasure(2).residentId)).toBe(true)
    expect(list.has('011002', erasure(2).residentId)).toBe(false)
    expect(list.add([erasure(2), erasure(3)]).map((one) => one.residentId)).toEqual([
      erasure(3).residentId,
    ])
    list.close()
    expect(readErasureList(path(), publicKey).erasures).toHaveLength(3)
  })

  it('T19: nobody else can add, change or remove one', () => {
    write(1, 2, 3)
    const whole = readFileSync(path(), 'utf8')
    const lines = whole.trimEnd().split('\n')
    const forger = generateKeyPairSync('ed25519').privateKey
    const forged = [
      whole.replace(erasure(2).residentId, erasure(9).residentId),
      whole.replace(erasure(3).residentId, erasure(9).residentId),
      lines.toSpliced(1, 1).join('\n') + '\n',
      lines.toSpliced(0, 1).join('\n') + '\n',
    ]
    for (const text of forged) {
      writeFileSync(path(), text)
      expect(() => openErasureList(path(), privateKey)).toThrow(/was changed/)
    }
    writeFileSync(path(), whole)
    expect(() => openErasureList(path(), forger)).toThrow(/was changed/)
  })

  it('half a line, left by a kill, is cut off: nobody was told that it was done', () => {
    write(1)
    appendFileSync(path(), '{"seq":2,"prev')
    write(2)
    expect(readErasureList(path(), publicKey).erasures.map((one) => one.residentId)).toEqual([
      erasure(1).residentId,
      erasure(2).residentId,
    ])
  })
})
