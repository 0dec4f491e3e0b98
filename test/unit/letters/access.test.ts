/** Proves: a letter bears its reader's code and a QR that a camera reads, where no window shows them. */
import jsqr from 'jsqr'
import { describe, expect, test } from 'vitest'
import { groupedLetterCode, newLetterCode } from '../../../domain/letter-code.ts'
import { renderLetterBatch } from '../../../letters/batch.ts'
import type { NoticeForPrint } from '../../../letters/notice.ts'
import { aLetter, day, town } from './notices.ts'
import { flat, pageStreams, readPdf } from './read-pdf.ts'

const address = 'https://sesshu.example.jp/my'
const code = newLetterCode(town.code, (below) => below - 1)

const printed = (over: Partial<NoticeForPrint>) =>
  renderLetterBatch({ municipality: town, date: day('2021-07-14'), letters: [aLetter(over)] })

describe('a letter with a code', () => {
  test('shows it in groups, and says what else is asked for, in both languages', async () => {
    const [page] = (await readPdf((await printed({ access: { code, address } })).pdf)).pages
    expect(page!.flat).toContain(groupedLetterCode(code))
    expect(page!.flat).toContain('記録を見る：コードと生年月日')
    expect(page!.flat).toContain('Yourrecord:code+birthdate')
    expect(page!.flat).toContain('sesshu.example.jp/my')
  })

  test('has a QR of the address, and of nothing more', async () => {
    const { pdf } = await printed({ access: { code, address } })
    expect(scanned(pageStreams(pdf)[0]!)).toBe(address)
  })

  test('keeps both out of an envelope’s window, wherever the sheet slips', async () => {
    const { pdf } = await printed({ access: { code, address } })
    const [page] = (await readPdf(pdf)).pages
    const found = page!.texts.find(({ text }) => flat(text) === groupedLetterCode(code))
    expect(found!.y).toBeLessThan(40)
    const lowest = Math.max(...squaresIn(pageStreams(pdf)[0]!).map(({ y, size }) => y + size))
    expect(lowest * (25.4 / 72)).toBeLessThan(40)
  })

  test('is as readable as before to whoever reads it back by its text', async () => {
    const [page] = (await readPdf((await printed({ access: { code, address } })).pdf)).pages
    expect(page!.flat).toMatch(/^〒105-0011/)
    expect(page!.flat).toMatch(/通知番号[0-9a-f-]{36}\/R1\/2021-07-14$/)
  })

  test('without a page’s address bears the code alone', async () => {
    const { pdf } = await printed({ access: { code } })
    expect(squaresIn(pageStreams(pdf)[0]!)).toEqual([])
    expect((await readPdf(pdf)).pages[0]!.flat).toContain(groupedLetterCode(code))
  })
})

/** Points, from the top of the page. */
type Square = { x: number; y: number; size: number }

/** What is filled, not stroked; pdfkit turns the page upside down first. */
function squaresIn(stream: string): Square[] {
  const rectangle = /^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm
  return [...stream.matchAll(rectangle)]
    .map(([, x, y, width, height]) => [x, y, width, height].map(Number))
    .filter(([, , width, height]) => width === height)
    .map(([x, y, size]) => ({ x: x!, y: y!, size: size! }))
}

function scanned(stream: string): string | undefined {
  const squares = squaresIn(stream)
  const perPoint = 8
  const margin = 60
  const left = Math.min(...squares.map(({ x }) => x))
  const top = Math.min(...squares.map(({ y }) => y))
  const extent = Math.max(...squares.map(({ x, size }) => x + size - left))
  const pixels = Math.ceil(extent * perPoint) + 2 * margin
  const image = new Uint8ClampedArray(pixels * pixels * 4).fill(255)
  for (const { x, y, size } of squares) {
    const [x0, y0] = [x - left, y - top].map((at) => margin + Math.round(at * perPoint))
    const side = Math.round(size * perPoint)
    for (let row = y0!; row < y0! + side; row++) {
      image.fill(0, (row * pixels + x0!) * 4, (row * pixels + x0! + side) * 4)
    }
  }
  for (let at = 3; at < image.length; at += 4) image[at] = 255
  const read = 'default' in jsqr ? (jsqr.default as unknown as typeof jsqr) : jsqr
  return (read as unknown as JsQr)(image, pixels, pixels)?.data
}

type JsQr = (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null
