/** The review of a file: what each row would change. It changes nothing of anybody. */
import { DomainError } from '../../domain/errors.ts'
import { type ImportCounts, type RowOutcome, rowOutcomes } from '../../domain/import.ts'
import type { LayoutKind, ReadRow } from '../../domain/municipal-file.ts'
import { withPurpose } from '../client.ts'
import type { Store } from '../store.ts'
import { withCells } from './cell-of.ts'
import { saveReview } from './files.ts'
import { kinds } from './kinds/index.ts'
import { type Compared, type KindModule, rowNote, type ToldRow } from './kinds/kind.ts'
import { keepLeftOut, leftOutMost } from './left-out.ts'
import { keepNotes, type NoteSort, type NoteToKeep, notedRowsMost, noteSortOf } from './notes.ts'
import { SeenKeys } from './seen.ts'
import type { ChangeRow, FileChange, FileNote, Reviewed, ReviewOptions } from './types.ts'

/** Rows of one question to keyd and one to the database. */
const rowsAtOnce = 4_000

export async function reviewFile<Kind extends LayoutKind>(
  store: Store,
  options: ReviewOptions<Kind>,
): Promise<Reviewed> {
  await store.vault.reach()
  const review = new Review(store, options)
  let pending: Promise<void> = Promise.resolve()
  for await (const rows of gathered(options.rows)) {
    if (options.signal?.aborted) throw stopped()
    // While one piece is compared and written, the next one is read.
    const compared = review.compare(rows)
    compared.catch(() => {})
    await pending
    pending = compared.then((piece) => review.write(rows, piece))
    pending.catch(() => {})
  }
  await pending
  return review.end()
}

export function stopped(): DomainError {
  return new DomainError('importStopped', 'The import was stopped')
}

