/** What a sealed batch holds, without a name: to be compared with what was printed and posted. */
import { createHash } from 'node:crypto'
import type { NoticeKind, PlainDate } from '../domain/course.ts'
import { markDigitsOf } from '../domain/envelope-mark.ts'
import type { IndexEntry, RenderedBatch } from './batch.ts'
import type { NoticeForPrint } from './notice.ts'

export type ManifestLetter = IndexEntry & {
  /** What the marks on its sheets begin with: `<mark>/<page of the letter>/<pages>`. */
  mark: string
  noticeId: string
  kind: NoticeKind
  round: number
  campaignDate: PlainDate
}

/** No reason beside the one there is: a manifest is read by people who print. */
export type WithdrawnLetter = { letterId: string; noticeId: string }

export type Manifest = {
  format: 'sesshu-letters/1'
  batchId: string
  municipalityCode: string
  date: PlainDate
  /** The day as of which every letter was looked at for the last time. */
  referenceOn: PlainDate
  /** In the order of the pages. */
  letters: ManifestLetter[]
  /** Sealed, and taken out before the batch was printed: no page of it says anything of them. */
  withdrawn: WithdrawnLetter[]
  totals: { letters: number; pages: number; byKind: Partial<Record<NoticeKind, number>> }
  /** SHA-256 of the PDF file, in hexadecimal; null when every letter was withdrawn, and there is none. */
  pdfSha256: string | null
}

export type Sealing = {
  batchId: string
  municipalityCode: string
  date: PlainDate
  referenceOn: PlainDate
  letters: Pick<NoticeForPrint, 'letterId' | 'noticeId' | 'kind' | 'round' | 'campaignDate'>[]
  withdrawn?: WithdrawnLetter[]
  rendered: { pdf: Uint8Array | null; index: RenderedBatch['index'] }
}

/** Throws when the letters and the pages are not the same set: such a batch must not leave. */
export function sealManifest(sealing: Sealing): Manifest {
  const {
    batchId,
    municipalityCode,
    date,
    referenceOn,
    letters,
    withdrawn = [],
    rendered,
  } = sealing
  const byId = new Map(letters.map((letter) => [letter.letterId, letter]))
  if (byId.size !== letters.length || rendered.index.length !== letters.length) {
    throw new Error(
      `batch ${batchId}: ${letters.length} letters, ${rendered.index.length} rendered`,
    )
  }
  const seen = new Set<string>()
  const entries = rendered.index.map(({ letterId, page, pages }): ManifestLetter => {
    const letter = byId.get(letterId)
    if (!letter) throw new Error(`batch ${batchId}: page ${page} is of an unknown letter`)
    if (seen.has(letterId)) throw new Error(`batch ${batchId}: letter ${letterId} has two pages`)
    seen.add(letterId)
    const { noticeId, kind, round, campaignDate } = letter
    const mark = markDigitsOf(letterId)
    return { letterId, mark, noticeId, kind, round, campaignDate, page, pages }
  })
  return {
    format: 'sesshu-letters/1',
    batchId,
    municipalityCode,
    date,
    referenceOn,
    letters: entries,
    withdrawn,
    totals: totalsOf(entries),
    pdfSha256: rendered.pdf && createHash('sha256').update(rendered.pdf).digest('hex'),
  }
}

function totalsOf(letters: ManifestLetter[]): Manifest['totals'] {
  const byKind: Manifest['totals']['byKind'] = {}
  for (const { kind } of letters) byKind[kind] = (byKind[kind] ?? 0) + 1
  const pages = letters.reduce((sum, letter) => sum + letter.pages, 0)
  return { letters: letters.length, pages, byKind }
}
