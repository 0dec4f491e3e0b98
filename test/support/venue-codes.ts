/** Codes of tickets as a tablet meets them: drawn here, as image files and as what a camera sees. */

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import qrcode from 'qrcode'

/** Grey values, row by row; white is 255. */
export type Picture = { width: number; height: number; pixels: Uint8Array }

const white = 255
const quietModules = 4

export function qrPicture(text: string, modulePixels = 6): Picture {
  const { size, data } = qrcode.create(text, { errorCorrectionLevel: 'M' }).modules
  const side = (size + 2 * quietModules) * modulePixels
  const picture = blank(side, side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [row, column] = [y, x].map((at) => Math.floor(at / modulePixels) - quietModules)
      const isInside = row! >= 0 && column! >= 0 && row! < size && column! < size
      if (isInside && data[row! * size + column!]) picture.pixels[y * side + x] = 0
    }
  }
  return picture
}

/** Bars and spaces of a letter in turn, narrow or wide. */
const nw7Letters: Record<string, string> = {
  ...{ 0: '0000011', 1: '0000110', 2: '0001001', 3: '1100000', 4: '0010010', 5: '1000010' },
  ...{ 6: '0100001', 7: '0100100', 8: '0110000', 9: '1001000', A: '0011010' },
}

/** Between its start and stop letters, both `A`. */
export function nw7Picture(digits: string, narrowPixels = 3): Picture {
  const runs: [isBar: boolean, pixels: number][] = []
  for (const letter of `A${digits}A`) {
    for (const [i, width] of [...nw7Letters[letter]!].entries()) {
      runs.push([i % 2 === 0, narrowPixels * (width === '1' ? 3 : 1)])
    }
    runs.push([false, narrowPixels])
  }
  const quiet = 20 * narrowPixels
  const width = 2 * quiet + runs.reduce((sum, [, pixels]) => sum + pixels, 0)
  const picture = blank(width, 160)
  let x = quiet
  for (const [isBar, pixels] of runs) {
    if (isBar) fill(picture, x, 30, pixels, 100)
    x += pixels
  }
  return picture
}

/** Two pictures, one beside the other: slips on a sheet. */
export function sideBySide(left: Picture, right: Picture): Picture {
  const both = blank(left.width + right.width, Math.max(left.height, right.height))
  paste(both, left, 0, 0)
  paste(both, right, left.width, 0)
  return both
}

export function blank(width: number, height: number): Picture {
  return { width, height, pixels: new Uint8Array(width * height).fill(white) }
}

function fill(into: Picture, left: number, top: number, width: number, height: number): void {
  for (let y = top; y < top + height; y++) {
    into.pixels.fill(0, y * into.width + left, y * into.width + left + width)
  }
}

function paste(into: Picture, from: Picture, left: number, top: number): void {
  for (let y = 0; y < from.height; y++) {
    const row = from.pixels.subarray(y * from.width, (y + 1) * from.width)
    into.pixels.set(row, (top + y) * into.width + left)
  }
}

export function png({ width, height, pixels }: Picture): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits of grey.
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([size, body, check])
}

const camera = { width: 640, height: 480, framesPerSecond: 10 }

/** A film of still pictures for Chromium's fake camera, which plays it over and over. */
export async function writeFilm(
  path: string,
  scenes: { picture: Picture; seconds: number }[],
): Promise<void> {
  const { width, height, framesPerSecond } = camera
  const file = createWriteStream(path)
  file.write(`YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`)
  const noColour = new Uint8Array((width * height) / 2).fill(128)
  for (const { picture, seconds } of scenes) {
    const scene = blank(width, height)
    const left = Math.floor((width - picture.width) / 2)
    paste(scene, picture, left, Math.floor((height - picture.height) / 2))
    for (let n = 0; n < seconds * framesPerSecond; n++) {
      file.write('FRAME\n')
      file.write(scene.pixels)
      file.write(noColour)
    }
  }
  file.end()
  await once(file, 'finish')
}
