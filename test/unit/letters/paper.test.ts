// Dose forms and the printed register as paper: codes read from the pixels, every glyph drawn, nothing cut.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pagesOf, rowsPerPage } from '../../../domain/register-pages.ts'
import type { DoseForm } from '../../../letters/dose-form-page.ts'
import { formQr } from '../../../letters/dose-form-page.ts'
import { renderDoseForms, renderRegister } from '../../../letters/printed-paper.ts'
import type { PrintedPerson } from '../../../letters/printed-register-page.ts'
import { day } from './notices.ts'
import { cutOut, hasPdftoppm, pageAsPicture, readAll, readQr } from './read-codes.ts'
import { flat, readPdf } from './read-pdf.ts'

/** Kept for whoever wants to look. */
const kept = process.env.SESSHU_SCREENS
function keep(name: string, pdf: Uint8Array): void {
  if (!kept) return
  mkdirSync(kept, { recursive: true })
  writeFileSync(join(kept, name), pdf)
}

const holder = { familyName: '見本', givenName: '花子', kana: 'ミホン ハナコ' }
const aForm = (over: Partial<DoseForm> = {}): DoseForm => ({
  ticket: { municipalityCode: '131041', number: '2000000004' },
  doseNumber: 2,
  holder,
  issuerName: '東京都見本市',
  venue: { code: '1310400018', name: '見本会場' },
  givenOn: day('2021-07-20'),
  ...{ batch: '1A2B-3C4D', page: 1, of: 1 },
  ...over,
})
const forms = (...list: DoseForm[]) =>
  renderDoseForms({ municipalityCode: '131041', date: day('2021-07-19'), forms: list })

const longest = aForm({
  holder: {
    familyName: '一二三四五六七八九十一二三四五六七八九十',
    givenName: '一二三四五六七八九十',
    kana: 'アイウエオカキクケコサシスセソ タチツテトナニヌネノハヒフヘホ',
  },
  venue: { code: '1310400018', name: '見本市立見本第二中学校体育館および見本公民館の合同会場' },
})

describe('a dose form', () => {
  test.skipIf(!hasPdftoppm)('is read from its picture, by two readers, and as text', async () => {
    const list = [
      aForm(),
      aForm({ ...longest, page: 2, ticket: { municipalityCode: '011002', number: '0000000123' } }),
    ]
    const { pdf, pages } = await forms(...list)
    keep('dose-forms.pdf', pdf)
    expect(pages).toBe(2)
    const { pages: texts, isMarked } = await readPdf(pdf)
    expect(isMarked).toBe(true)
    for (const [i, line] of ['221310412000000004', '220110020000000123'].entries()) {
      const page = pageAsPicture(pdf, i + 1)
      expect(
        readQr(
          cutOut(page, { ...formQr, x: formQr.x - 5, y: formQr.y - 5, width: 44, height: 44 }),
        ),
      ).toBe(line)
      expect(await readAll(page)).toEqual([{ format: 'QRCode', text: line }])
      expect(texts[i]!.flat).toContain(line)
    }
    for (const part of ['見本花子', 'ミホンハナコ', '会場コード1310400018', '束1A2B-3C4D']) {
      expect(texts[0]!.flat).toContain(part)
    }
  })

  test('shows the longest name and venue whole, within the page and its own box', async () => {
    const { pdf, missing } = await forms(longest)
    const [page] = (await readPdf(pdf)).pages
    const { familyName, givenName, kana } = longest.holder
    for (const text of [familyName + givenName, kana, longest.venue.name]) {
      expect(page!.flat).toContain(flat(text))
    }
    expect(missing).toEqual([])
    for (const { x, y, width } of page!.texts) {
      expect([x >= 15, x + width <= 195, y <= 290]).toEqual([true, true, true])
    }
    const name = page!.texts.filter(({ text }) => familyName.includes(text) && text.length > 5)
    // Never under the QR code.
    for (const { x, width } of name) expect(x + width).toBeLessThan(formQr.x)
  })

  test('draws a name in kana where the font lacks a character, and says which', async () => {
    const { pdf, missing } = await forms(aForm({ holder: { ...holder, familyName: '\u{e000}本' } }))
    const [page] = (await readPdf(pdf)).pages
    expect(page!.flat).not.toContain('〓')
    expect(page!.flat.split('ミホンハナコ')).toHaveLength(3)
    expect(missing).toEqual(['\u{e000}'])
  })

  test('is the same bytes for the same input, and none is refused as a file', async () => {
    expect((await forms(aForm())).pdf).toEqual((await forms(aForm())).pdf)
    await expect(forms()).rejects.toMatchObject({ code: 'batchTooLarge' })
  })
})

