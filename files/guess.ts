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
import { fixedRows } from './fixed-width.ts'
import { fitColumns, type UnknownCodes } from './guess-columns.ts'
import { guessByContent } from './guess-content.ts'
import { isContested } from './guess-contested.ts'
import { guessHeader } from './guess-header.ts'
import { doseFields } from './layouts/doses-by-person.ts'
import { layouts } from './layouts/kinds.ts'
import { headerKey } from './layouts/spec.ts'
import { guessRowsMax, sampleRows } from './limits.ts'
import { type KeptProfile, missingFields } from './profile.ts'
import { FileRefusal } from './refusal.ts'
import { isFilled, refuseTooWide } from './rows.ts'
import { type Tried, triedOn } from './sample.ts'
import { encodingOf, formatOf, hasLineEnd, type Sniffed, sniff } from './sniff.ts'
import { splitter } from './split.ts'
import { sheetRows } from './xlsx/rows.ts'

export type FileGuess = {
  /** To be confirmed, unless `isKnown`. Reads the file once `missingFields` has none. */
  profile: FileProfile
  /** 0 to 1: how sure the kind and the columns are. */
  confidence: number
  /** The municipality has confirmed this profile before, and the file fits it. */
  isKnown: boolean
  /** Another kind of file has these columns, too: whoever brought it is asked, however well the profile fits. */
  isContested: boolean
  /** The header as it stands; empty for files without one. */
  header: string[]
  /** Headers of columns that nothing is read from. */
  unknownColumns: string[]
  /** Fields that the kind needs and no column gives. */
  missingFields: string[]
  /** Codes by field that no table explains: what they mean belongs into the profile's `codes`. */
  unknownCodes: UnknownCodes
  /** The first five rows of data as they stand. */
  sample: string[][]
}

/** The first rows of a file, and how they came about. */
export type Head = {
  rows: RawRow[]
  format: FileFormat
  encoding: FileEncoding
  /** Up to the last line end. */
  bytes: Uint8Array
  /** No line ends in all of the first bytes: records of one length, or no table at all. */
  isEndless: boolean
}

/** A known profile fits a file whose first rows read; a guess of a headerless file as well. */
const fittingShare = 0.8

/** `asked`: what whoever brought the file says that it is. */
export type GuessOptions = { signal?: AbortSignal | undefined; asked?: LayoutKind | undefined }

/**
 * Throws `FileRefusal` where nothing can be guessed. `known` are the municipality's own profiles: of those
 * whose columns are there, and that read the first rows, one is taken before any guess; unless another kind
 * has these columns, too.
 */
export async function guessFile(
  source: FileSource,
  known: readonly KeptProfile[],
  { signal, asked }: GuessOptions = {},
): Promise<FileGuess> {
  const head = await headOf(source, signal)
  const guess = await knownGuess(head, known, asked)
  if (guess && !(guess.isContested && looksLikeAnother(guess, head))) return guess
  if (head.isEndless) throw new FileRefusal('fileLineTooLong', '1')
  if (head.rows.length === 0) throw new FileRefusal('fileEmpty')
  return newGuess(head, asked)
}

async function headOf(source: FileSource, signal?: AbortSignal): Promise<Head> {
  const sniffed = await sniff(source, signal)
  if (sniffed.isWorkbook) {
    const rows = await firstOf(sheetRows(source, signal))
    return { rows, format: 'xlsx', encoding: 'utf-8', bytes: sniffed.head, isEndless: false }
  }
  const encoding = await encodingOf(source, sniffed, signal)
  const text = decoderOf(encoding)
    .decode(sniffed.head)
    .replace(/^\ufeff/, '')
  const isEndless = !sniffed.isWhole && !hasLineEnd(sniffed.head)
  const format = isEndless ? 'fixedWidth' : formatOf(text)
  const split = splitter(format === 'tsv' ? '\t' : ',')
  const rows = isEndless ? [] : [...split.push(text), ...(sniffed.isWhole ? split.end() : [])]
  return {
    rows: rows.filter(isFilled).slice(0, guessRowsMax),
    format,
    encoding,
    bytes: completeLines(sniffed),
    isEndless,
  }
}

function completeLines({ head, isWhole }: Sniffed): Uint8Array {
  const end = head.lastIndexOf(10)
  return isWhole || end < 0 ? head : head.subarray(0, end + 1)
}

async function firstOf(batches: AsyncIterable<RawRow[]>): Promise<RawRow[]> {
  const rows: RawRow[] = []
  for await (const batch of batches) {
    rows.push(...batch)
    if (rows.length >= guessRowsMax) break
  }
  return rows.slice(0, guessRowsMax)
}

type Fitting = { profile: KeptProfile; rows: readonly RawRow[]; tried: Tried }

