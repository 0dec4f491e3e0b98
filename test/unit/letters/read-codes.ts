/** Reads the codes of a printed page as an outsider's scanner does: from its picture. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import jsqr from 'jsqr'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

export const hasPdftoppm = spawnSync('pdftoppm', ['-v']).error === undefined

const dotsPerInch = 300
const dotsPerMm = dotsPerInch / 25.4

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
prepareZXingModule({
  overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer as ArrayBuffer },
})

export type Picture = { width: number; height: number; data: Uint8ClampedArray }

/** One page in grey, at the resolution of an office printer. */
export function pageAsPicture(pdf: Uint8Array, page = 1): Picture {
  const folder = mkdtempSync(join(tmpdir(), 'sheet-'))
  try {
    const file = join(folder, 'sheet.pdf')
    writeFileSync(file, pdf)
    const at = ['-f', String(page), '-l', String(page), '-singlefile', '-r', String(dotsPerInch)]
    execFileSync('pdftoppm', ['-gray', ...at, file, join(folder, 'page')])
    return pictureOf(readFileSync(join(folder, 'page.pgm')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Of a binary PGM: `P5 width height 255`, then a byte for each dot. */
function pictureOf(pgm: Buffer): Picture {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 64).toString('latin1'))!
  const [width, height] = [Number(head[1]), Number(head[2])]
  const data = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    data.fill(pgm[head[0].length + i]!, 4 * i, 4 * i + 3)
    data[4 * i + 3] = 255
  }
  return { width, height, data }
}

type Box = { x: number; y: number; width: number; height: number }

/** A part of a page, in millimetres. */
export function cutOut(picture: Picture, box: Box): Picture {
  const at = (millimetres: number) => Math.round(millimetres * dotsPerMm)
  const [left, top, width, height] = [at(box.x), at(box.y), at(box.width), at(box.height)]
  const data = new Uint8ClampedArray(width * height * 4)
  for (let row = 0; row < height; row++) {
    const from = 4 * ((top + row) * picture.width + left)
    data.set(picture.data.subarray(from, from + 4 * width), 4 * row * width)
  }
  return { width, height, data }
}

export type Read = { format: string; text: string }

/** Everything in the picture that a general reader finds. */
export function readAll(picture: Picture): Promise<Read[]> {
  return readBytes(picture as never)
}

/** The same of a picture's file. */
export async function readBytes(file: Uint8Array): Promise<Read[]> {
  const found = await readBarcodes(file, {
    formats: ['QRCode', 'Codabar', 'DataMatrix'],
    tryHarder: true,
  })
  return found.map(({ format, text }) => ({ format, text }))
}

export function readQr({ data, width, height }: Picture): string | undefined {
  return (jsqr as unknown as typeof jsqr.default)(data, width, height)?.data
}
