/**
 * A face of one document, character by character: what pdfkit's own text is too slow for. Each character is
 * laid out and entered into the subset once; a page is then made of what is known.
 */
import type { Face } from '../i18n/notices-legible.ts'
import { faceOf, useFont, useFonts, type Weight } from './fonts.ts'

/** As a PDF string of two bytes for each glyph, in hexadecimal; `width` in thousandths of the size. */
export type Glyphs = { hex: string; width: number }

export type Typeface = Face & {
  /** Of a character with the marks that belong to it. */
  glyphs(cluster: string): Glyphs
  /** Makes the font known to the current page, and answers its name there. */
  nameOnPage(): string
  /** Thousandths of the size. */
  ascender: number
  lineHeight: number
  /** How thick each character is outlined besides, in thousandths of the size: bold without a font of its own. */
  outline?: number
}

/** What pdfkit knows of a font of a document, under a private name. */
type EmbeddedFont = {
  id: string
  ascender: number
  descender: number
  lineGap: number
  ref(): unknown
  encode(text: string): [hex: string[], positions: { xAdvance: number }[]]
}
type WithFont = { _font: EmbeddedFont; page: { fonts: Record<string, unknown> } }

/** Registers both weights and leaves `regular` chosen. */
export function typefacesOf(doc: PDFKit.PDFDocument): Record<Weight, Typeface> {
  const faces = useFonts(doc)
  const bold = typefaceOf(doc, 'bold', faces.bold)
  return { regular: typefaceOf(doc, 'regular', faces.regular), bold }
}

/**
 * One font for both weights: a letter that is a file of its own would bear a third more for the few
 * characters of a second one.
 */
export function lightTypefacesOf(doc: PDFKit.PDFDocument): Record<Weight, Typeface> {
  useFont(doc, 'regular')
  const regular = typefaceOf(doc, 'regular', faceOf('regular'))
  return { regular, bold: { ...regular, outline: 32 } }
}

function typefaceOf(doc: PDFKit.PDFDocument, weight: Weight, face: Face): Typeface {
  doc.font(weight)
  const inner = doc as unknown as WithFont
  const embedded = inner._font
  const known = new Map<string, Glyphs>()
  return {
    ...face,
    glyphs(cluster) {
      let found = known.get(cluster)
      if (!found) {
        const [hex, positions] = embedded.encode(cluster)
        const width = positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0)
        found = { hex: hex.join(''), width }
        known.set(cluster, found)
      }
      return found
    },
    nameOnPage() {
      inner.page.fonts[embedded.id] ??= embedded.ref()
      return embedded.id
    },
    ascender: embedded.ascender,
    lineHeight: embedded.ascender - embedded.descender + embedded.lineGap,
  }
}
