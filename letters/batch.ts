/**
 * A municipality's letters of one evening as one PDF, a page each. The same input gives the same
 * bytes, so that a batch rendered again after a crash is the batch that was sealed.
 *
 * How to read a page back from its text (whitespace ignored, since lines break anywhere):
 * - the last line is `通知番号 <letterId> / R1 / 2021-07-05 / <seal instant>` (`footLineOf`),
 * - it begins with `〒123-4567`, the address, the name with ` 様`, and then the day printed. A name
 *   with a character that the font lacks is printed in kana, in an address such a one is `〓`.
 * - the short number, the kind and the round in words follow beside the sender.
 */
import { setImmediate } from 'node:timers/promises'
import PDFDocument from 'pdfkit'
import type { NoticeKind, PlainDate } from '../domain/course.ts'
import { type LetterText, standardText } from '../domain/letter-text.ts'
import { refuseBadBatch } from './limits.ts'
import type { NoticeForPrint } from './notice.ts'
import { drawLetter } from './page.ts'
import { Pen, type Settings } from './pen.ts'
import { lightTypefacesOf } from './typeface.ts'

export type LetterBatch = {
  municipality: { code: string; name: string }
  date: PlainDate
  letters: NoticeForPrint[]
  /** The municipality's own texts by version; needed when a letter names one. */
  texts?: TextOf
}

export type TextOf = (kind: NoticeKind, version: number) => LetterText

/** `page` counts from 1. */
export type IndexEntry = { letterId: string; page: number; pages: number }

export type RenderedBatch = {
  pdf: Uint8Array
  index: IndexEntry[]
  /** Characters that the font lacks, by letter and field; the page shows kana or `〓` instead. */
  missingGlyphs: { letterId: string; field: string; characters: string[] }[]
}

/** A large batch takes seconds; heartbeats and other work of the process go on meanwhile. */
const lettersWithoutPause = 10

/** Throws a `DomainError` (`letters/limits.ts`) that names letter and field, never their content. */
export async function renderLetterBatch(batch: LetterBatch): Promise<RenderedBatch> {
  refuseBadBatch(batch.municipality.name, batch.letters)
  const { municipality, date } = batch
  const title = `予防接種のお知らせ ${date}`
  const options = documentOptions({ code: municipality.code, title, date })
  const doc = new PDFDocument({ ...options, autoFirstPage: false })
  const written = collect(doc)
  const faces = lightTypefacesOf(doc)
  const settings: Settings = new Map()
  const root = doc.struct('Document')
  doc.addStructure(root)

  const missingGlyphs: RenderedBatch['missingGlyphs'] = []
  const index: IndexEntry[] = []
  for (const [at, letter] of batch.letters.entries()) {
    if (at % lettersWithoutPause === 0) await setImmediate()
    doc.addPage()
    const section = doc.struct('Sect')
    root.add(section)
    const pen = new Pen(doc, section, faces, settings)
    drawLetter(pen, letter, textOf(batch, letter))
    section.end()
    missingGlyphs.push(...pen.missing.map((entry) => ({ letterId: letter.letterId, ...entry })))
    index.push({ letterId: letter.letterId, page: at + 1, pages: 1 })
  }
  root.end()
  doc.end()
  return { pdf: await written, index, missingGlyphs }
}

function textOf({ texts }: LetterBatch, { kind, textVersion }: NoticeForPrint): LetterText {
  if (!textVersion) return standardText
  if (!texts) throw new Error(`a letter bears text ${kind}/${textVersion}, and no texts were given`)
  return texts(kind, textVersion)
}

/** Nothing in it depends on when or where it is rendered. */
export function documentOptions(about: {
  code: string
  title: string
  date: PlainDate
}): PDFKit.PDFDocumentOptions {
  const { code, title, date } = about
  const createdAt = new Date(`${date}T00:00:00Z`)
  return {
    size: 'A4',
    margin: 0,
    pdfVersion: '1.7',
    // pdfkit knows this subset; its types do not yet.
    subset: 'PDF/UA' as 'PDF/A-2',
    tagged: true,
    lang: 'ja-JP',
    displayTitle: true,
    info: {
      Title: title,
      Subject: code,
      Creator: 'sesshu',
      Producer: 'sesshu',
      CreationDate: createdAt,
      ModDate: createdAt,
    },
  }
}

export function collect(doc: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    doc.on('error', reject)
  })
}
