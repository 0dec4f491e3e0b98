// Proves on the PDF itself that a sheet has the official layout, and that readers read what stands on it.
import { describe, expect, test } from 'vitest'
import { checkedLine } from '../../../domain/ticket-check.ts'
import { slipsOf } from '../../../domain/ticket-slips.ts'
import {
  problemsOfSheet,
  renderTicketSheets,
  type TicketSheet,
} from '../../../letters/ticket-sheet.ts'
import { checkedCodeSize, officialSizes } from '../../../letters/ticket-sheet-codes.ts'
import { slipCorner } from '../../../letters/ticket-sheet-page.ts'
import { places } from '../../../letters/ticket-sheet-slip.ts'
import { aLetter, aRecipient, day, idOf } from './notices.ts'
import { cutOut, hasPdftoppm, pageAsPicture, readAll, readQr } from './read-codes.ts'
import { flat, pageStreams, readPdf } from './read-pdf.ts'

const number = '2000000004'
const holder = { familyName: '見本', givenName: '花子', kana: 'ミホン ハナコ' }
const { postcode, address } = aRecipient()

let sheets = 0
function aSheet(over: Partial<TicketSheet> = {}): TicketSheet {
  return {
    sheetId: idOf(++sheets),
    printedOn: day('2021-07-14'),
    reason: 'first',
    ticket: { municipalityCode: '131041', number },
    doseNumbers: [1, 2],
    holder,
    issuerName: '東京都見本市',
    sender: aLetter().sender,
    access: { code: 'ACDE34678HJKMNPR', address: 'https://sesshu.example.jp/my' },
    address: { postcode, address },
    ...over,
  }
}
const render = (...list: TicketSheet[]) =>
  renderTicketSheets({ municipalityCode: '131041', date: day('2021-07-14'), sheets: list })
const pagesOf = async (...list: TicketSheet[]) => (await readPdf((await render(...list)).pdf)).pages

const lineOf = (kind: 'vaccination' | 'screenedOnly', dose: number) =>
  `${kind === 'vaccination' ? 2 : 1}${dose}131041${number}`
const allLines = slipsOf([1, 2]).map((slip) => lineOf(slip.slipKind, slip.claimedDoseNumber))

describe.skipIf(!hasPdftoppm)('read from the picture of a page', () => {
  test('each slip’s QR code, bar code and second code say what they must', async () => {
    const { pdf } = await render(aSheet())
    const page = pageAsPicture(pdf)
    for (const [i, line] of allLines.entries()) {
      const slip = cutOut(page, { ...slipCorner(i), ...officialSizes.slip })
      const found = await readAll(slip)
      expect(found).toHaveLength(3)
      expect(found).toContainEqual({ format: 'QRCode', text: line })
      expect(found).toContainEqual({ format: 'DataMatrix', text: checkedLine(line) })
      // Start and stop letters are the symbology's own; many readers leave them out.
      const bars = found.find(({ format }) => format === 'Codabar')?.text
      expect(bars?.replaceAll('A', '')).toBe(number)
      expect(readQr(slip)).toBe(line)
    }
  })

  test('and with twenty characters of a name and no dose one, too', async () => {
    const name = { familyName: '一二三四五六七八九十', givenName: '一二三四五六七八九' }
    const { pdf } = await render(aSheet({ doseNumbers: [2], holder: { ...name, kana: 'カナ' } }))
    const slip = cutOut(pageAsPicture(pdf), { ...slipCorner(0), ...officialSizes.slip })
    expect(readQr(slip)).toBe(lineOf('vaccination', 2))
    expect(await readAll(slip)).toHaveLength(3)
  })
})

const pointsPerMm = 72 / 25.4

type Box = { x: number; y: number; width: number; height: number }

