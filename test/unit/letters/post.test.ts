// Proves on rendered pages, as pixels, what the post, an inserter and a reader's camera need of a letter.
import { beforeAll, describe, expect, test } from 'vitest'
import { readEnvelopeMark } from '../../../domain/envelope-mark.ts'
import { newLetterCode } from '../../../domain/letter-code.ts'
import { addressWindow } from '../../../letters/address.ts'
import { renderLetterBatch } from '../../../letters/batch.ts'
import { envelopeMarkPlace } from '../../../letters/envelope-mark.ts'
import { letterLimits } from '../../../letters/limits.ts'
import type { NoticeForPrint } from '../../../letters/notice.ts'
import { readCustomerBarcode } from '../../support/customer-bars.ts'
import { aLetter, aRecipient, day, town } from './notices.ts'
import { cutOut, hasPdftoppm, type Picture, pageAsPicture, readAll, readQr } from './read-codes.ts'
import { type ReadPage, readPdf } from './read-pdf.ts'

const address = 'https://sesshu.example.jp/my'
const code = newLetterCode(town.code, (below) => below - 1)
const dotsPerMm = 300 / 25.4

const letters: NoticeForPrint[] = [
  aLetter({ access: { code, address }, sealedAt: '2021-07-14T09:00:00Z' }),
  aLetter({
    access: { code, address },
    recipient: aRecipient({
      familyName: '長'.repeat(letterLimits.familyName),
      givenName: '名'.repeat(letterLimits.givenName),
      postcode: '910-0067',
      address: `福井県福井市新田塚3丁目80-25 J1ビル2-B ${'棟'.repeat(letterLimits.address - 27)}`,
    }),
  }),
  aLetter({ kind: 'lotRecall', lotNumber: 'EX0000', recipient: aRecipient({ postcode: '1' }) }),
]
const [ordinary, longest, withoutPostcode] = [0, 1, 2] as const

describe.skipIf(!hasPdftoppm)('a printed letter', () => {
  const pictures: Picture[] = []
  const pages: ReadPage[] = []
  beforeAll(async () => {
    const { pdf } = await renderLetterBatch({
      municipality: town,
      date: day('2021-07-14'),
      letters,
    })
    for (const at of letters.keys()) pictures.push(pageAsPicture(pdf, at + 1))
    pages.push(...(await readPdf(pdf)).pages)
  }, 60_000)

  // What a DL window shows wherever the sheet slips, in millimetres.
  const window = { x: 20, y: 50, width: 80, height: 40 }

  test.each([
    ['an ordinary address', ordinary, { postcode: '1050011', addressNumber: '1-2-3-101' }],
    [
      'the longest (of the last letter its control code alone)',
      longest,
      { postcode: '9100067', addressNumber: '3-80-25J1-2CC1' },
    ],
  ])('%s has a barcode that says where, in the window', (_name, at, expected) => {
    const found = readCustomerBarcode(cutOut(pictures[at]!, window))
    expect(found).toMatchObject(expected)
  })

  test('the barcode has 2 mm of white and more on every side', () => {
    for (const at of [ordinary, longest]) {
      const { box } = readCustomerBarcode(cutOut(pictures[at]!, window))!
      const around = {
        x: window.x + box.left / dotsPerMm - 2,
        y: window.y + box.top / dotsPerMm - 2,
        width: (box.right - box.left) / dotsPerMm + 4,
        height: (box.bottom - box.top) / dotsPerMm + 4,
      }
      const bars = cutOut(pictures[at]!, {
        x: window.x + box.left / dotsPerMm,
        y: window.y + box.top / dotsPerMm,
        width: (box.right - box.left + 1) / dotsPerMm,
        height: (box.bottom - box.top + 1) / dotsPerMm,
      })
      expect(darkDots(cutOut(pictures[at]!, around))).toBeLessThanOrEqual(darkDots(bars) * 1.03)
      expect(around.x).toBeGreaterThanOrEqual(window.x)
      expect(around.x + around.width).toBeLessThanOrEqual(window.x + window.width)
      expect(around.y + around.height).toBeLessThanOrEqual(window.y + window.height + 0.1)
    }
  })

  test('without a postcode there is no barcode, and the letter is printed all the same', () => {
    expect(readCustomerBarcode(cutOut(pictures[withoutPostcode]!, window))).toBeUndefined()
    expect(pages[withoutPostcode]!.flat).toContain('EX0000')
  })

  test('a camera finds one code: the page with the reader’s own code behind the #', async () => {
    const upper = cutOut(pictures[ordinary]!, { x: 0, y: 0, width: 210, height: 105 })
    expect(readQr(upper)).toBe(`${address}#${code}`)
    const everywhere = await readAll(pictures[ordinary]!)
    expect(everywhere.filter(({ format }) => format === 'QRCode')).toHaveLength(1)
  })

  test('an inserter reads at the edge which letter it is, and that it is whole', async () => {
    const { x, y, size } = envelopeMarkPlace
    for (const [at, { letterId }] of letters.entries()) {
      const edge = { x: x - 3, y: y - 3, width: size + 6, height: size + 6 }
      const [found] = await readAll(cutOut(pictures[at]!, edge))
      expect(found?.format).toBe('DataMatrix')
      expect(readEnvelopeMark(found!.text)).toEqual({
        letter: letterId.replaceAll('-', '').slice(0, 12),
        page: 1,
        pages: 1,
      })
    }
  })

  test('the window shows nothing but the address and its barcode, however the sheet slips', () => {
    // What may come into view: 10 mm to the side, 5 mm up and down.
    const reachable = { x: 10, y: 45, width: 100, height: 50 }
    for (const at of letters.keys()) {
      const seen = darkDots(cutOut(pictures[at]!, reachable))
      const inBlock = darkDots(cutOut(pictures[at]!, { ...addressWindow, width: 78 }))
      expect(seen - inBlock).toBe(0)
      expect(inBlock).toBeGreaterThan(1_000)
    }
  })

  test('every character is drawn: none is a blank', () => {
    const wide = /^[\u3041-\u30ff\u4e00-\u9fff]$/u
    let looked = 0
    for (const at of letters.keys()) {
      for (const { text, x, y, size } of pages[at]!.texts) {
        const characters = [...text]
        if (!characters.every((character) => wide.test(character))) continue
        const em = (size * 25.4) / 72
        for (const [i, character] of characters.entries()) {
          const box = { x: x + i * em, y: y - em * 0.9, width: em, height: em * 1.1 }
          expect([character, darkDots(cutOut(pictures[at]!, box)) > 12]).toEqual([character, true])
          looked += 1
        }
      }
    }
    expect(looked).toBeGreaterThan(200)
  })

  test('no line is drawn over another', () => {
    for (const { texts } of pages) {
      const boxes = texts.map(({ x, y, width, size }) => ({ x, y, width, em: (size * 25.4) / 72 }))
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) {
          const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
          const isBeside = across <= 0.1 || Math.abs(a.y - b.y) < 0.01
          if (!isBeside) expect(Math.abs(a.y - b.y)).toBeGreaterThan(Math.min(a.em, b.em) * 0.95)
        }
      }
    }
  })
})

function darkDots({ data }: Picture): number {
  let dark = 0
  for (let at = 0; at < data.length; at += 4) if (data[at]! < 128) dark += 1
  return dark
}
