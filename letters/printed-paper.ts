/** Dose forms, and the pages of the register, as one PDF each. The same input gives the same bytes. */
import type { PlainDate } from '../domain/course.ts'
import { DomainError } from '../domain/errors.ts'
import { paperJa } from '../i18n/paper-ja.ts'
import { documentOptions } from './batch.ts'
import { type DoseForm, drawDoseForm } from './dose-form-page.ts'
import { renderPages } from './pages.ts'
import type { Pen } from './pen.ts'
import { drawChangeSlips, type PageChanges } from './printed-register-changes.ts'
import { drawRegisterPage, type PrintAbout, type RegisterPage } from './printed-register-page.ts'

export type PrintedPaper = {
  pdf: Uint8Array
  pages: number
  /** Characters that the font lacks, once each; the page shows kana or `〓` instead. */
  missing: string[]
}

export const formsPerBatchAtMost = 500
export const registerPagesAtMost = 6_000

/** Throws `batchTooLarge`. */
export async function renderDoseForms(batch: {
  municipalityCode: string
  date: PlainDate
  forms: readonly DoseForm[]
}): Promise<PrintedPaper> {
  const { municipalityCode: code, date, forms } = batch
  refuseCount(forms.length, formsPerBatchAtMost)
  const options = documentOptions({ code, date, title: paperJa.form.documentTitle(date) })
  return render(options, forms, drawDoseForm)
}

/** Throws `batchTooLarge`. `changes` is the slip that says what to do with the pages, at the front. */
export async function renderRegister(print: {
  about: PrintAbout
  changes: PageChanges
  pages: readonly RegisterPage[]
}): Promise<PrintedPaper> {
  const { about, changes, pages } = print
  refuseCount(pages.length + 1, registerPagesAtMost)
  const { date, municipality } = about
  const title = paperJa.register.documentTitle(date)
  const options = {
    ...documentOptions({ code: municipality.code, date, title }),
    layout: 'landscape' as const,
  }
  const slips = drawChangeSlips(changes, about)
  const drawn = [...slips, ...pages.map((page) => (pen: Pen) => drawRegisterPage(pen, page, about))]
  return render(options, drawn, (pen, draw) => draw(pen))
}

function refuseCount(count: number, most: number): void {
  if (count > 0 && count <= most) return
  throw new DomainError('batchTooLarge', `a file has 1 to ${most} pages`)
}

async function render<Page>(
  options: PDFKit.PDFDocumentOptions,
  pages: readonly Page[],
  draw: (pen: Pen, page: Page) => void,
): Promise<PrintedPaper> {
  const missing = new Set<string>()
  const pdf = await renderPages(options, pages, draw, (pen) => {
    for (const { characters } of pen.missing) for (const each of characters) missing.add(each)
  })
  return { pdf, pages: pages.length, missing: [...missing] }
}
