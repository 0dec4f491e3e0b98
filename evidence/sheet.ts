/**
 * A document that flows over A4 pages: headings, paragraphs, tables whose head comes again on each
 * page, drawings that are not cut. Millimetres from the top left; tagged, so that it can be read
 * aloud; the same content gives the same bytes.
 */
import PDFDocument from 'pdfkit'
import type { Face } from '../i18n/notices-legible.ts'
import { legible } from '../i18n/notices-legible.ts'
import { useFonts, type Weight } from '../letters/fonts.ts'

const pointsPerMillimetre = 72 / 25.4
export const points = (millimetres: number): number => millimetres * pointsPerMillimetre
const millimetres = (pts: number): number => pts / pointsPerMillimetre

export const page = { left: 20, top: 20, width: 170, bottom: 278, footer: 285 } as const

const ink = { text: '#1a1a1c', soft: '#626264', line: '#949497', head: '#f2f2f2', rule: '#0017c1' }
export const inks = { ...ink, good: '#115a36', bad: '#ce0000' } as const
export type Ink = keyof typeof inks

export type Words = { text: string; size?: number; weight?: Weight; ink?: Ink; lang?: string }
export type Column = { head: string; width: number }
export type Cell = string | Words

type Element = PDFKit.PDFStructureElement

const sizes = { title: 20, heading: 14, small: 8.5, text: 10, cell: 8.5 } as const
const cellPadding = 1.2
const lineGap = 1.5

export type SheetOptions = {
  title: string
  subject: string
  lang: 'ja' | 'en'
  at: Date
  footer: (page: number, pages: number) => string
}

export class Sheet {
  readonly doc: PDFKit.PDFDocument
  readonly #root: Element
  readonly #face: Record<Weight, Face>
  readonly #footer: SheetOptions['footer']
  readonly #written: Promise<Uint8Array>
  #y: number = page.top

