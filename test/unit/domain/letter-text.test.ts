// Proves what a municipality may write on its letters, and that a diff says exactly what changes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  changedParts,
  diffOf,
  faultsOf,
  fillText,
  type LetterParts,
  partLimits,
  partsTyped,
} from '../../../domain/letter-text.ts'

const values = {
  town: '見本市',
  dose: '2',
  previousDose: '1',
  office: '健康課',
  phone: '03-0000-0000',
  today: '7月14日',
}

describe('placeholders', () => {
  test('are filled by their Japanese or their English name, in wide braces too', () => {
    expect(fillText('{市区町村}の{dose}回目、｛担当課｝へ', values)).toBe('見本市の2回目、健康課へ')
  })
  test('of no other name: refused when it is kept, and thrown when it would be printed', () => {
    expect(faultsOf({ title: '{会場}で' })).toEqual([
      { part: 'title', code: 'unknownPlaceholder', what: '{会場}' },
    ])
    expect(() => fillText('{会場}', values)).toThrow()
  })
  test('a value is not read for placeholders again', () => {
    expect(fillText('{town}', { ...values, town: '{phone}' })).toBe('{phone}')
  })
})

test.each<[string, LetterParts, string]>([
  ['too long', { action: 'あ'.repeat(partLimits.action.characters + 1) }, 'tooLong'],
  ['more lines than the part has', { details: 'あ\nい\nう\nえ\nお' }, 'tooManyLines'],
  ['a brace alone', { opening: 'これは{です' }, 'strayBrace'],
  ['markup', { opening: '<b>重要</b>' }, 'noMarkup'],
  ['an individual number', { details: '番号 123456789018' }, 'longNumber'],
  ['a ticket line in groups', { details: '2131 0410 0000 0000 01' }, 'longNumber'],
  ['the same in wide digits', { details: '１２３４５６７８９０１８' }, 'longNumber'],
])('refuses %s', (_name, parts, code) => {
  expect(faultsOf(parts).map((fault) => fault.code)).toContain(code)
})

test('a telephone number and a day are no long numbers', () => {
  expect(faultsOf({ contact: '0120-000-000（平日 9:00〜17:00）2021年7月14日' })).toEqual([])
})

test('what is typed loses blank lines and parts that are empty', () => {
  expect(partsTyped({ title: '  ', details: ' a \r\n\r\n b ' })).toEqual({ details: 'a\nb' })
  expect(changedParts({ title: 'a' }, { title: 'a', english: 'b' })).toEqual(['english'])
})

test('law: without what is new a diff is the old text, without what is gone the new one', () => {
  const text = fc.string({ unit: fc.constantFrom(...'あいうa\n'), maxLength: 20 })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = diffOf(before, after)
      const without = (kind: string) =>
        pieces.flatMap((piece) => (piece.kind === kind ? [] : piece.text)).join('')
      expect(without('new')).toBe(before)
      expect(without('gone')).toBe(after)
      if (before === after) expect(pieces.every(({ kind }) => kind === 'same')).toBe(true)
    }),
  )
})
