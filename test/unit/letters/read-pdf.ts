/** Reads a PDF as an outsider does: text and positions by pdfjs, nothing from the manifest. */
import { inflateSync } from 'node:zlib'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'

const pointsPerMillimetre = 72 / 25.4
const pageHeightPoints = 841.89

/** Millimetres from the top left corner; `size` in points. */
export type PlacedText = { text: string; x: number; y: number; width: number; size: number }

export type ReadPage = { texts: PlacedText[]; flat: string }

export type ReadPdf = {
  pages: ReadPage[]
  info: Record<string, unknown>
  lang: string | null
  isMarked: boolean
  outlineOfTags: string[]
}

export async function readPdf(pdf: Uint8Array): Promise<ReadPdf> {
  const doc = await getDocument({ data: pdf.slice(), verbosity: 0 }).promise
  const pages: ReadPage[] = []
  const outlineOfTags: string[] = []
  for (let number = 1; number <= doc.numPages; number += 1) {
    const page = await doc.getPage(number)
    const { items } = await page.getTextContent({ disableNormalization: true })
    const texts = items.flatMap((item) =>
      'str' in item && item.str.trim() !== ''
        ? [
            {
              text: item.str,
              x: item.transform[4] / pointsPerMillimetre,
              y: (pageHeightPoints - item.transform[5]) / pointsPerMillimetre,
              width: item.width / pointsPerMillimetre,
              size: Math.hypot(item.transform[2], item.transform[3]),
            },
          ]
        : [],
    )
    pages.push({ texts, flat: flat(texts.map(({ text }) => text).join('')) })
    outlineOfTags.push(...rolesOf(await page.getStructTree()))
  }
  const { info } = await doc.getMetadata()
  const mark = await doc.getMarkInfo()
  const { lang } = await (await doc.getPage(1)).getTextContent()
  await doc.destroy()
  return {
    pages,
    info: info as Record<string, unknown>,
    lang,
    isMarked: mark?.Marked === true,
    outlineOfTags,
  }
}

/** Lines break anywhere in Japanese, so that white space says nothing. */
export const flat = (text: string) => text.replaceAll(/\s+/g, '')

type Tag = { role?: string; children?: unknown[] }

function rolesOf(tag: unknown): string[] {
  const { role, children = [] } = (tag ?? {}) as Tag
  return [...(role ? [role] : []), ...children.flatMap(rolesOf)]
}

/** The drawing operators of all pages, inflated. */
export function pageStreams(pdf: Uint8Array): string[] {
  const bytes = Buffer.from(pdf)
  const text = bytes.toString('latin1')
  return [...text.matchAll(/\/Filter \/FlateDecode\n>>\nstream\n/g)].flatMap((start) => {
    const from = start.index + start[0].length
    const inflated = inflateSync(bytes.subarray(from, text.indexOf('\nendstream', from)))
    const operators = inflated.toString('latin1')
    return operators.includes('\nBT\n') ? [operators] : []
  })
}
