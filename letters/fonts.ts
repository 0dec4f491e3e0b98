/** Noto Sans JP from the npm package, embedded as a subset: readers need no Japanese font. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
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

/** The parsed font of the document's current face, which pdfkit keeps under a private name. */
type WithFont = {
  _font: {
    font: {
      hasGlyphForCodePoint(codePoint: number): boolean
      glyphForCodePoint(codePoint: number): { id: number }
    }
  }
}

/** Registers both weights and leaves `regular` chosen. */
export function useFonts(doc: PDFKit.PDFDocument): Record<Weight, Face> {
  const faceOf = (weight: Weight): Face => {
    doc.registerFont(weight, fontData(weight))
    doc.font(weight)
    const { font } = (doc as unknown as WithFont)._font
    return {
      hasGlyph: (codePoint) => font.hasGlyphForCodePoint(codePoint),
      glyphOf: (codePoint) => font.glyphForCodePoint(codePoint).id,
    }
  }
  const bold = faceOf('bold')
  return { regular: faceOf('regular'), bold }
}

/** The name under which a document knows OCR-B. */
export const ocrFont = 'ocrB'

let ocr: Buffer | undefined

/** OCR-B for lines that machines read; where it comes from stands beside the file. */
export function useOcrFont(doc: PDFKit.PDFDocument): void {
  ocr ??= readFileSync(join(import.meta.dirname, 'fonts', 'OCRB.otf'))
  doc.registerFont(ocrFont, ocr)
}
