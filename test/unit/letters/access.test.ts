/** Proves: a letter bears its reader's code and a QR that a camera reads, where no window shows them. */
import { describe, expect, test } from 'vitest'
import { groupedLetterCode, newLetterCode } from '../../../domain/letter-code.ts'
import { renderLetterBatch } from '../../../letters/batch.ts'
import type { NoticeForPrint } from '../../../letters/notice.ts'
import { aLetter, day, town } from './notices.ts'
import { cutOut, hasPdftoppm, pageAsPicture, readQr } from './read-codes.ts'
import { flat, readPdf } from './read-pdf.ts'

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

  test.skipIf(!hasPdftoppm)(
    'has a QR of the page, with the code where no browser sends it',
    async () => {
      const { pdf } = await printed({ access: { code, address } })
      const upper = cutOut(pageAsPicture(pdf), { x: 0, y: 0, width: 105, height: 40 })
      expect(readQr(upper)).toBe(`${address}#${code}`)
      expect(new URL(readQr(upper)!).href.split('#')[0]).toBe(address)
    },
  )

  test.skipIf(!hasPdftoppm)(
    'keeps both out of an envelope’s window, wherever the sheet slips',
    async () => {
      const { pdf } = await printed({ access: { code, address } })
      const [page] = (await readPdf(pdf)).pages
      const found = page!.texts.find(({ text }) => flat(text) === groupedLetterCode(code))
      expect(found!.y).toBeLessThan(40)
      const between = cutOut(pageAsPicture(pdf), { x: 20, y: 40, width: 80, height: 5 })
      expect(between.data.every((dot) => dot > 128)).toBe(true)
    },
  )

  test('is as readable as before to whoever reads it back by its text', async () => {
    const [page] = (await readPdf((await printed({ access: { code, address } })).pdf)).pages
    expect(page!.flat).toMatch(/^〒105-0011/)
    expect(page!.flat).toMatch(/通知番号[0-9a-f-]{36}\/R1\/2021-07-14$/)
  })

  test.skipIf(!hasPdftoppm)('without a page’s address bears the code alone', async () => {
    const { pdf } = await printed({ access: { code } })
    const upper = cutOut(pageAsPicture(pdf), { x: 0, y: 0, width: 105, height: 40 })
    expect(readQr(upper)).toBeUndefined()
    expect((await readPdf(pdf)).pages[0]!.flat).toContain(groupedLetterCode(code))
  })
})