/** Bounding boxes, in millimetres, of what is drawn as one picture, in order. */
function pictures(pdf: Uint8Array): Box[] {
  const [stream] = pageStreams(pdf)
  return [...stream!.matchAll(/\/Figure <<[^>]*>> BDC\n([\s\S]*?)EMC/g)].map(([, drawn]) => {
    // A mask of modules is put on a square; bars are rectangles.
    const mask = /^q ([\d.]+) 0 0 -[\d.]+ ([\d.]+) ([\d.]+) cm$/m.exec(drawn!)
    const [side, x, below] = mask?.slice(1).map((points) => Number(points) / pointsPerMm) ?? []
    if (mask) return { x: x!, y: below! - side!, width: side!, height: side! }
    const bars = [...drawn!.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm)].map((bar) =>
      bar.slice(1).map((points) => Number(points) / pointsPerMm),
    )
    const left = Math.min(...bars.map(([x]) => x!))
    const top = Math.min(...bars.map(([, y]) => y!))
    return {
      x: left,
      y: top,
      width: Math.max(...bars.map(([x, , width]) => x! + width!)) - left,
      height: Math.max(...bars.map(([, y, , height]) => y! + height!)) - top,
    }
  })
}

describe('the official layout', () => {
  test('sizes in millimetres: QR 10 x 10, NW-7 5.6 x 37.2, slip 63 x 34', async () => {
    const { pdf } = await render(aSheet())
    const [access, ...drawn] = pictures(pdf)
    expect(access!.y).toBeLessThan(50)
    expect(drawn).toHaveLength(4 * 3)
    for (const i of [0, 1, 2, 3]) {
      const [qr, nw7, checked] = drawn.slice(3 * i)
      const corner = slipCorner(i)
      expect(qr!.width).toBeCloseTo(10, 2)
      expect(qr!.height).toBeCloseTo(10, 2)
      expect(nw7!.width).toBeCloseTo(37.2, 2)
      expect(nw7!.height).toBeCloseTo(5.6, 2)
      expect(checked!.width).toBeCloseTo(checkedCodeSize, 2)
      expect(qr!.x - corner.x).toBeCloseTo(places.qr.x, 2)
      expect(qr!.y - corner.y).toBeCloseTo(places.qr.y, 2)
    }
    const frames = [
      ...pageStreams(pdf)[0]!.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re\nS/gm),
    ]
      .map((frame) => frame.slice(3).map((points) => Number(points) / pointsPerMm))
      .filter(([width]) => width! < 100)
    expect(frames).toHaveLength(4)
    for (const [width, height] of frames) {
      expect(width).toBeCloseTo(63, 2)
      expect(height).toBeCloseTo(34, 2)
    }
  })

  test('no text lies in the quiet zone of a code', async () => {
    const long = '一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十'
    const sheet = aSheet({ holder: { familyName: long, givenName: long, kana: 'カナ' } })
    const { pdf } = await render(sheet)
    const [page] = (await readPdf(pdf)).pages
    const zones = pictures(pdf)
      .slice(-12)
      .map(({ x, y, width, height }, i) => {
        // The official QR margin; of the bars ten modules left and right; of the second code one module.
        const [across, along] = [
          [0.5, 0.5],
          [2.5, 0.2],
          [0.4, 0.4],
        ][i % 3]!
        return {
          x: x - across!,
          y: y - along!,
          right: x + width + across!,
          bottom: y + height + along!,
        }
      })
    for (const { text, x, y, width, size } of page!.texts) {
      const top = y - (0.88 * size) / pointsPerMm
      const bottom = y + (0.12 * size) / pointsPerMm
      for (const zone of zones) {
        const isBeside =
          x + width < zone.x || x > zone.right || bottom < zone.y || top > zone.bottom
        expect(isBeside, `${text} at ${x}, ${y}`).toBe(true)
      }
    }
  })

  test('the line that machines read is text in OCR-B of 9 points', async () => {
    const { pdf } = await render(aSheet())
    const [page] = (await readPdf(pdf)).pages
    const lines = page!.texts.filter(({ text }) => /^\d{18}$/.test(text))
    expect(lines.map(({ text }) => text)).toEqual(allLines)
    for (const { size, width } of lines) {
      expect(size).toBeCloseTo(officialSizes.ocrPoints, 3)
      // Eighteen digits of one width, within the slip.
      expect(width).toBeLessThan(officialSizes.slip.width - 2 * places.ocr.x)
    }
    expect(Buffer.from(pdf).toString('latin1')).toMatch(/BaseFont \/[A-Z]{6}\+OCRB/)
  })
})

