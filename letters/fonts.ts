/** Noto Sans JP from the npm package, embedded as a subset: readers need no Japanese font. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import PDFDocument from 'pdfkit'
import type { Face } from '../i18n/notices-legible.ts'

export type Weight = 'regular' | 'bold'

const files = {
  regular: '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf',
} satisfies Record<Weight, string>

const resolve = createRequire(import.meta.url).resolve
const loaded = new Map<Weight, Buffer>()

export function fontData(weight: Weight): Buffer {
  let data = loaded.get(weight)
  if (!data) {
    data = readFileSync(resolve(files[weight]))
    loaded.set(weight, data)
  }
  return data
}

/** A font as fontkit has parsed it; pdfkit takes one in place of a file. */
export type ParsedFont = {
  hasGlyphForCodePoint(codePoint: number): boolean
  glyphForCodePoint(codePoint: number): { id: number }
}

const parsed = new Map<Weight, ParsedFont>()

/** Parsed once for all documents of the process: for a single letter parsing is most of the work. */
export function weightSource(weight: Weight): ParsedFont {
  let font = parsed.get(weight)
  if (!font) {
    const doc = new PDFDocument({ autoFirstPage: false })
    doc.registerFont(weight, fontData(weight))
    doc.font(weight)
    font = (doc as unknown as { _font: { font: ParsedFont } })._font.font
    parsed.set(weight, font)
  }
  return font
}

/** What a weight can draw; no document is needed. */
export function faceOf(weight: Weight): Face {
  const font = weightSource(weight)
  return {
    hasGlyph: (codePoint) => font.hasGlyphForCodePoint(codePoint),
    glyphOf: (codePoint) => font.glyphForCodePoint(codePoint).id,
  }
}

/** Registers a weight with a document, and chooses it. */
export function useFont(doc: PDFKit.PDFDocument, weight: Weight): void {
  doc.registerFont(weight, weightSource(weight) as unknown as PDFKit.Mixins.PDFFontSource)
  doc.font(weight)
}

/** Registers both weights with a document and leaves `regular` chosen. */
export function useFonts(doc: PDFKit.PDFDocument): Record<Weight, Face> {
  for (const weight of ['bold', 'regular'] as const) useFont(doc, weight)
  return { regular: faceOf('regular'), bold: faceOf('bold') }
}

/** The name under which a document knows OCR-B. */
export const ocrFont = 'ocrB'

let ocr: Buffer | undefined

/** OCR-B for lines that machines read; where it comes from stands beside the file. */
export function useOcrFont(doc: PDFKit.PDFDocument): void {
  ocr ??= readFileSync(join(import.meta.dirname, 'fonts', 'OCRB.otf'))
  doc.registerFont(ocrFont, ocr)
}
