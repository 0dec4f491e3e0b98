import { createHash } from 'node:crypto'
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
  batchSettings,
  lockBatch,
} from '../db/queries/batches/batch.ts'
import { keepPages, withdrawnFrom } from '../db/queries/batches/letters.ts'
import { batchPrinted } from '../db/queries/batches/seal.ts'
import { type LetterTextBook, letterTextBook } from '../db/queries/letter-texts.ts'
import type { BatchAsk } from '../domain/activity-contract.ts'
import { addDays } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import { type RenderedBatch, renderLetterBatch } from '../letters/batch.ts'
import { type Manifest, sealManifest, type WithdrawnLetter } from '../letters/manifest.ts'
import type { NoticeForPrint } from '../letters/notice.ts'
import { type ActivityDeps, businessNow } from './deps.ts'
import { ProgrammingError } from './failures.ts'
import { type BatchFile, isHandedOver, type StagedFiles, stageBatch } from './hot-folder.ts'
import type { SealedLetter } from './seal-batch.ts'
import { withdrawProtected } from './withdraw-protected.ts'

/**
 * Prints a sealed batch to `letters/<town>-<day>.pdf` with `.manifest.json`, its signature and
 * `.index.csv`, and hands it over: the same files in the printing house's folder (`hot-folder.ts`). From
 * what the seal kept, so that printing again after a crash gives the same bytes; less those whose person
 * came under protection meanwhile, whom the manifest lists as withdrawn. Once the files are in place, what
 * the letters say is emptied from the database. A batch that is being aborted is not printed, unless its
 * files were in place before: then the rows come to say so.
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
    if (prepared.isOver) return { pages: prepared.pages }
    const printed = await finish(deps, key, prepared)
    if (!printed) continue
    const { pages, missingGlyphs, withdrawn } = printed
    // Erased between seal and print: nobody can read these any more, and they do not hold up the others.
    const erased = prepared.erased
    log.info({ ...key, pages, missingGlyphs, erased, withdrawn }, 'a batch of letters is printed')
    return { pages }
  }
}

type Prepared = { isOver: false; today: PlainDate; erased: number; batch: Written | undefined }

/** Renders what is still to be printed, holding no lock; its files are not in their place yet. */
async function prepare(
  deps: ActivityDeps,
  key: BatchKey,
  today: PlainDate,
): Promise<Prepared | { isOver: true; pages: number }> {
  const { sql, vault } = deps
  const { batch: before, isToPrint } = await withPurpose(sql, scopeOf(key), async (tx) => {
    const batch = await lockBatch(tx, key)
    const isToPrint = await mayPrint(deps, batch)
    if (isToPrint) await withdrawProtected(tx, key, today)
    return { batch, isToPrint }
  })
  const name = `batch ${key.municipalityCode} ${key.batchOn}`
  if (!before || before.state === 'proposed' || before.state === 'released') {
    throw new ProgrammingError(`${name} is not sealed`)
  }
  if (!isToPrint) return { isOver: true, pages: before.pages ?? 0 }
  const { sealed, withdrawn, gone, texts } = await withPurpose(sql, scopeOf(key), async (tx) => {
    const sealed = await readLetterContents(tx, key)
    const gone = await erasedInBatch(tx, key)
    const texts = await letterTextBook(tx, key.municipalityCode)
    return { sealed, withdrawn: await withdrawnFrom(tx, key), gone, texts }
  })
  if (sealed.length + withdrawn.length + gone !== before.letters) {
    const found = `${sealed.length} to print, ${withdrawn.length} withdrawn, ${gone} erased`
    throw new Error(`${name}: ${before.letters} sealed, ${found}`)
  }
  const contents = await openLetterContents<SealedLetter>(vault, sealed)
  // keyd is asked after the database: whoever was erased in between is not among the contents.
  const erased = gone + sealed.length - contents.length
  const holdsAny = contents.length > 0 || withdrawn.length > 0
  const batch = holdsAny
    ? await writeBatch(deps, await render({ key, batch: before, contents, withdrawn, texts }))
    : undefined
  return { isOver: false, today, erased, batch }
}

/** The batch's lock must be held: whoever puts its files in place holds it. */
async function mayPrint(
  { dataDir }: Pick<ActivityDeps, 'dataDir'>,
  batch: BatchRow | undefined,
): Promise<boolean> {
  if (batch?.state !== 'sealed') return false
  return !batch.abortAskedAt || isHandedOver(dataDir, batch)
}

/**
 * Puts the files in their places under the locks of all courses, which are held for no longer than that:
 * a protection is either seen here, and then nothing is in place yet (undefined: the batch has to be
 * rendered anew, or was aborted), or acknowledged after the print.
 */
async function finish(deps: ActivityDeps, key: BatchKey, { batch, today }: Prepared) {
  return withPurpose(deps.sql, scopeOf(key), async (tx) => {
    if (!(await mayPrint(deps, await lockBatch(tx, key)))) return undefined
    if ((await withdrawProtected(tx, key, today)) > 0) return undefined
    await batch?.files.place()
    const { reconcileWithinDays } = await batchSettings(tx, key.municipalityCode)
    const withdrawn = (await withdrawnFrom(tx, key)).length
    const pages = batch?.manifest.totals.pages ?? 0
    await keepPages(tx, key.municipalityCode, batch?.manifest.letters ?? [])
    await batchPrinted(tx, key, {
      pages,
      pdfSha256: batch?.manifest.pdfSha256 ?? null,
      withdrawn,
      today,
      reconcileBy: addDays(today, reconcileWithinDays),
      signed: batch?.signed,
    })
    await emptyLetterContents(tx, key)
    return { pages, missingGlyphs: batch?.rendered.missingGlyphs.length ?? 0, withdrawn }
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

type Signed = { sha256: string; signature: string; publicKey: string }
type Written = Rendered & { files: StagedFiles; signed: Signed }

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
    referenceOn: batch.sealedOn ?? batchOn,
    letters,
    withdrawn,
    rendered,
  })
  // The batch was sealed when its last letter was.
  const sealedAt = contents
    .map((each) => each.sealedAt)
    .sort()
    .at(-1)
  return { manifest, rendered, sealedAt }
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

/** The manifest last: where it stands, the others are whole. */
async function writeBatch(
  { dataDir, vault }: ActivityDeps,
  { manifest, rendered, sealedAt }: Rendered,
): Promise<Written> {
  const text = `${JSON.stringify({ ...manifest, sealedAt }, null, 2)}\n`
  const sha256 = createHash('sha256').update(text).digest('hex')
  const signed = { sha256, ...(await vault.signManifest(sha256)) }
  const pages: BatchFile[] = rendered.pdf
    ? [
        { ending: '.pdf', content: rendered.pdf },
        { ending: '.index.csv', content: indexOf(manifest, rendered) },
      ]
    : []
  const key = { municipalityCode: manifest.municipalityCode, batchOn: manifest.date }
  const files = await stageBatch(dataDir, key, [
    ...pages,
    { ending: '.manifest.sig.json', content: `${JSON.stringify(signed, null, 2)}\n` },
    { ending: '.manifest.json', content: text },
  ])
  return { manifest, rendered, sealedAt, files, signed }
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
