/** What a file is and how it is to be read, from its header and its first rows: to be confirmed. */
import type {
  FileEncoding,
  FileFormat,
  FileProfile,
  FileSource,
  LayoutKind,
} from '../domain/municipal-file.ts'
import type { RawRow } from './cells.ts'
import { decoderOf } from './decode.ts'
import { guessHeader } from './guess-header.ts'
import { headerKey } from './layouts/spec.ts'
import { columnsMax, guessRowsMax, lineCharactersMax, sampleRows } from './limits.ts'
import { missingFields } from './profile.ts'
import { FileRefusal } from './refusal.ts'
import { isFilled } from './rows.ts'
import { encodingOf, formatOf, sniff } from './sniff.ts'
import { splitter } from './split.ts'

export type FileGuess = {
  /** To be confirmed, unless `isKnown`. Cannot read the file while `missingFields` has any. */
  profile: FileProfile
  /** 0 to 1: how sure the kind and the columns are. */
  confidence: number
  /** The municipality has confirmed this very profile before. */
  isKnown: boolean
  /** The header as it stands; empty for files without one. */
  header: string[]
  /** Headers of columns that nothing is read from. */
  unknownColumns: string[]
  /** Fields that the kind needs and no column gives. */
  missingFields: string[]
  /** The first five rows of data as they stand. */
  sample: string[][]
}

/** The first rows of a file, and how they came about. */
export type Head = { rows: RawRow[]; format: FileFormat; encoding: FileEncoding }

/**
 * Throws `FileRefusal` where nothing can be guessed. `known` are the municipality's own profiles: the
 * one whose columns are all there is taken before any guess.
 */
export async function guessFile(
  source: FileSource,
  known: readonly FileProfile[],
  signal?: AbortSignal,
): Promise<FileGuess> {
  const head = await headOf(source, signal)
  if (head.rows.length === 0) throw new FileRefusal('fileEmpty')
  return knownGuess(head, known) ?? newGuess(head)
}

async function headOf(source: FileSource, signal?: AbortSignal): Promise<Head> {
  const sniffed = await sniff(source, signal)
  if (sniffed.isWorkbook) throw new FileRefusal('xlsxBroken')
  const encoding = await encodingOf(source, sniffed, signal)
  const text = decoderOf(encoding)
    .decode(sniffed.head)
    .replace(/^\ufeff/, '')
  if (!sniffed.isWhole && !/[\r\n]/.test(text.slice(0, lineCharactersMax))) {
    throw new FileRefusal('fileLineTooLong', '1')
  }
  const format = formatOf(text)
  const split = splitter(format === 'tsv' ? '\t' : ',')
  const rows = [...split.push(text), ...(sniffed.isWhole ? split.end() : [])]
  return { rows: rows.filter(isFilled).slice(0, guessRowsMax), format, encoding }
}

function knownGuess(head: Head, known: readonly FileProfile[]): FileGuess | undefined {
  for (const profile of known) {
    if (profile.format !== head.format || !profile.hasHeader) continue
    const header = head.rows[profile.titleRows ?? 0]?.cells.map((cell) => cell.trim()) ?? []
    const keys = new Set(header.map(headerKey))
    const isThere = profile.columns.every(
      ({ from }) => !('header' in from) || keys.has(headerKey(from.header)),
    )
    if (!isThere) continue
    return guessOf({ ...profile, encoding: head.encoding }, head, header, 1, true)
  }
  return undefined
}

function newGuess(head: Head): FileGuess {
  const found = guessHeader(head)
  if (!found) throw new FileRefusal('fileLayoutUnknown')
  if (found.header.length > columnsMax) throw new FileRefusal('fileTooManyColumns')
  return guessOf(found.profile, head, found.header, found.confidence, false)
}

function guessOf(
  profile: FileProfile,
  head: Head,
  header: string[],
  confidence: number,
  isKnown: boolean,
): FileGuess {
  const used = new Set(
    profile.columns.flatMap(({ from }) => ('header' in from ? [headerKey(from.header)] : [])),
  )
  const first = (profile.titleRows ?? 0) + (profile.hasHeader ? 1 : 0)
  return {
    profile,
    confidence,
    isKnown,
    header,
    unknownColumns: header.filter((text) => text !== '' && !used.has(headerKey(text))),
    missingFields: missingFields(
      profile.kind as LayoutKind,
      profile.columns.map((c) => c.field),
    ),
    sample: head.rows.slice(first, first + sampleRows).map(({ cells }) => cells),
  }
}