describe('what a sheet says', () => {
  test('only the slips that are still needed', async () => {
    const [page] = await pagesOf(aSheet({ doseNumbers: [2], reason: 'moved' }))
    const lines = page!.texts.filter(({ text }) => /^\d{18}$/.test(text)).map(({ text }) => text)
    expect(lines).toEqual([lineOf('vaccination', 2), lineOf('screenedOnly', 2)])
    expect(page!.flat).toContain('1回目の接種は記録されています。2回目の接種券だけをお送りします。')
    expect(page!.flat).toContain('前に住んでいた市区町村の接種券は使えません。')
    expect(page!.flat).not.toContain('接種券1回目')
  })

  test('the address first, where a window shows it, and the code to the own record', async () => {
    const [page] = await pagesOf(aSheet())
    expect(page!.flat).toMatch(
      /^〒105-0011東京都見本市中央一丁目2番3号みほんハイツ101号室見本花子様/,
    )
    expect(page!.flat).toContain('ACDE-3467-8HJK-MNPR')
  })

  test('of a protected person no address and no code, whatever is known', async () => {
    const { address: _, ...byHand } = aSheet()
    const [page] = await pagesOf(byHand)
    expect(page!.flat).toContain('手渡し用')
    expect(page!.flat).not.toContain(flat(address))
    expect(page!.flat).not.toContain('105-0011')
    expect(page!.flat).not.toContain('ACDE')
    expect(page!.flat.split('見本花子')).toHaveLength(1 + 4)
  })

  test('a name with a character that the font lacks is printed in kana, and told', async () => {
    const gaiji = { familyName: '架\uE001野', givenName: '例子', kana: 'カリノ レイコ' }
    const { pdf, missingGlyphs } = await render(aSheet({ holder: gaiji }))
    const [page] = (await readPdf(pdf)).pages
    expect(page!.flat.split('カリノレイコ')).toHaveLength(1 + 1 + 4)
    expect(missingGlyphs).toContainEqual(
      expect.objectContaining({ field: 'name', characters: ['\uE001'] }),
    )
  })

  test('twenty characters of a name stand on one line', async () => {
    const name = { familyName: '一二三四五六七八九十', givenName: '一二三四五六七八九' }
    const [page] = await pagesOf(aSheet({ holder: { ...name, kana: 'カナ' } }))
    const onSlips = page!.texts.filter(({ y, text }) => y > 216 && text.includes('一二三四五'))
    expect(onSlips).toHaveLength(4)
    for (const { text, size } of onSlips) {
      expect(flat(text)).toBe(`${name.familyName}${name.givenName}`)
      expect(size).toBeGreaterThanOrEqual(7)
    }
  })

  test('a page for each person, and the same bytes for the same input', async () => {
    const list = [aSheet(), aSheet({ doseNumbers: [2] })]
    const first = await render(...list)
    expect(first.index.map(({ page }) => page)).toEqual([1, 2])
    expect((await readPdf(first.pdf)).pages).toHaveLength(2)
    expect(Buffer.compare(first.pdf, (await render(...list)).pdf)).toBe(0)
  })
})

test('what cannot be printed is told by field, never by content', async () => {
  const long = aSheet({ address: { postcode, address: '町'.repeat(121) } })
  expect(problemsOfSheet(long)).toEqual([
    { letterId: long.sheetId, field: 'recipient.address', code: 'tooLong' },
  ])
  await expect(render(long)).rejects.toMatchObject({
    ...{ code: 'letterNotPrintable', field: 'recipient.address' },
    message: expect.not.stringContaining('町'),
  })
  expect(problemsOfSheet(aSheet({ doseNumbers: [] }))).toHaveLength(1)
  expect(problemsOfSheet(aSheet({ doseNumbers: [1, 2, 3] }))).toHaveLength(1)
  expect(problemsOfSheet(aSheet())).toEqual([])
  await expect(render()).rejects.toMatchObject({ code: 'batchTooLarge' })
})
