/** The slip in front of the pages: which pages come out of the binder, and where the new ones go. */
import { paperJa } from '../i18n/paper-ja.ts'
import type { Pen } from './pen.ts'
import type { PrintAbout } from './printed-register-page.ts'

export type PageChanges = {
  isFirst: boolean
  remove: readonly string[]
  /** In their order; `before`: the page that is in the binder already and follows it. */
  insert: readonly { code: string; before?: string }[]
  /** Of the whole register. */
  of: number
}

const { slip, ...words } = paperJa.register
const left = 12
const width = 273
const linesOnPage = 20
const codesOnLine = 7

type Line = { text: string; isHead: boolean }

/** One page or several, each drawn by itself. */
export function drawChangeSlips(changes: PageChanges, about: PrintAbout): ((pen: Pen) => void)[] {
  const lines = linesOf(changes)
  const pages = Array.from({ length: Math.max(1, Math.ceil(lines.length / linesOnPage)) }, (_, i) =>
    lines.slice(i * linesOnPage, (i + 1) * linesOnPage),
  )
  return pages.map((page) => (pen) => drawSlip(pen, page, changes, about))
}

function linesOf({ isFirst, remove, insert }: PageChanges): Line[] {
  if (isFirst) return []
  const inserted = insert.map(
    ({ code, before }) => `${code}（${before ? slip.before(before) : slip.atTheEnd}）`,
  )
  return [
    { text: slip.remove, isHead: true },
    ...linesFrom(remove, codesOnLine * 2),
    { text: slip.insert, isHead: true },
    ...linesFrom(inserted, codesOnLine),
  ]
}

function linesFrom(items: readonly string[], onLine: number): Line[] {
  if (items.length === 0) return [{ text: slip.none, isHead: false }]
  return Array.from({ length: Math.ceil(items.length / onLine) }, (_, i) => ({
    text: items.slice(i * onLine, (i + 1) * onLine).join('　'),
    isHead: false,
  }))
}

function drawSlip(pen: Pen, lines: readonly Line[], changes: PageChanges, about: PrintAbout): void {
  const { municipality, date } = about
  const title = `${words.title} ${slip.title}`
  let y = pen.write(title, { x: left, y: 10, width, size: 18, weight: 'bold', tag: 'H1' })
  const of = `${words.municipality(municipality.name, municipality.code)}　${words.printed(paperJa.day(date))}`
  y = pen.write(of, { x: left, y: y + 1, width, field: 'municipality' })
  y = pen.write(slip.count(changes.insert.length, changes.of), { x: left, y: y + 1, width })
  y = pen.write(changes.isFirst ? slip.first : slip.lead, { x: left, y: y + 2, width }) + 3
  for (const { text, isHead } of lines) {
    const style = isHead ? ({ weight: 'bold', tag: 'H2' } as const) : { size: 11 }
    y = pen.write(text, { x: left, y: y + 0.5, width, ...style })
  }
}
