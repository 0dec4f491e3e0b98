/** Printed = manifest = posted: the marks of sheets as they were read, beside what was sealed. */
import {
  type BatchLetter,
  type Differences,
  differencesOf,
  type Explanation,
  isReconciled,
  letterOfMark,
  parseMark,
  type ReadMark,
  type ReprintReason,
} from '../../../domain/batch.ts'
import { compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import { type BatchKey, type BatchRow, closeBatchTask, findBatch, tellBatches } from './batch.ts'
import { lockedBatch, scopeOf } from './release.ts'

/** Letters that were printed; one that was voided since, or is about to be printed again, is void. */
async function lettersOf(tx: Tx, { municipalityCode, batchOn }: BatchKey): Promise<BatchLetter[]> {
  return tx<BatchLetter[]>`
    select a.id as "letterId", a.pages,
           a.state = 'withdrawn' or exists (
             select from letter_reprint r
              where (r.municipality_code, r.attempt_id) = (a.municipality_code, a.id)) as "isVoid"
      from notice_attempt a
     where a.municipality_code = ${municipalityCode} and a.batch_on = ${batchOn}
       and a.pages is not null
     order by a.id`
}

async function marksOf(tx: Tx, { municipalityCode, batchOn }: BatchKey): Promise<ReadMark[]> {
  return tx<ReadMark[]>`
    select mark, attempt_id as "letterId", page from batch_mark
     where municipality_code = ${municipalityCode} and batch_on = ${batchOn}
     order by read_at, ordinal`
}

async function compare(tx: Tx, key: BatchKey): Promise<Differences> {
  return differencesOf(await lettersOf(tx, key), await marksOf(tx, key))
}

/** Of a batch that was handed over; undefined for one that has no sheets yet. */
export function readDifferences(sql: Sql, key: BatchKey): Promise<Differences> {
  return withPurpose(sql, scopeOf(key), (tx) => compare(tx, key))
}

function assertHandedOver(batch: BatchRow): void {
  if (batch.state === 'printed') return
  const code = batch.state === 'posted' ? 'batchIsPosted' : 'batchNotPrinted'
  throw new DomainError(code, 'Its sheets are not being accounted for now', 'batch')
}

export type Reading = { readingId: string; marks: string[]; by: string }

/**
 * Keeps marks as they were read. The same reading told twice counts once; a sheet in two readings, or
 * twice in one, was read twice. Throws `batchNotFound`, `batchNotPrinted`, `batchIsPosted`.
 */
export function keepMarks(sql: Sql, key: BatchKey, reading: Reading): Promise<Differences> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    assertHandedOver(await lockedBatch(tx, key))
    const letters = await lettersOf(tx, key)
    const known = indexed(letters)
    const rows = reading.marks.map((text) => {
      const mark = parseMark(text)
      const letter = letterOfMark(known(mark?.letter), mark)
      return {
        mark: text.trim().slice(0, 80),
        letterId: letter?.letterId ?? null,
        page: letter ? mark!.page : null,
      }
    })
    await tx`
      insert into batch_mark (municipality_code, batch_on, reading_id, ordinal, mark, attempt_id, page, read_by)
      select ${key.municipalityCode}, ${key.batchOn}, ${reading.readingId}, m.ordinal - 1, m.mark,
             m.letter, m.page, ${reading.by}
        from unnest(${rows.map(({ mark }) => mark)}::text[], ${rows.map((r) => r.letterId)}::uuid[],
                    ${rows.map(({ page }) => page)}::int[]) with ordinality m(mark, letter, page, ordinal)
       where m.mark <> ''
      on conflict (municipality_code, reading_id, ordinal) do nothing`
    return compare(tx, key)
  })
}

const fewestDigits = 8

/** Letters by the first digits of their ids: ten thousand marks are not looked for one by one. */
function indexed(letters: BatchLetter[]): (digits: string | undefined) => BatchLetter[] {
  const byDigits = new Map<string, BatchLetter[]>()
  for (const letter of letters) {
    const digits = letter.letterId.replaceAll('-', '').slice(0, fewestDigits)
    byDigits.set(digits, [...(byDigits.get(digits) ?? []), letter])
  }
  return (digits) => byDigits.get(digits?.slice(0, fewestDigits) ?? '') ?? []
}

export type Reconciling = {
  by: string
  /** As the printer counted them, void sheets that were printed included. */
  printedPages: number
  postedOn: PlainDate
  today: PlainDate
  explained: Explanation[]
}

/**
 * Says that every sheet is accounted for; refused as long as that is not so. Answers a batch that was
 * posted before as it is. Throws `batchNotFound`, `batchNotPrinted`, `batchPagesDiffer`,
 * `batchNotAccounted`; `postedBeforePrint` and `postedInFuture` for a day on which it cannot have been.
 */
export function reconcileBatch(
  sql: Sql,
  key: BatchKey,
  { by, printedPages, postedOn, today, explained }: Reconciling,
): Promise<BatchRow> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const batch = await lockedBatch(tx, key)
    if (batch.state === 'posted') return batch
    assertHandedOver(batch)
    if (batch.pages !== printedPages) {
      throw new DomainError('batchPagesDiffer', 'The printer counted other pages', 'printedPages')
    }
    assertPostable(postedOn, batch.sealedOn ?? batch.batchOn, today)
    const differences = await compare(tx, key)
    if (!isReconciled(differences, explained)) {
      throw new DomainError('batchNotAccounted', 'Sheets are missing, or do not fit', 'batch')
    }
    await tx`
      update letter_batch
         set state = 'posted', printed_pages = ${printedPages}, posted_on = ${postedOn},
             posted_at = clock_timestamp(), posted_by = ${by}, explained = ${explained}
       where municipality_code = ${key.municipalityCode} and batch_on = ${key.batchOn}`
    await closeBatchTask(tx, batch, 'reconcileBatch', by)
    await tellBatches(tx, key)
    return (await findBatch(tx, key))!
  })
}

/** Printed follows sealed on the same day or later; rounds, returns and their reckonings count from this day. */
function assertPostable(postedOn: PlainDate, printedOn: PlainDate, today: PlainDate): void {
  if (compareDates(postedOn, printedOn) < 0) {
    throw new DomainError('postedBeforePrint', 'It was not printed yet', 'postedOn')
  }
  if (compareDates(postedOn, today) > 0) {
    throw new DomainError('postedInFuture', 'That day is still to come', 'postedOn')
  }
}

/**
 * The letter's id is void from now on, and its notice is printed under a new one with the next batch, if
 * it is still owed then. Repeatable. Throws `batchNotFound`, `batchNotPrinted`, `batchIsPosted`,
 * `letterNotInBatch`.
 */
export function askToReprint(
  sql: Sql,
  key: BatchKey,
  { by, letterId, reason }: { by: string; letterId: string; reason: ReprintReason },
): Promise<Differences> {
  return withPurpose(sql, scopeOf(key), async (tx) => {
    assertHandedOver(await lockedBatch(tx, key))
    const letters = await lettersOf(tx, key)
    if (!letters.some((letter) => letter.letterId === letterId)) {
      throw new DomainError('letterNotInBatch', 'The batch printed no such letter', 'letterId')
    }
    await tx`
      insert into letter_reprint (municipality_code, attempt_id, batch_on, reason, asked_by)
      values (${key.municipalityCode}, ${letterId}, ${key.batchOn}, ${reason}, ${by})
      on conflict do nothing`
    await tellBatches(tx, key)
    return compare(tx, key)
  })
}
