// Proves the mark's code by another maker's reader: whatever mark, also with modules that are dirt.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dataMatrix, dataMatrixSize } from '../../../letters/data-matrix.ts'
import { type Picture, readAll } from './read-codes.ts'

const mark = fc
  .tuple(fc.stringMatching(/^[0-9A-F]{12}$/), fc.integer({ min: 1, max: 99 }), fc.boolean())
  .map(([letter, pages, isFirst]) => `${letter}/${isFirst ? 1 : pages}/${pages}`)
/** Each may spoil one word of the 32; seven can be mended. */
const dirt = fc.array(fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 })), {
  maxLength: 7,
})

test('law: any mark is read, with up to seven modules that are wrong', async () => {
  await fc.assert(
    fc.asyncProperty(mark, dirt, async (text, spots) => {
      const rows = dataMatrix(text)
      for (const [row, column] of spots) rows[row]![column] = !rows[row]![column]
      expect(await readAll(pictureOf(rows))).toEqual([{ format: 'DataMatrix', text }])
    }),
    { numRuns: 100 },
  )
})

test('what does not fit is refused', () => {
  expect(() => dataMatrix('A'.repeat(19))).toThrow('too long')
  expect(() => dataMatrix('通')).toThrow('ASCII')
})

function pictureOf(rows: boolean[][]): Picture {
  const [dots, margin] = [6, 12]
  const size = dataMatrixSize * dots + 2 * margin
  const data = new Uint8ClampedArray(size * size * 4).fill(255)
  for (let y = margin; y < size - margin; y++) {
    for (let x = margin; x < size - margin; x++) {
      if (!rows[Math.floor((y - margin) / dots)]![Math.floor((x - margin) / dots)]) continue
      data.fill(0, 4 * (y * size + x), 4 * (y * size + x) + 3)
    }
  }
  return { width: size, height: size, data }
}
