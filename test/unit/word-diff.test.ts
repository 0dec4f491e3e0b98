// Of two English texts a reader sees words that went and words that came, never pieces of both run together.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffOfWords } from '../../web/letter-texts/word-diff.ts'

const texts = fc
  .array(fc.constantFrom('Please', 'book', 'your', 'second', 'dose.', '{town}', 'Call'))
  .map((words) => words.join(' '))

test('what stayed and went is the text before, what stayed and came the text after; no word is cut', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const pieces = diffOfWords(before, after)
      const without = (left: string) =>
        pieces
          .filter(({ kind }) => kind !== left)
          .map(({ text }) => text)
          .join('')
      expect([without('new'), without('gone')]).toEqual([before, after])
      const known = new Set(`${before} ${after}`.split(' '))
      for (const { text } of pieces) {
        for (const word of text.trim().split(/\s+/)) expect(known.has(word)).toBe(true)
      }
    }),
  )
})
