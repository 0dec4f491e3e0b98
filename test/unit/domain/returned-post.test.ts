// The mark of a letter, as scanners and people give it; and when somebody is called again.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { envelopeMarkOf } from '../../../domain/envelope-mark.ts'
import { groupedPhone, nextTryOn, plainPhone } from '../../../domain/follow-up-call.ts'
import { plainPostcode, readLetterMark, stopsLetters } from '../../../domain/returned-post.ts'

const id = '2f1a88c0-4a11-4c3e-9d2b-0123456789ab'

describe('the mark', () => {
  test('of every letter is read back: at the edge, in the last line, by the short number', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 9 }), (letterId, pages) => {
        const texts = [
          letterId,
          letterId.slice(0, 8).toUpperCase(),
          envelopeMarkOf(letterId, 1, pages),
          ` ${envelopeMarkOf(letterId, pages, pages)}\r`,
          `通知番号 ${letterId} / R1 / 2021-07-05 / 2021-07-05T10:00:00Z`,
        ]
        for (const text of texts) {
          const mark = readLetterMark(text)
          expect(mark && mark.from <= letterId && letterId <= mark.to, text).toBe(true)
        }
      }),
    )
  })

  test.each(['', '12', 'ABCDEFGHJ', '2F1A88C04A11/2/1', '𠮷田太郎'])(
    '%j is on no letter',
    (text) => {
      expect(readLetterMark(text)).toBeUndefined()
    },
  )

  test('wide characters of a Japanese keyboard are the same', () => {
    expect(readLetterMark('２Ｆ１Ａ８８Ｃ０４Ａ１１／１／１')).toEqual(
      readLetterMark(envelopeMarkOf(id, 1, 1)),
    )
  })
})

test('refused and not collected say nothing against the address', () => {
  expect(stopsLetters('refused')).toBe(false)
  expect(stopsLetters('notCollected')).toBe(false)
  expect(stopsLetters('addressUnknown')).toBe(true)
  expect(stopsLetters('other')).toBe(true)
})

test('a postcode and a number as people type them', () => {
  expect(plainPostcode('〒160−0022')).toBe('1600022')
  expect(plainPostcode('160-002')).toBeUndefined()
  expect(plainPhone('03（0000）0000')).toBe('0300000000')
  expect(plainPhone('+81 90-0000-0000')).toBe('09000000000')
  expect(plainPhone('110')).toBeUndefined()
  expect(groupedPhone('0300000000')).toBe('03-0000-0000')
  expect(groupedPhone('09000000000')).toBe('090-0000-0000')
})

test('who is called again, and when', () => {
  const today = '2021-07-05' as PlainDate
  expect(nextTryOn('notReached', today)).toBe('2021-07-06')
  expect(nextTryOn('willCome', today)).toBe('2021-07-19')
  expect(nextTryOn('wrongNumber', today)).toBe(today)
  expect(nextTryOn('notReached', today, addDays(today, 4))).toBe('2021-07-09')
  for (const outcome of ['reached', 'declines', 'alreadyHadIt'] as const) {
    expect(nextTryOn(outcome, today, addDays(today, 4))).toBeUndefined()
  }
})
