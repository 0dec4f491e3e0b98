/** A PDF of many pages alike, each a section of its own. The same input gives the same bytes. */
import { setImmediate } from 'node:timers/promises'
import PDFDocument from 'pdfkit'
import { collect } from './batch.ts'
import { useOcrFont } from './fonts.ts'
import { Pen, type Settings } from './pen.ts'
import { typefacesOf } from './typeface.ts'

/** A large file takes seconds; other work of the process goes on meanwhile. */
const pagesWithoutPause = 5

/** `draw` gets a pen of its own for each page, with the page's place in the file from 0. */
export async function renderPages<Page>(
  options: PDFKit.PDFDocumentOptions,
  pages: readonly Page[],
  draw: (pen: Pen, page: Page) => void,
  drawn: (pen: Pen, page: Page, at: number) => void,
): Promise<Uint8Array> {
  const doc = new PDFDocument({ ...options, autoFirstPage: false })
  const written = collect(doc)
  const faces = typefacesOf(doc)
  useOcrFont(doc)
  const settings: Settings = new Map()
  const root = doc.struct('Document')
  doc.addStructure(root)
  for (const [at, page] of pages.entries()) {
    if (at % pagesWithoutPause === 0) await setImmediate()
    doc.addPage()
    const section = doc.struct('Sect')
    root.add(section)
    const pen = new Pen(doc, section, faces, settings)
    draw(pen, page)
    section.end()
    drawn(pen, page, at)
  }
  root.end()
  doc.end()
  return await written
}
