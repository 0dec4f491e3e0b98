/** Writes tagged text on a page in millimetres, and notes what the font could not show. */

import { type Legible, legible } from '../i18n/notices-legible.ts'
import { ocrFont, type Weight } from './fonts.ts'
import { brokenIntoLines, type Line } from './lines.ts'
import type { Typeface } from './typeface.ts'

export type MissingGlyphs = { field: string; characters: string[] }

export type Block = {
  x: number
  y: number
  width: number
  size?: number
  weight?: Weight
  align?: 'left' | 'right' | 'center'
  lang?: 'en'
  tag?: 'P' | 'H1' | 'H2'
  /** Japanese may break between any two characters; names of houses and plain Japanese should not. */
  breakAt?: 'spaces'
  /** From line to line, in sizes of the type; the font's own when left out. */
  leading?: number
  /** What `missingGlyphs` calls this text. */
  field?: string
}

export type Bar = { x: number; y: number; width: number; height: number }

/** Rows of a code from the top, true for dark. */
export type Modules = { size: number; isDark(row: number, column: number): boolean }

type StructureElement = PDFKit.PDFStructureElement

export const smallestTextPoints = 12

const pointsPerMillimetre = 72 / 25.4
const points = (millimetres: number) => millimetres * pointsPerMillimetre
const millimetres = (pts: number) => pts / pointsPerMillimetre
/** Hundredths of a point are finer than any printer. */
const rounded = (pts: number) => Math.round(pts * 100) / 100

/** A text as it is set: broken, and with what the font lacks. */
type Setting = Legible & { lines: Line[] }

/** Texts once set, of a whole document: most sentences stand on many of its pages. */
export type Settings = Map<string, Setting>
const settingsAtMost = 4_000

export class Pen {
  readonly faces: Record<Weight, Typeface>
  readonly missing: MissingGlyphs[] = []
  private readonly doc: PDFKit.PDFDocument
  private readonly section: StructureElement
  private readonly settings: Settings
  private held: (() => void)[] | undefined

  constructor(
    doc: PDFKit.PDFDocument,
    section: StructureElement,
    faces: Record<Weight, Typeface>,
    settings: Settings = new Map(),
  ) {
    this.doc = doc
    this.section = section
    this.faces = faces
    this.settings = settings
  }

  /** Writes the text, broken at the width, and gives the y below it in millimetres. */
  write(text: string, block: Block): number {
    const { lines, missing } = this.set(text, block)
    this.note(block.field ?? 'text', missing)
    const { tag = 'P', lang } = block
    const draw = () => this.draw(lines, block)
    if (this.held) this.held.push(draw)
    else this.section.add(this.doc.struct(tag, lang ? { lang } : {}, [draw]))
    return block.y + this.heightOf(lines, block)
  }

  /** What is written meanwhile is one paragraph to a screen reader, such as the lines of an address. */
  together(write: () => void): void {
    const held: (() => void)[] = []
    this.held = held
    write()
    this.held = undefined
    const draw = () => {
      for (const each of held) each()
    }
    this.section.add(this.doc.struct('P', {}, [draw]))
  }

  /** Height in millimetres that `write` would take. */
  height(text: string, block: Omit<Block, 'x' | 'y'>): number {
    return this.heightOf(this.set(text, block).lines, block)
  }

  /** A line or a frame that says nothing, hidden from screen readers. */
  rule(x: number, y: number, width: number, height: number, linePoints: number): void {
    this.doc.markContent('Artifact', { type: 'Layout' })
    this.doc.lineWidth(linePoints)
    if (height === 0) this.doc.moveTo(points(x), points(y)).lineTo(points(x + width), points(y))
    else this.doc.rect(points(x), points(y), points(width), points(height))
    this.doc.stroke()
    this.doc.endMarkedContent()
  }

  /** A picture of filled bars; `alt` says to a screen reader what it shows. */
  bars(bars: readonly Bar[], alt: string): void {
    this.section.add(this.doc.struct('Figure', { alt }, [() => this.fill(bars)]))
  }

  /** Bars that machines alone read, hidden from screen readers. */
  machineBars(bars: readonly Bar[]): void {
    this.doc.markContent('Artifact', { type: 'Layout' })
    this.fill(bars)
    this.doc.endMarkedContent()
  }

  /** A code of square modules; `alt` says to a screen reader what it is, without it machines alone read it. */
  modules(code: Modules, place: { x: number; y: number }, size: number, alt?: string): void {
    const draw = () => {
      const side = rounded(points(size))
      const [left, below] = [rounded(points(place.x)), rounded(points(place.y + size))]
      this.doc.addContent(`q ${side} 0 0 -${side} ${left} ${below} cm\n${maskOf(code)}\nQ`)
    }
    if (alt) {
      this.section.add(this.doc.struct('Figure', { alt }, [draw]))
      return
    }
    this.doc.markContent('Artifact', { type: 'Layout' })
    draw()
    this.doc.endMarkedContent()
  }

