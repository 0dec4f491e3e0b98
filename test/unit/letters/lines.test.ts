// Proves the breaking of lines: nothing is lost, nothing is wider than its line, Japanese rules are kept.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokenIntoLines } from '../../../letters/lines.ts'

/** Latin letters and digits are half as wide; `hex` is the text itself, to be read back. */
const glyphs = (cluster: string) => ({
  hex: cluster,
  width: /[A-Za-z0-9 .,]/.test(cluster) ? 500 : 1000,
})
const broken = (text: string, characters: number, at: 'spaces' | 'anywhere' = 'anywhere') =>
  brokenIntoLines(text, characters * 1000, glyphs, at).map(({ hex }) => hex)

describe('Japanese', () => {
  test.each([
    ['目安の日は、六月です。', 5, ['目安の日', 'は、六月で', 'す。']],
    ['予約（二回目）です', 3, ['予約', '（二回', '目）で', 'す']],
    ['コロナワクチンー種', 7, ['コロナワクチ', 'ンー種']],
    ['2021年6月22日', 4, ['2021年6', '月22日']],
  ])('%s', (text, characters, expected) => {
    expect(broken(text, characters)).toEqual(expected)
  })

  test('a blank at a break is dropped, within a line it stays', () => {
    expect(broken('見本　花子', 3)).toEqual(['見本', '花子'])
    expect(broken('見本　花子', 5)).toEqual(['見本　花子'])
  })

  test('at spaces alone where it is asked for; a longer word breaks anywhere', () => {
    expect(broken('東京都見本市 みほんハイツ', 8, 'spaces')).toEqual([
      '東京都見本市',
      'みほんハイツ',
    ])
    expect(broken('あいうえおかきくけこ', 4, 'spaces')).toEqual(['あいうえ', 'おかきく', 'けこ'])
  })
})

describe('words', () => {
  test('are not broken where they fit a line', () => {
    expect(broken('Please book it', 4)).toEqual(['Please', 'book it'])
  })
  test('a word that fits no line is broken', () => {
    expect(broken('abcdefgh', 2)).toEqual(['abcd', 'efgh'])
  })
})

test('law: every character comes out once, in order; no line is too wide', () => {
  const character = fc.constantFrom(...'あ漢ッー、。（）「」2aZ. 　が')
  const text = fc.array(character, { maxLength: 40 }).map((all) => all.join(''))
  fc.assert(
    fc.property(text, fc.integer({ min: 6, max: 20 }), fc.boolean(), (given, width, atSpaces) => {
      const lines = brokenIntoLines(given, width * 1000, glyphs, atSpaces ? 'spaces' : 'anywhere')
      const bare = (words: string) => words.replaceAll(/[\s　]/g, '')
      expect(bare(lines.map(({ hex }) => hex).join(''))).toBe(bare(given))
      for (const line of lines) expect(line.width).toBeLessThanOrEqual(width * 1000)
    }),
  )
})
