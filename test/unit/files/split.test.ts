/** Proves: text is cut into cells as RFC 4180 says, wherever its pieces end, and a bad row harms no other. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RawRow } from '../../../files/cells.ts'
import { splitter } from '../../../files/split.ts'

const cell = fc
  .array(fc.constantFrom('a', '山', '"', ',', '\n', '\r\n', '\t', ' ', '0', '💉'), { maxLength: 5 })
  .map((signs) => signs.join(''))
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 })

function written(rows: readonly (readonly string[])[], lineEnd: string): string {
  const cellOf = (text: string) =>
    /[",\n\r\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  return rows.map((row) => row.map(cellOf).join(',') + lineEnd).join('')
}

function split(text: string, pieces: readonly number[] = []): RawRow[] {
  const reader = splitter(',')
  const rows: RawRow[] = []
  let at = 0
  for (const length of pieces) {
    rows.push(...reader.push(text.slice(at, at + length)))
    at += length
  }
  rows.push(...reader.push(text.slice(at)), ...reader.end())
  return rows
}

const cellsOf = (rows: readonly RawRow[]) => rows.map(({ cells }) => cells)

describe('splitting', () => {
  test('gives back what was written, in any pieces', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 20 }),
        (rows, lineEnd, pieces) => {
          const read = split(written(rows, lineEnd), pieces)
          expect(read.filter(({ fault }) => fault)).toEqual([])
          expect(cellsOf(read)).toEqual(rows)
        },
      ),
    )
  })

  test('of any text, in any pieces, gives the same rows and never throws', () => {
    const text = fc
      .array(fc.constantFrom('a', '"', '"', ',', '\n', '\r', '\t', '山'), { maxLength: 40 })
      .map((signs) => signs.join(''))
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }), (all, pieces) => {
        expect(split(all, pieces)).toEqual(split(all))
      }),
    )
  })

  test('old Macs end lines by a carriage return alone', () => {
    expect(cellsOf(split('a,b\r"c\nd",e\r'))).toEqual([
      ['a', 'b'],
      ['c\nd', 'e'],
    ])
  })

  test('a quotation that never closes is the fault of its own row', () => {
    const rows = split(`a,b\n1,"open\n${'2,x\n'.repeat(30)}3,y\n`)
    expect(rows[1]).toMatchObject({ rowNumber: 2, cells: ['1', '"open'], fault: 'quoteOpen' })
    expect(rows).toHaveLength(33)
    expect(rows.filter(({ fault }) => fault)).toHaveLength(1)
  })

  test('text after a quotation is a fault of its row', () => {
    const rows = split('a,b\n"x"y,z\nc,d\n')
    expect(rows.map(({ fault }) => fault)).toEqual([undefined, 'quoteStray', undefined])
  })

  test('a quotation mark inside a plain cell is a sign like any other', () => {
    expect(cellsOf(split('a"b,c\n'))).toEqual([['a"b', 'c']])
  })

  test('a last line without an end is shown, and ^Z is no row', () => {
    expect(split('a,b\nc,d').at(-1)).toMatchObject({ cells: ['c', 'd'], flag: 'lastLineOpen' })
    expect(split('a,b\nc,d\n\u001a')).toHaveLength(2)
  })
})