async function* gathered<Kind extends LayoutKind>(
  batches: AsyncIterable<ReadRow<Kind>[]>,
): AsyncIterable<ReadRow<Kind>[]> {
  let rows: ReadRow<Kind>[] = []
  for await (const batch of batches) {
    rows = rows.length === 0 ? batch : rows.concat(batch)
    if (rows.length < rowsAtOnce) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}

/** The place of an outcome in `rowOutcomes` is its byte. */
const byteOf = Object.fromEntries(rowOutcomes.map((outcome, i) => [outcome, i])) as Record<
  RowOutcome,
  number
>

const twiceInFile: Compared = { outcome: 'needsDecision', notes: [rowNote('twiceInFile')] }

class Review<Kind extends LayoutKind> {
  readonly #store: Store
  readonly #options: ReviewOptions<Kind>
  readonly #kind: KindModule<Kind>
  readonly #seen = new SeenKeys()
  /** Of rows that could not be read: they name somebody all the same, and are no row's double. */
  readonly #faulty = new SeenKeys()
  readonly #counts: ImportCounts
  readonly #noteCounts: Record<string, number> = {}
  readonly #notes: NoteToKeep[] = []
  readonly #noted: Record<NoteSort, number> = { asked: 0, refused: 0, flagged: 0 }

  constructor(store: Store, options: ReviewOptions<Kind>) {
    this.#store = store
    this.#options = options
    this.#kind = kinds[options.kind] as unknown as KindModule<Kind>
    this.#counts = { rows: 0, new: 0, changed: 0, same: 0, needsDecision: 0, rejected: 0 }
  }

  /** One answer a row. A key that the file has named before is asked about no second time. */
  async compare(rows: ReadRow<Kind>[]): Promise<Compared[]> {
    const compared: Compared[] = new Array(rows.length)
    const told: { row: ToldRow<Kind>; at: number }[] = []
    rows.forEach((row, at) => {
      if (!row.record) {
        if (row.named !== undefined) this.#faulty.add(row.named)
        compared[at] = { outcome: 'rejected' }
      } else if (this.#isNamedTwice(row as ToldRow<Kind>)) {
        compared[at] = withCells(row, twiceInFile)
      } else told.push({ row: row as ToldRow<Kind>, at })
    })
    const answers = await this.#kind.compare(
      { store: this.#store, job: this.#options },
      told.map(({ row }) => row),
    )
    told.forEach(({ row, at }, i) => {
      compared[at] = withCells(row, answers[i]!)
    })
    return compared
  }

  #isNamedTwice({ record }: ToldRow<Kind>): boolean {
    const key = this.#kind.keyOf?.(record)
    return key !== undefined && this.#seen.add(key)
  }

  async write(rows: ReadRow<Kind>[], compared: Compared[]): Promise<void> {
    const changes: ChangeRow[] = []
    const outcomes = new Uint8Array(rows.length)
    rows.forEach((row, i) => {
      const { outcome } = compared[i]!
      outcomes[i] = byteOf[outcome]
      this.#counts[outcome] += 1
      const change = this.#changeOf(row, compared[i]!)
      if (change) changes.push(change as unknown as ChangeRow)
    })
    this.#counts.rows += rows.length
    await this.#options.changes.write(changes, outcomes)
    this.#options.onProgress?.({ rows: this.#counts.rows })
  }

  /** The change of a row; none for a row that is the same. */
  #changeOf(row: ReadRow<Kind>, compared: Compared): FileChange<Kind> | undefined {
    const { outcome, residentId } = compared
    const { rowNumber, record } = row
    const own = compared.notes ?? []
    const notes =
      row.faults.length + row.flags.length + own.length === 0
        ? own
        : [...row.faults, ...own, ...row.flags]
    for (const { code } of notes) this.#noteCounts[code] = (this.#noteCounts[code] ?? 0) + 1
    if (notes.length > 0) {
      const sort = noteSortOf(outcome)
      this.#noted[sort] += 1
      if (this.#noted[sort] <= notedRowsMost) {
        this.#notes.push({ rowNumber, outcome, cells: notes.slice(0, cellsMost), residentId })
      }
    }
    if (outcome === 'same') return undefined
    const base = 'base' in compared ? compared.base : undefined
    return {
      ...{ rowNumber, outcome, notes },
      ...(record && outcome !== 'rejected' && { record }),
      ...(residentId !== undefined && { residentId }),
      ...(base !== undefined && { base }),
    }
  }

  /** Those of ours whom a full file left out; then everything is kept in the import's own rows. */
  async end(): Promise<Reviewed> {
    const { importId, municipalityCode } = this.#options
    const { missingFromFile, leftOut } = await this.#missing()
    const fileNotes = this.#fileNotes(missingFromFile)
    const [counts, noteCounts] = [this.#counts, this.#noteCounts]
    const reviewed = { counts, missingFromFile, noteCounts, fileNotes }
    const of = { municipalityCode, importId }
    await withPurpose(this.#store.sql, { municipalityCode, purpose: 'runImport' }, async (tx) => {
      await keepNotes(tx, this.#store, of, this.#notes)
      await keepLeftOut(tx, of, leftOut)
      await saveReview(tx, of, reviewed)
    })
    return reviewed
  }

  async #missing(): Promise<{ missingFromFile: number; leftOut: string[] }> {
    const { mode, changes, signal } = this.#options
    const leftOut: string[] = []
    let missingFromFile = 0
    if (mode !== 'full' || !this.#kind.missing) return { missingFromFile, leftOut }
    const context = { store: this.#store, job: this.#options }
    const isNamed = (key: string) => this.#seen.has(key) || this.#faulty.has(key)
    for await (const ids of this.#kind.missing(context, isNamed)) {
      if (signal?.aborted) throw stopped()
      missingFromFile += ids.length
      leftOut.push(...ids.slice(0, Math.max(0, leftOutMost - leftOut.length)))
      const left = ids.map((residentId) => ({ outcome: 'missing' as const, residentId }))
      await changes.write(left, new Uint8Array(0))
    }
    return { missingFromFile, leftOut }
  }

  #fileNotes(missing: number): FileNote[] {
    const { same, changed } = this.#counts
    const strangers = this.#noteCounts.birthDateDiffers ?? 0
    // What is new in a register is people; in every other file it is something of people who are known.
    const fresh = this.#options.kind === 'residentRegister' ? 0 : this.#counts.new
    const known = same + changed + fresh + strangers
    return [
      ...(strangers > fewAtLeast && strangers > known * strangersShare
        ? (['looksLikeAnotherTown'] as const)
        : []),
      ...(missing > fewAtLeast && missing > (known + missing) * missingShare
        ? (['leavesManyOut'] as const)
        : []),
    ]
  }
}

/** Of one row: whoever has more to say has a row that is wrong as a whole. */
const cellsMost = 20
const fewAtLeast = 10
const strangersShare = 0.2
const missingShare = 0.1
