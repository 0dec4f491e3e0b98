/** Rows of a file as they are split, whatever holds them: in pieces, and never more of them than a few. */
import type { FileProfile, FileSource } from '../domain/municipal-file.ts'
import type { RawRow } from './cells.ts'
import { textOf } from './decode.ts'
import { fixedRows } from './fixed-width.ts'
import { splitter } from './split.ts'
import { sheetRows } from './xlsx/rows.ts'

/** Of every format. Rows of nothing but empty cells are left out; their numbers are not used again. */
export async function* rawRows(
  source: FileSource,
  profile: FileProfile,
  signal?: AbortSignal,
): AsyncGenerator<RawRow[]> {
  if (profile.format === 'xlsx') yield* sheetRows(source, signal)
  else if (profile.format === 'fixedWidth') yield* fixedRows(source, profile, signal)
  else yield* delimitedRows(source, profile, signal)
}

async function* delimitedRows(
  source: FileSource,
  { format, encoding }: FileProfile,
  signal?: AbortSignal,
): AsyncGenerator<RawRow[]> {
  const split = splitter(format === 'tsv' ? '\t' : ',')
  for await (const text of textOf(source, encoding, signal)) {
    const rows = split.push(text).filter(isFilled)
    if (rows.length > 0) yield rows
  }
  yield split.end().filter(isFilled)
}

export function isFilled({ cells }: RawRow): boolean {
  return cells.length > 1 ? cells.some((cell) => cell !== '') : cells[0] !== ''
}
