/**
 * The mark at a sheet's edge by which an inserting machine, or a hand scanner, tells that what goes into one
 * envelope is one letter, whole: `domain/envelope-mark.ts`. A Data Matrix, which no telephone's camera takes
 * for the reader's own QR code, below the fold, where no window shows it.
 */
import { envelopeMarkOf } from '../domain/envelope-mark.ts'
import { dataMatrix, dataMatrixSize } from './data-matrix.ts'
import type { Pen } from './pen.ts'

/** Millimetres; a module has 0.4 mm, and white of two beside it. */
export const envelopeMarkPlace = { x: 7, y: 118, size: 7.2 } as const

export function drawEnvelopeMark(
  pen: Pen,
  { letterId, page, pages }: { letterId: string; page: number; pages: number },
): void {
  const rows = dataMatrix(envelopeMarkOf(letterId, page, pages))
  const { size, ...place } = envelopeMarkPlace
  const isDark = (row: number, column: number) => rows[row]![column]!
  pen.modules({ size: dataMatrixSize, isDark }, place, size)
}
