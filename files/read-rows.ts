/** The rows of a file by its profile: whatever the format, in batches, in constant memory. */
import type { PlainDate } from '../domain/calendar.ts'
import type { FileProfile, FileSource, LayoutKind, ReadRow } from '../domain/municipal-file.ts'
import { type RowReader, rowReader } from './bind.ts'
import type { RawRow } from './cells.ts'
import { fieldSpec } from './layouts/kinds.ts'
import { batchRowsMax, rowsMax } from './limits.ts'
import { FileRefusal } from './refusal.ts'
import { rawRows } from './rows.ts'

export type ReadContext = {
  /** Whose file it is meant to be. */
  municipalityCode: string
  /** In Tokyo: days after it are faults where they cannot be. */
  today: PlainDate
  /** Stops the reading with the signal's own reason. */
  signal?: AbortSignal
}

/** What a batch holds at most, beside its number of rows: rows may be long. */
const batchCharactersMax = 2_097_152

/**
 * The rows of data in order, in batches of at most 1,000. Throws `FileRefusal` when the file as a whole
 * turns out not to be what the profile says; `where` is then the row reached. Constant memory.
 */
export async function* readRows<Kind extends LayoutKind>(
  source: FileSource,
  profile: FileProfile & { kind: Kind },
  context: ReadContext,
): AsyncGenerator<ReadRow<Kind>[]> {
  let read: RowReader<Kind> | undefined
  let toSkip = profile.titleRows ?? 0
  let batch: ReadRow<Kind>[] = []
  let characters = 0
  let last = 0
  try {
    if (!profile.hasHeader) read = rowReader(profile, headerOf(undefined, profile), context)
    for await (const rows of rawRows(source, profile, context.signal)) {
      for (const raw of rows) {
        last = raw.rowNumber
        if (toSkip > 0) {
          toSkip -= 1
          continue
        }
        if (!read) {
          read = rowReader(profile, headerOf(raw, profile), context)
          continue
        }
        if (last > rowsMax) throw new FileRefusal('fileTooManyRows')
        const row = read(raw)
        batch.push(row)
        characters += charactersOf(raw)
        if (batch.length >= batchRowsMax || characters >= batchCharactersMax) {
          yield batch
          batch = []
          characters = 0
        }
      }
    }
    if (!read) throw new FileRefusal('fileEmpty')
    if (batch.length > 0) yield batch
  } catch (error) {
    if (!(error instanceof FileRefusal) || error.where !== undefined) throw error
    throw new FileRefusal(error.code, last > 0 ? String(last) : undefined, error.value)
  }
}

/** Fixed-width files have no names for their columns; our own stand in for them. */
export function headerOf(
  row: RawRow | undefined,
  { format, kind, columns }: FileProfile,
): string[] {
  if (format !== 'fixedWidth') return row?.cells.map((cell) => cell.trim()) ?? []
  return columns.map(({ field }) => fieldSpec(kind, field)?.spellings[0] ?? field)
}

function charactersOf({ cells }: RawRow): number {
  let characters = 0
  for (const cell of cells) characters += cell.length
  return characters
}