  constructor({ title, subject, lang, at, footer }: SheetOptions) {
    this.doc = new PDFDocument({
      size: 'A4',
      margin: 0,
      bufferPages: true,
      autoFirstPage: false,
      pdfVersion: '1.7',
      // pdfkit knows this subset; its types do not yet.
      subset: 'PDF/UA' as 'PDF/A-2',
      tagged: true,
      lang: lang === 'ja' ? 'ja-JP' : 'en',
      displayTitle: true,
      info: {
        Title: title,
        Subject: subject,
        Creator: 'sesshu',
        Producer: 'sesshu',
        CreationDate: at,
        ModDate: at,
      },
    })
    this.#written = collect(this.doc)
    this.#face = useFonts(this.doc)
    this.#footer = footer
    this.#root = this.doc.struct('Document')
    this.doc.addStructure(this.#root)
    this.doc.addPage()
  }

  get y(): number {
    return this.#y
  }

  title(text: string): void {
    this.#write({ text, size: sizes.title, weight: 'bold' }, 'H1')
    this.space(2)
  }

  /** Never alone at the foot of a page. */
  heading(text: string): void {
    this.keepTogether(28)
    this.space(5)
    this.#rule(this.#y)
    this.space(2)
    this.#write({ text, size: sizes.heading, weight: 'bold' }, 'H2')
    this.space(1.5)
  }

  paragraph(words: Cell): void {
    const { text, ...more } = typeof words === 'string' ? { text: words } : words
    this.#write({ size: sizes.text, text, ...more }, 'P')
    this.space(1.5)
  }

  space(height: number): void {
    this.#y += height
  }

  /** Begins a page unless so much room is left. */
  keepTogether(height: number): void {
    if (this.#y + height > page.bottom) this.newPage()
  }

  newPage(): void {
    this.doc.addPage()
    this.#y = page.top
  }

  /** A drawing of a known height, and what it shows, for whoever cannot see it. */
  drawing(height: number, alt: string, draw: (top: number) => void): void {
    this.keepTogether(height)
    const top = this.#y
    this.#root.add(this.doc.struct('Figure', { alt }, [() => draw(top)]))
    this.#y = top + height
  }

  table(columns: Column[], rows: Cell[][]): void {
    const element = this.doc.struct('Table')
    this.#root.add(element)
    const head = columns.map(({ head: text }) => ({ text, weight: 'bold' as const }))
    this.keepTogether(this.#rowHeight(columns, head) + this.#rowHeight(columns, rows[0] ?? []))
    this.#row(element, columns, head, 'TH')
    for (const cells of rows) {
      if (this.#y + this.#rowHeight(columns, cells) > page.bottom) {
        this.newPage()
        this.#artifactRow(columns, head)
      }
      this.#row(element, columns, cells, 'TD')
    }
    element.end()
    this.space(3)
  }

  /** Text at a place of a drawing, inside its figure. */
  label(words: Words & { x: number; y: number; width: number; align?: 'center' | 'left' }): void {
    const { x, y, width, align = 'left' } = words
    this.#choose(words)
    const text = this.#legible(words)
    this.doc.text(text, points(x), points(y), { width: points(width), align, lineGap: 0 })
  }

  labelHeight(words: Words, width: number): number {
    this.#choose(words)
    return millimetres(this.doc.heightOfString(this.#legible(words), { width: points(width) }))
  }

  async finish(): Promise<Uint8Array> {
    const { count } = this.doc.bufferedPageRange()
    for (let at = 0; at < count; at += 1) {
      this.doc.switchToPage(at)
      this.doc.markContent('Artifact', { type: 'Pagination' })
      this.#choose({ text: '', size: sizes.small, ink: 'soft' })
      this.doc.text(this.#footer(at + 1, count), points(page.left), points(page.footer), {
        width: points(page.width),
        lineBreak: false,
      })
      this.doc.endMarkedContent()
    }
    this.#root.end()
    this.doc.end()
    return await this.#written
  }

  #write(words: Words, tag: 'H1' | 'H2' | 'P'): void {
    const text = this.#legible(words)
    this.#choose(words)
    const height = millimetres(
      this.doc.heightOfString(text, { width: points(page.width), lineGap }),
    )
    this.keepTogether(height)
    const top = this.#y
    const draw = () => {
      this.#choose(words)
      this.doc.text(text, points(page.left), points(top), { width: points(page.width), lineGap })
    }
    const attributes = words.lang ? { lang: words.lang } : {}
    this.#root.add(this.doc.struct(tag, attributes, [draw]))
    this.#y = top + height
  }

  #row(table: Element, columns: Column[], cells: Cell[], tag: 'TH' | 'TD'): void {
    const height = this.#rowHeight(columns, cells)
    const row = this.doc.struct('TR')
    table.add(row)
    this.#ground(tag, height)
    const top = this.#y
    let x: number = page.left
    for (const [at, { width }] of columns.entries()) {
      const words = wordsOf(cells[at] ?? '')
      const left = x
      const draw = () => this.#cell(words, left, top, width)
      const attributes = words.lang ? { lang: words.lang } : {}
      row.add(this.doc.struct(tag, attributes, [draw]))
      x += width
    }
    row.end()
    this.#y = top + height
  }

  /** The head again on a further page: for the eye alone. */
  #artifactRow(columns: Column[], cells: Words[]): void {
    const height = this.#rowHeight(columns, cells)
    this.#ground('TH', height)
    this.doc.markContent('Artifact', { type: 'Pagination' })
    let x: number = page.left
    for (const [at, { width }] of columns.entries()) {
      this.#cell(cells[at]!, x, this.#y, width)
      x += width
    }
    this.doc.endMarkedContent()
    this.#y += height
  }

  #ground(tag: 'TH' | 'TD', height: number): void {
    this.doc.markContent('Artifact', { type: 'Layout' })
    if (tag === 'TH') {
      this.doc
        .rect(points(page.left), points(this.#y), points(page.width), points(height))
        .fill(inks.head)
    }
    this.doc
      .moveTo(points(page.left), points(this.#y + height))
      .lineTo(points(page.left + page.width), points(this.#y + height))
      .lineWidth(0.5)
      .stroke(inks.line)
    this.doc.endMarkedContent()
  }

  #cell(words: Words, left: number, top: number, width: number): void {
    this.#choose({ size: sizes.cell, ...words })
    this.doc.text(this.#legible(words), points(left + cellPadding), points(top + cellPadding), {
      width: points(width - 2 * cellPadding),
    })
  }

  #rowHeight(columns: Column[], cells: Cell[]): number {
    const heights = columns.map(({ width }, at) => {
      const words = { size: sizes.cell, ...wordsOf(cells[at] ?? '') }
      this.#choose(words)
      const text = this.#legible(words) || ' '
      return millimetres(this.doc.heightOfString(text, { width: points(width - 2 * cellPadding) }))
    })
    return Math.max(...heights) + 2 * cellPadding
  }

  #rule(y: number): void {
    this.doc.markContent('Artifact', { type: 'Layout' })
    this.doc
      .moveTo(points(page.left), points(y))
      .lineTo(points(page.left + page.width), points(y))
      .lineWidth(1)
      .stroke(inks.rule)
    this.doc.endMarkedContent()
  }

  #legible({ text, weight = 'regular' }: Words): string {
    return text
      .split('\n')
      .map((line) => legible(line, this.#face[weight]).text)
      .join('\n')
  }

  #choose({ weight = 'regular', size = sizes.text, ink = 'text' }: Words): void {
    this.doc.font(weight).fontSize(size).fillColor(inks[ink])
  }
}

function wordsOf(cell: Cell): Words {
  return typeof cell === 'string' ? { text: cell } : cell
}

function collect(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    doc.on('error', reject)
  })
}
