/** Short ways to read a made-up municipal file in a test. */
import type { PlainDate } from '../../domain/calendar.ts'
import type { FileProfile, FileSource, LayoutKind, ReadRow } from '../../domain/municipal-file.ts'
import { encodeCp932 } from '../../files/cp932.ts'
import { type FileGuess, guessFile, readRows } from '../../files/read-file.ts'

export const today = '2021-06-09' as PlainDate
export const municipalityCode = '131041'

/** Throws where a character has no code there. */
export function cp932(text: string): Uint8Array {
  const bytes = encodeCp932(text)
  if (!bytes) throw new Error('A character of the test is not in CP932')
  return bytes
}

export async function rowsOf<Kind extends LayoutKind>(
  source: FileSource,
  profile: FileProfile & { kind: Kind },
): Promise<ReadRow<Kind>[]> {
  const rows: ReadRow<Kind>[] = []
  for await (const batch of readRows(source, profile, { municipalityCode, today }))
    rows.push(...batch)
  return rows
}

export async function guessedRows(
  source: FileSource,
  known: FileProfile[] = [],
): Promise<{ guess: FileGuess; rows: ReadRow[] }> {
  const guess = await guessFile(source, known)
  return { guess, rows: await rowsOf(source, guess.profile) }
}

/** `row 3 D 生年月日 dateForm` of every fault: what a clerk is shown. */
export function faultsOf(rows: readonly ReadRow[]): string[] {
  return rows.flatMap(({ rowNumber, faults }) =>
    faults.map(({ column, header, code }) => [rowNumber, column, header, code].join(' ')),
  )
}

export function flagsOf(rows: readonly ReadRow[]): string[] {
  return rows.flatMap(({ rowNumber, flags }) =>
    flags.map(({ column, header, code }) => [rowNumber, column, header, code].join(' ')),
  )
}
