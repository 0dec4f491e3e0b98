import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Scope, withPurpose } from '../db/client.ts'
import {
  emptyLetterContents,
  erasedInBatch,
  openLetterContents,
  readLetterContents,
} from '../db/people/letter-content.ts'
import {
  type BatchKey,
  type BatchRow,
  batchPrinted,
  findBatch,
  withdrawnFrom,
} from '../db/queries/batches.ts'
import { type LetterTextBook, letterTextBook } from '../db/queries/letter-texts.ts'
import type { PlainDate } from '../domain/course.ts'
import { type RenderedBatch, renderLetterBatch } from '../letters/batch.ts'
import { type Manifest, sealManifest, type WithdrawnLetter } from '../letters/manifest.ts'
import type { NoticeForPrint } from '../letters/notice.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { ProgrammingError } from './failures.ts'
import type { SealedLetter } from './seal-batch.ts'
import type { BatchAsk } from './types.ts'
import { writeWholeFile } from './whole-file.ts'
import { withdrawProtected } from './withdraw-protected.ts'

/**
 * Prints a sealed batch to `letters/<town>-<day>.pdf` with `.manifest.json` and `.index.csv`, from
 * what the seal kept, so that printing again after a crash gives the same bytes; less those whose
 * person came under protection meanwhile, whom the manifest lists as withdrawn. Once the files are on
 * disk, what the letters say is emptied from the database.
 */
export async function printBatch(
  deps: ActivityDeps,
  { municipalityCode, batchOn, workflowNowMs }: BatchAsk,
): Promise<{ pages: number }> {
  const { clock, log } = deps
  const key = { municipalityCode, batchOn }
  for (;;) {
    const { today } = businessNow(clock, workflowNowMs)
    const prepared = await prepare(deps, key, today)
    if (prepared.isPrinted) return { pages: prepared.pages }
    const printed = await finish(deps, key, prepared)
    if (!printed) continue
    const { pages, missingGlyphs, withdrawn } = printed
    // Erased between seal and print: nobody can read these any more, and they do not hold up the others.
    const erased = prepared.erased
    log.info({ ...key, pages, missingGlyphs, erased, withdrawn }, 'a batch of letters is printed')
    return { pages }
  }
}

type Prepared = { isPrinted: false; today: PlainDate; erased: number; batch: Rendered | undefined }

/** Renders what is still to be printed, holding no lock; nothing of it is on disk yet. */
async function prepare(
  { sql, vault }: ActivityDeps,
  key: BatchKey,
  today: PlainDate,
): Promise<Prepared | { isPrinted: true; pages: number }> {
  const { batch, sealed, withdrawn, gone, texts } = await withPurpose(
    sql,
    scopeOf(key),
    async (tx) => {
      const batch = await findBatch(tx, key)
      if (batch?.state === 'sealed') await withdrawProtected(tx, key, today)
      const sealed = await readLetterContents(tx, key)
      const gone = await erasedInBatch(tx, key)
      const texts = await letterTextBook(tx, key.municipalityCode)
      return { batch, sealed, withdrawn: await withdrawnFrom(tx, key), gone, texts }
    },
  )
  const name = `batch ${key.municipalityCode} ${key.batchOn}`
  if (!batch) throw new ProgrammingError(`${name} is not sealed`)
  if (batch.state === 'printed') return { isPrinted: true, pages: batch.pages ?? 0 }
  if (sealed.length + withdrawn.length + gone !== batch.letters) {
    const found = `${sealed.length} to print, ${withdrawn.length} withdrawn, ${gone} erased`
    throw new Error(`${name}: ${batch.letters} sealed, ${found}`)
  }
  const contents = await openLetterContents<SealedLetter>(vault, sealed)
  // keyd is asked after the database: whoever was erased in between is not among the contents.
  const erased = gone + sealed.length - contents.length
  const holdsAny = contents.length > 0 || withdrawn.length > 0
  const rendered = holdsAny ? await render({ key, batch, contents, withdrawn, texts }) : undefined
  return { isPrinted: false, today, erased, batch: rendered }
}

const nothing = { pages: 0, pdfSha256: null, missingGlyphs: 0 }

/**
 * Writes the files under the locks of all courses: a protection is either seen here, and then nothing is
 * written yet (undefined: the batch has to be rendered anew), or acknowledged after the print.
 */
async function finish(deps: ActivityDeps, key: BatchKey, { batch, today }: Prepared) {
  const { sql, dataDir } = deps
  return withPurpose(sql, scopeOf(key), async (tx) => {
    if ((await withdrawProtected(tx, key, today)) > 0) return undefined
    if (batch) await writeBatch(dataDir, batch)
    const printed = batch
      ? {
          pages: batch.manifest.totals.pages,
          pdfSha256: batch.manifest.pdfSha256,
          missingGlyphs: batch.rendered.missingGlyphs.length,
        }
      : nothing
    await batchPrinted(tx, key, printed)
    await emptyLetterContents(tx, key)
    return { ...printed, withdrawn: (await withdrawnFrom(tx, key)).length }
  })
}

/** Whose letters they are is looked at when they are opened, or withdrawn. */
function scopeOf({ municipalityCode }: BatchKey) {
  return { municipalityCode, purpose: 'sendNotice', look: [] } satisfies Scope
}

type Printing = {
  key: BatchKey
  batch: BatchRow
  contents: SealedLetter[]
  withdrawn: WithdrawnLetter[]
  texts: LetterTextBook
}
type Rendered = {
  manifest: Manifest
  rendered: Omit<RenderedBatch, 'pdf'> & { pdf: Uint8Array | null }
  sealedAt: string | undefined
}

/** With every letter withdrawn there is no page, and the manifest alone says so. */
async function render({ key, batch, contents, withdrawn, texts }: Printing): Promise<Rendered> {
  const { municipalityCode, batchOn } = key
  const letters = contents.map(withSeal).sort(byPostcode)
  const [first] = letters
  const rendered = first
    ? await renderLetterBatch({
        municipality: { code: municipalityCode, name: first.sender.municipalityName },
        date: batchOn,
        letters,
        texts: texts.of,
      })
    : { pdf: null, index: [], missingGlyphs: [] }
  const manifest = sealManifest({
    batchId: batch.id,
    municipalityCode,
    date: batchOn,
    letters,
    withdrawn,
    rendered,
  })
  return { manifest, rendered, sealedAt: contents[0]?.sealedAt }
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
  { manifest, rendered, sealedAt }: Rendered,
): Promise<void> {
  const folder = join(dataDir, 'letters')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const base = join(folder, `${manifest.municipalityCode}-${manifest.date}`)
  if (rendered.pdf) {
    await writeWholeFile(`${base}.pdf`, rendered.pdf)
    await writeWholeFile(`${base}.index.csv`, indexOf(manifest, rendered))
  } else {
    // A print that broke off may have left its pages here, with a letter that is withdrawn by now.
    await Promise.all([`${base}.pdf`, `${base}.index.csv`].map((path) => rm(path, { force: true })))
  }
  const text = `${JSON.stringify({ ...manifest, sealedAt }, null, 2)}\n`
  await writeWholeFile(`${base}.manifest.json`, text)
}

const indexColumns = ['page', 'pages', 'letterId', 'noticeId', 'kind', 'round', 'campaignDate']

/** For the clerk's table program: names nobody, and says which pages want a look before posting. */
function indexOf(
  { letters }: Manifest,
  { missingGlyphs }: Pick<RenderedBatch, 'missingGlyphs'>,
): string {
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