  /** Digits in one line of OCR-B; the document must have been given the font (`useOcrFont`). */
  machineLine(digits: string, at: { x: number; y: number; size: number }): void {
    const draw = () => {
      this.doc.font(ocrFont).fontSize(at.size)
      this.doc.text(digits, points(at.x), points(at.y), { lineBreak: false })
    }
    this.section.add(this.doc.struct('P', {}, [draw]))
  }

  /** The width in millimetres of a text in one line. */
  width(text: string, block: { size?: number; weight?: Weight }): number {
    const { lines } = this.set(text, { ...block, width: 10_000 })
    return millimetres((lines[0]!.width / 1000) * sizeOf(block))
  }

  note(field: string, characters: string[]): void {
    if (characters.length === 0) return
    const known = this.missing.find((entry) => entry.field === field)
    if (!known) this.missing.push({ field, characters: [...characters] })
    else known.characters = [...new Set([...known.characters, ...characters])]
  }

  private set(text: string, block: Omit<Block, 'x' | 'y'>): Setting {
    const { weight = 'regular', breakAt = 'anywhere', width } = block
    const key = `${weight} ${sizeOf(block)} ${width} ${breakAt} ${text}`
    const known = this.settings.get(key)
    if (known) return known
    const face = this.faces[weight]
    const shown = legible(text, face)
    const units = (points(width) / sizeOf(block)) * 1000
    const lines = brokenIntoLines(shown.text, units, face.glyphs, breakAt)
    if (this.settings.size >= settingsAtMost) this.settings.clear()
    this.settings.set(key, { ...shown, lines })
    return { ...shown, lines }
  }

  private heightOf(lines: Line[], block: Omit<Block, 'x' | 'y'>): number {
    const { lineHeight } = this.faces[block.weight ?? 'regular']
    const leading = block.leading ?? lineHeight / 1000
    return millimetres(lines.length * leading * sizeOf(block))
  }

  /** pdfkit has turned the page upside down, with y growing downwards: the type is turned back. */
  private draw(lines: Line[], block: Block): void {
    const face = this.faces[block.weight ?? 'regular']
    const size = sizeOf(block)
    const leading = (block.leading ?? face.lineHeight / 1000) * size
    const above = (leading - (face.lineHeight / 1000) * size) / 2
    let baseline = points(block.y) + above + (face.ascender / 1000) * size
    const operators = ['BT', `/${face.nameOnPage()} ${size} Tf`]
    // Filled and outlined; the next text is filled alone again.
    if (face.outline) operators.push(`2 Tr ${rounded((face.outline / 1000) * size)} w`)
    for (const { hex, width } of lines) {
      const free = points(block.width) - (width / 1000) * size
      const before = block.align === 'right' ? free : block.align === 'center' ? free / 2 : 0
      operators.push(
        `1 0 0 -1 ${rounded(points(block.x) + before)} ${rounded(baseline)} Tm`,
        `<${hex}> Tj`,
      )
      baseline += leading
    }
    operators.push(face.outline ? '0 Tr ET' : 'ET')
    this.doc.addContent(operators.join('\n'))
  }

  private fill(bars: readonly Bar[]): void {
    const edges = bars.map(({ x, y, width, height }) => {
      const [left, top, across, down] = [x, y, width, height].map((side) => rounded(points(side)))
      return `${left} ${top} ${across} ${down} re`
    })
    this.doc.addContent(`${edges.join('\n')}\nf`)
  }
}

function sizeOf({ size = smallestTextPoints }: { size?: number }): number {
  return size
}

/**
 * As a mask of one bit a module, painted black: a twentieth of what as many squares take, and no hair of
 * white stays between two. Rows are filled up to whole bytes.
 */
function maskOf({ size, isDark }: Modules): string {
  const bytesInRow = Math.ceil(size / 8)
  let hex = ''
  for (let row = 0; row < size; row++) {
    for (let byte = 0; byte < bytesInRow; byte++) {
      let bits = 0
      for (let bit = 0; bit < 8; bit++) {
        const column = 8 * byte + bit
        bits = (bits << 1) | (column < size && isDark(row, column) ? 1 : 0)
      }
      hex += bits.toString(16).padStart(2, '0')
    }
  }
  return `BI /W ${size} /H ${size} /BPC 1 /IM true /D [1 0] /F /AHx ID ${hex}> EI`
}