/** Of profiles of two kinds that fit, the one that reads more of the columns is meant. */
async function knownGuess(
  head: Head,
  known: readonly KeptProfile[],
  asked?: LayoutKind,
): Promise<FileGuess | undefined> {
  const fitting = new Map<LayoutKind, Fitting>()
  for (const confirmed of known) {
    const { kind } = confirmed
    if (fitting.has(kind) || (asked !== undefined && asked !== kind)) continue
    const found = await fittingOf(head, confirmed)
    if (found) fitting.set(kind, found)
  }
  const [best] = [...fitting.values()].sort(
    (a, b) => b.profile.columns.length - a.profile.columns.length,
  )
  if (!best) return undefined
  const { profile, rows, tried } = best
  const guess = guessOf(profile, rows, tried, { confidence: 1, unknownCodes: {} }, asked)
  return guess.isContested ? { ...guess, confidence: 0.5 } : { ...guess, isKnown: true }
}

async function fittingOf(head: Head, confirmed: KeptProfile): Promise<Fitting | undefined> {
  const isFixed = confirmed.format === 'fixedWidth'
  // A record of numbers alone may hold commas by chance, and a file of one column has none.
  if (confirmed.format !== head.format && !isFixed) return undefined
  if (head.format === 'xlsx' && isFixed) return undefined
  const profile = { ...confirmed, encoding: head.encoding }
  const rows = isFixed ? await fixedSample(head, profile) : head.rows
  const tried = triedOn(profile, rows)
  if (!tried || tried.share < fittingShare || leavesDosesUnread(profile, head)) return undefined
  return { profile, rows, tried }
}

/** By its header it is of another kind, whole: that is what a clerk is asked to confirm. */
function looksLikeAnother({ profile }: FileGuess, head: Head): boolean {
  const named = guessHeader(head)?.profile
  if (!named || named.kind === profile.kind) return false
  const fields = named.columns.map(({ field }) => field)
  return missingFields(named.kind, fields).length === 0
}

/** A profile of two doses fits a register that has a third by now, and would read it as if it had none. */
function leavesDosesUnread({ kind, columns }: FileProfile, head: Head): boolean {
  const own = layouts[kind].otherForm?.own
  if (!own || !columns.some(({ field }) => own.has(field))) return false
  const read = new Set(columns.map(({ field }) => field))
  const given = doseFields.map(({ givenOn }) => givenOn)
  const named = guessHeader(head)?.profile.columns ?? []
  return named.some(({ field }) => given.includes(field) && !read.has(field))
}

async function fixedSample({ bytes }: Head, profile: FileProfile): Promise<RawRow[]> {
  const open = async function* () {
    yield bytes
  }
  try {
    return await firstOf(fixedRows({ open, bytes: bytes.length, name: '' }, profile))
  } catch (error) {
    if (error instanceof FileRefusal) return []
    throw error
  }
}

function newGuess(head: Head, asked?: LayoutKind): FileGuess {
  const byHeader = head.format === 'fixedWidth' ? undefined : guessHeader(head, asked)
  if (byHeader) refuseTooWide(head.rows[byHeader.profile.titleRows ?? 0]!)
  const guessed = byHeader?.profile ?? guessByContent(head.rows, head.format, head.encoding, asked)
  if (!guessed) {
    throw new FileRefusal(
      head.format === 'fixedWidth' ? 'fileFixedWidthUnknown' : 'fileLayoutUnknown',
    )
  }
  const { profile, unknownCodes } = fitColumns(guessed, head.rows)
  const tried = triedOn(profile, head.rows) ?? { rows: [], share: 0 }
  if (!byHeader && tried.share < fittingShare) throw new FileRefusal('fileLayoutUnknown')
  const confidence = (byHeader?.confidence ?? 0.5) * (0.5 + 0.5 * tried.share)
  return guessOf(profile, head.rows, tried, { confidence, unknownCodes }, asked)
}

function guessOf(
  profile: KeptProfile,
  rows: readonly RawRow[],
  tried: Tried,
  said: Pick<FileGuess, 'confidence' | 'unknownCodes'>,
  asked: LayoutKind | undefined,
): FileGuess {
  const { kind, columns, hasHeader, titleRows = 0 } = profile
  const header =
    hasHeader && profile.format !== 'fixedWidth'
      ? (rows[titleRows]?.cells.map((cell) => cell.trim()) ?? [])
      : []
  const named = new Set(
    columns.flatMap(({ from }) => ('header' in from ? [headerKey(from.header)] : [])),
  )
  const placed = new Set(columns.flatMap(({ from }) => ('index' in from ? [from.index] : [])))
  return {
    ...said,
    profile,
    isKnown: false,
    isContested: asked !== kind && isContested(profile, header),
    header,
    unknownColumns: header.filter(
      (text, index) => text !== '' && !named.has(headerKey(text)) && !placed.has(index),
    ),
    missingFields: missingFields(
      kind,
      columns.map(({ field }) => field),
    ),
    sample: tried.rows.slice(0, sampleRows).map(({ cells }) => cells),
  }
}