const dose = {
  givenOn: day('2021-06-09'),
  productCode: 'pfizer',
  lotNumber: 'ET3674',
  place: '見本会場',
}
const person = (n: number, over: Partial<PrintedPerson> = {}): PrintedPerson & { id: string } => ({
  id: `id-${n}`,
  registerNumber: String(100_000 + n),
  holder,
  bornOn: day('1950-05-05'),
  doses: [dose, n % 2 ? { ...dose, givenOn: day('2021-06-30') } : undefined],
  ...over,
})

describe('the printed register', () => {
  test.skipIf(!hasPdftoppm)(
    'holds a full page of the longest rows, every glyph drawn',
    async () => {
      const long = {
        holder: {
          familyName: '勅使河原勅使河原勅使河原',
          givenName: '龍之介龍之介龍之介龍之介',
          kana: 'テシガワラテシガワラテシガワラ リュウノスケリュウノスケ',
        },
        doses: [1, 2, 3, 4].map(() => ({
          ...dose,
          productCode: 'moderna',
          lotNumber: 'ABCDEFGHIJ0123456789',
          place: '見本市立見本第二中学校体育館および見本公民館',
        })),
      }
      const people = Array.from({ length: rowsPerPage.most }, (_, n) =>
        person(n, n < 3 ? long : {}),
      )
      const about = { municipality: { code: '131041', name: '見本市' }, date: day('2021-07-20') }
      const changes = {
        isFirst: false,
        remove: ['K7Q2MX', '000000'],
        insert: [{ code: 'AAAAAA', before: 'BBBBBB' }, { code: 'CCCCCC' }],
        of: 12,
      }
      const page = { code: 'AAAAAA', people }
      const { pdf, pages, missing } = await renderRegister({ about, changes, pages: [page] })
      keep('register.pdf', pdf)
      expect([pages, missing]).toEqual([2, []])
      const [slip, table] = (await readPdf(pdf)).pages
      for (const text of ['抜く頁', 'K7Q2MX', 'AAAAAA（BBBBBBの前）', 'CCCCCC（最後）']) {
        expect(slip!.flat).toContain(text)
      }
      expect(table!.flat).toContain('頁コードAAAAAA')
      for (const { registerNumber } of people) expect(table!.flat).toContain(registerNumber)
      expect(table!.flat).toContain(flat(long.holder.familyName + long.holder.givenName))
      expect(table!.flat).toContain('ほか1回')
      for (const { x, width } of table!.texts) expect(x + width).toBeLessThanOrEqual(297 - 8)
      // What is drawn is black on white somewhere in each row.
      const picture = pageAsPicture(pdf, 2)
      for (let row = 0; row < rowsPerPage.most; row++) {
        const strip = cutOut(picture, { x: 13, y: 37 + row * 10, width: 24, height: 8 })
        expect(
          strip.data.some((value, i) => i % 4 === 0 && value < 100),
          `row ${row}`,
        ).toBe(true)
      }
    },
  )

  test('a first print says how to bind it', async () => {
    const people = pagesOf([person(1), person(2)], () => 0.5)[0]!
    const about = { municipality: { code: '131041', name: '見本市' }, date: day('2021-07-20') }
    const changes = { isFirst: true, remove: [], insert: [{ code: 'AAAAAA' }], of: 1 }
    const pages = [{ code: 'AAAAAA', people }]
    const { pdf } = await renderRegister({ about, changes, pages })
    const [slip] = (await readPdf(pdf)).pages
    expect(slip!.flat).toContain('はじめての印刷です')
    expect(slip!.flat).not.toContain('抜く頁')
  })
})
