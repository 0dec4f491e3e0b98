/** Proves: what people open in a spreadsheet program comes back as it was, and runs nothing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvForPeople } from '../../../files/csv.ts'

/** By the rules of RFC 4180, in this test's own words. */
function parse(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    expect(text[at]).toBe('"')
    let cell = ''
    for (at += 1; !(text[at] === '"' && text[at + 1] !== '"'); at += 1) {
      if (text[at] === '"') at += 1
      cell += text[at]
    }
    row.push(cell)
    at += 1
    if (text[at] === ',') at += 1
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n')
      at += 2
      rows.push(row)
      row = []
    }
  }
  return rows
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .tuple(
      fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '\t',
        '\r',
        '\n',
        '＝',
        '＋',
        '－',
        '＠',
        ' =',
        '"=',
        "'=",
      ),
      fc.constantFrom('', '1+1', 'cmd|calc', 'HYPERLINK("x")', '64歳以下'),
    )
    .map((parts) => parts.join('')),
)

describe('T6: a CSV for people', () => {
  test('has no cell that a spreadsheet program would run', () => {
    fc.assert(
      fc.property(fc.array(fc.array(nasty, { minLength: 1, maxLength: 4 })), (rows) => {
        for (const row of parse(csvForPeople(['a'], rows).slice(1))) {
          for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@\t\r＝＋－＠]/)
        }
      }),
    )
  })

  test('whatever blank stands before what would run', () => {
    for (const cell of ['\u000b\tx', '\u000c\rx', ' \t=1', '\u3000\n@x']) {
      expect(csvForPeople(['a'], [[cell]])).toContain(`"'${cell}"`)
    }
  })

  test('keeps every text, an apostrophe before a trigger apart', () => {
    fc.assert(
      fc.property(fc.array(fc.array(nasty, { minLength: 1, maxLength: 4 })), (rows) => {
        const [, ...back] = parse(csvForPeople(['a'], rows).slice(1))
        expect(back).toHaveLength(rows.length)
        for (const [i, row] of rows.entries()) {
          for (const [j, cell] of row.entries()) expect([cell, `'${cell}`]).toContain(back[i]![j])
        }
      }),
    )
  })

  test('begins with a byte order mark, ends its lines as Windows does, and leaves numbers numbers', () => {
    expect(
      csvForPeople(
        ['数', '何'],
        [
          [12, null],
          [-5, 'a"b'],
        ],
      ),
    ).toBe('\ufeff"数","何"\r\n"12",""\r\n"\'-5","a""b"\r\n')
  })
})
