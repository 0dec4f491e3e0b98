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

/** Half-width kana and the characters of JIS X 0208. Throws as `cp932` does. */
export function eucJp(text: string): Uint8Array {
  eucTable ??= tableOfEuc()
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const bytes = character < '\u0080' ? [character.charCodeAt(0)] : eucTable!.get(character)
      if (!bytes) throw new Error('A character of the test is not in EUC-JP')
      return bytes
    }),
  )
}

let eucTable: Map<string, number[]> | undefined

function tableOfEuc(): Map<string, number[]> {
  const decoder = new TextDecoder('euc-jp')
  const leads = [0x8e, ...Array.from({ length: 0xf4 - 0xa1 + 1 }, (_, at) => 0xa1 + at)]
  const pairs = leads.flatMap((lead) => Array.from({ length: 94 }, (_, at) => [lead, 0xa1 + at]))
  return new Map(pairs.map((pair) => [decoder.decode(Uint8Array.from(pair)), pair]))
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
  asked?: LayoutKind,
): Promise<{ guess: FileGuess; rows: ReadRow[] }> {
  const guess = await guessFile(source, known, { asked })
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
