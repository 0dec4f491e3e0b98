/** The codes of a slip as bars in millimetres, from the modules that their standards give. */
import bwipjs from 'bwip-js/node'
import qrcode from 'qrcode'
import { type Place, rowsOfModules } from './modules.ts'
import type { Bar } from './pen.ts'

/** The official sizes (MHLW, guide to municipalities 13.1, p. 130), in millimetres. */
export const officialSizes = {
  slip: { width: 63, height: 34 },
  qr: 10,
  /** Each side of the QR code: 11 mm with it. */
  qrMargin: 0.5,
  nw7: { width: 37.2, height: 5.6 },
  ocrPoints: 9,
} as const

/** Of the second code, so that no reader takes it for the official one; a module has 0.4 mm. */
export const checkedCodeSize = 6.4

/** QR code, Model 2, of digits alone: 18 of them make version 1 with a quarter of it to spare. */
export function qrBars(digits: string, { x, y }: Place, size: number = officialSizes.qr): Bar[] {
  const { modules } = qrcode.create([{ data: digits, mode: 'numeric' }], {
    errorCorrectionLevel: 'Q',
  })
  return rowsOfModules(
    modules.size,
    (row, column) => modules.get(row, column) === 1,
    { x, y },
    size,
  )
}

/**
 * A Data Matrix: a reader that looks for QR codes does not see it at all, so that it can stand beside the
 * official one.
 */
export function checkedBars(digits: string, { x, y }: Place): Bar[] {
  const raw = bwipjs.raw({ bcid: 'datamatrix', text: digits })
  const [code] = raw as { pixs: number[]; pixx: number }[]
  if (!code) throw new Error('no code was made')
  const isDark = (row: number, column: number) => code.pixs[row * code.pixx + column] === 1
  return rowsOfModules(code.pixx, isDark, { x, y }, checkedCodeSize)
}

/** NW-7 (Codabar) of the ten digits between start and stop letters A, which readers leave out. */
export function nw7Bars(number: string, { x, y }: Place): Bar[] {
  const raw = bwipjs.raw({ bcid: 'rationalizedCodabar', text: `A${number}A` })
  const [code] = raw as { sbs: number[] }[]
  if (!code) throw new Error('no bars were made')
  // Bars and spaces in turn; a space at the end is no part of the picture.
  const widths = code.sbs.length % 2 === 0 ? code.sbs.slice(0, -1) : code.sbs
  const modules = widths.reduce((sum, width) => sum + width, 0)
  const module = officialSizes.nw7.width / modules
  const bars: Bar[] = []
  let at = x
  for (const [i, width] of widths.entries()) {
    const bar = { x: at, y, width: width * module, height: officialSizes.nw7.height }
    if (i % 2 === 0) bars.push(bar)
    at += bar.width
  }
  return bars
}
