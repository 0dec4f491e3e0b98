import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Scope, withPurpose } from '../db/client.ts'
import {
  emptyLetterContents,
  openLetterContents,
  readLetterContents,
} from '../db/people/letter-content.ts'
import { type BatchKey, type BatchRow, batchPrinted, findBatch } from '../db/queries/batches.ts'
import { type RenderedBatch, renderLetterBatch } from '../letters/batch.ts'
import { type Manifest, sealManifest } from '../letters/manifest.ts'
import type { NoticeForPrint } from '../letters/notice.ts'
import type { ActivityDeps } from './deps.ts'
import { ProgrammingError } from './failures.ts'
import type { SealedLetter } from './seal-batch.ts'
import type { BatchAsk } from './types.ts'
import { writeWholeFile } from './whole-file.ts'

/**
 * Prints a sealed batch to `letters/<town>-<day>.pdf` with `.manifest.json` and `.index.csv`, from
 * what the seal kept and nothing else, so that printing again after a crash gives the same bytes.
 * Once the files are on disk, what the letters say is emptied from the database.
 */
export async function printBatch(
  { sql, vault, dataDir, log }: ActivityDeps,
  { municipalityCode, batchOn }: BatchAsk,
): Promise<{ pages: number }> {
  const key = { municipalityCode, batchOn }
  const scope: Scope = { municipalityCode, purpose: 'sendNotice', look: [] }
  // Whose they are is looked at when they are opened, below.
  const { batch, sealed } = await withPurpose(sql, scope, async (tx) => ({
    batch: await findBatch(tx, key),
    sealed: await readLetterContents(tx, key),
  }))
  if (!batch) throw new ProgrammingError(`batch ${municipalityCode} ${batchOn} is not sealed`)
  if (batch.state === 'printed') return { pages: batch.pages ?? 0 }
  if (sealed.length !== batch.letters) {
    throw new Error(`batch ${batch.id}: ${batch.letters} sealed, ${sealed.length} to print`)
  }

  const contents = await openLetterContents<SealedLetter>(vault, sealed)
  const printed = contents.length > 0 ? await print(dataDir, { key, batch, contents }) : nothing
  await withPurpose(sql, scope, async (tx) => {
    await batchPrinted(tx, key, printed)
    await emptyLetterContents(tx, key)
  })
  const { pages, missingGlyphs } = printed
  // Erased between seal and print: nobody can read these any more, and they do not hold up the others.
  const erased = sealed.length - contents.length
  log.info({ ...key, pages, missingGlyphs, erased }, 'a batch of letters is printed')
  return { pages }
}

const nothing = { pages: 0, pdfSha256: null, missingGlyphs: 0 }

type Printing = { key: BatchKey; batch: BatchRow; contents: SealedLetter[] }

async function print(dataDir: string, { key, batch, contents }: Printing) {
  const { municipalityCode, batchOn } = key
  const letters = contents.map(withSeal).sort(byPostcode)
  const rendered = await renderLetterBatch({
    municipality: { code: municipalityCode, name: letters[0]!.sender.municipalityName },
    date: batchOn,
    letters,
  })
  const manifest = sealManifest({
    batchId: batch.id,
    municipalityCode,
    date: batchOn,
    letters,
    rendered,
  })
  await writeBatch(dataDir, manifest, rendered, contents[0]!.sealedAt)
  return {
    pages: manifest.totals.pages,
    pdfSha256: manifest.pdfSha256,
    missingGlyphs: rendered.missingGlyphs.length,
  }
}

function withSeal({ letter, sealedAt }: SealedLetter): NoticeForPrint & { sealedAt: string } {
  return { ...letter, sealedAt }
}

/** Sorted mail is cheaper to post; the id decides between neighbours, and gives one order for ever. */
function byPostcode(a: NoticeForPrint, b: NoticeForPrint): number {
  return keyOf(a) < keyOf(b) ? -1 : 1
}

function keyOf({ recipient, letterId }: NoticeForPrint): string {
  return `${recipient.postcode.replace('-', '')} ${letterId}`
}

/** The manifest last: where it stands, the other two are whole. */
async function writeBatch(
  dataDir: string,
  manifest: Manifest,
  rendered: RenderedBatch,
  sealedAt: string,
): Promise<void> {
  const folder = join(dataDir, 'letters')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const base = join(folder, `${manifest.municipalityCode}-${manifest.date}`)
  await writeWholeFile(`${base}.pdf`, rendered.pdf)
  await writeWholeFile(`${base}.index.csv`, indexOf(manifest, rendered))
  const text = `${JSON.stringify({ ...manifest, sealedAt }, null, 2)}\n`
  await writeWholeFile(`${base}.manifest.json`, text)
}

const indexColumns = ['page', 'pages', 'letterId', 'noticeId', 'kind', 'round', 'campaignDate']

/** For the clerk's table program: names nobody, and says which pages want a look before posting. */
function indexOf({ letters }: Manifest, { missingGlyphs }: RenderedBatch): string {
  const rows = letters.map((letter) => [
    letter.page,
    letter.pages,
    letter.letterId,
    letter.noticeId,
    letter.kind,
    letter.round,
    letter.campaignDate,
    missingGlyphs
      .filter(({ letterId }) => letterId === letter.letterId)
      .map(({ field }) => field)
      .join(' '),
  ])
  const lines = [[...indexColumns, 'missingCharactersIn'], ...rows]
  return `\ufeff${lines.map((cells) => `${cells.join(',')}\r\n`).join('')}`
}
