/** Writes tagged text on a page in millimetres, and notes what the font could not show. */

import { type Face, legible } from '../i18n/notices-legible.ts'
import { ocrFont, type Weight } from './fonts.ts'

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
  /** What `missingGlyphs` calls this text. */
  field?: string
}

export type Bar = { x: number; y: number; width: number; height: number }

type StructureElement = PDFKit.PDFStructureElement

export const smallestTextPoints = 12

const pointsPerMillimetre = 72 / 25.4
const points = (millimetres: number) => millimetres * pointsPerMillimetre
const millimetres = (pts: number) => pts / pointsPerMillimetre

export class Pen {
  readonly faces: Record<Weight, Face>
  readonly missing: MissingGlyphs[] = []
  private readonly doc: PDFKit.PDFDocument
  private readonly section: StructureElement

  constructor(doc: PDFKit.PDFDocument, section: StructureElement, faces: Record<Weight, Face>) {
    this.doc = doc
    this.section = section
    this.faces = faces
  }

  /** Writes the text, broken at the width, and gives the y below it in millimetres. */
  write(text: string, block: Block): number {
    const shown = this.checked(text, block)
    const { tag = 'P', lang } = block
    const draw = () => {
      this.choose(block)
      this.doc.text(this.broken(shown, block), points(block.x), points(block.y), {
        width: points(block.width),
        align: block.align ?? 'left',
      })
    }
    this.section.add(this.doc.struct(tag, lang ? { lang } : {}, [draw]))
    return millimetres(this.doc.y)
  }

  /** Height in millimetres that `write` would take. */
  height(text: string, block: Omit<Block, 'x' | 'y'>): number {
    this.choose(block)
    const shown = legible(text, this.faces[block.weight ?? 'regular']).text
    const lines = this.broken(shown, block)
    return millimetres(this.doc.heightOfString(lines, { width: points(block.width) }))
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

  /** A picture of filled squares; `alt` says to a screen reader what it shows. */
  squares(squares: { x: number; y: number; size: number }[], alt: string): void {
    const bars = squares.map(({ x, y, size }) => ({ x, y, width: size, height: size }))
    this.bars(bars, alt)
  }

  /** A picture of filled bars. */
  bars(bars: Bar[], alt: string): void {
    const draw = () => {
      for (const { x, y, width, height } of bars) {
        this.doc.rect(points(x), points(y), points(width), points(height))
      }
      this.doc.fill()
    }
    this.section.add(this.doc.struct('Figure', { alt }, [draw]))
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
    this.choose(block)
    return millimetres(this.doc.widthOfString(text))
  }

  note(field: string, characters: string[]): void {
    if (characters.length === 0) return
    const known = this.missing.find((entry) => entry.field === field)
    if (!known) this.missing.push({ field, characters: [...characters] })
    else known.characters = [...new Set([...known.characters, ...characters])]
  }

  private checked(text: string, block: Block): string {
    const { text: shown, missing } = legible(text, this.faces[block.weight ?? 'regular'])
    this.note(block.field ?? 'text', missing)
    return shown
  }

  /** Line breaks at spaces where the words allow; a longer word is left to break anywhere. */
  private broken(text: string, { breakAt, width }: Omit<Block, 'x' | 'y'>): string {
    if (breakAt !== 'spaces') return text
    const fits = (line: string) => this.doc.widthOfString(line) <= points(width)
    const lines: string[] = []
    for (const word of text.split(' ')) {
      const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word
      if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer
      else lines.push(word)
    }
    return lines.join('\n')
  }

  private choose(block: { size?: number; weight?: Weight }): void {
    this.doc.font(block.weight ?? 'regular').fontSize(block.size ?? smallestTextPoints)
  }
}
