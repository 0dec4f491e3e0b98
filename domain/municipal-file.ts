/**
 * What a municipality's file can be, and what one row of it says once it is read. A row says what the
 * file says and nothing more: what it means for the register is the register's own rooms' business.
 */
import type { PlainDate } from './course.ts'

export const layoutKinds = [
  /** 住民基本台帳 extract: who lives here. Full or difference file. */
  'residentRegister',
  /** 接種券番号: which ticket number belongs to which register number. */
  'ticketNumbers',
  /** 個人番号: which My Number belongs to which register number. */
  'myNumberLinks',
  /** 異動: moves, births, removals, as events. */
  'moves',
  'deaths',
  /** 支援措置 and similar. */
  'protections',
  /** Doses from paper or from a local vaccination register. */
  'doses',
] as const
export type LayoutKind = (typeof layoutKinds)[number]

export type ResidentRecord = {
  registerNumber: string
  family: string
  given: string
  kana: string
  bornOn: PlainDate
  postcode: string
  address: string
  residentSince: PlainDate
  householdNumber?: string
  mail?: string
  myNumber?: string
  /**
   * Code of the facility somebody lives in, and of the group that is called early. An empty text says
   * "in none"; left out where the file has no such column.
   */
  facilityCode?: string
  priorityGroup?: string
}

/**
 * `bornOn` of these, and of deaths and protections, says nothing new: with it, a number that is another town's
 * is found out.
 */
export type TicketRecord = {
  registerNumber: string
  bornOn?: PlainDate
  number: string
  issuedOn: PlainDate
}
export type MyNumberRecord = { registerNumber: string; bornOn?: PlainDate; myNumber: string }

export const moveKinds = [
  'moveOutNotified',
  'moveCancelled',
  'movedIn',
  'addressChanged',
  'movedAbroad',
  /** 出生: a resident from this day. */
  'born',
  /** 職権消除: taken off the register ex officio; may be called off by `restored` (職権回復). */
  'removed',
  'restored',
] as const
export type MoveKind = (typeof moveKinds)[number]

export type MoveRecord = {
  kind: MoveKind
  registerNumber: string
  effectiveOn: PlainDate
  notifiedOn?: PlainDate
  /** Of a move-in: where from. Without a number the former town is asked by My Number. */
  former?: { municipalityCode: string; registerNumber?: string }
  /** Of a move-in, a birth, a new address: the person or the address as they are now. */
  resident?: Partial<Omit<ResidentRecord, 'registerNumber'>>
}

export type DeathRecord = { registerNumber: string; bornOn?: PlainDate; on: PlainDate }
export type ProtectionRecord = {
  registerNumber: string
  bornOn?: PlainDate
  from: PlainDate
  to?: PlainDate
}

/** By ticket (issuer and number) or by register number; one of the two is there. */
export type DoseRecord = {
  ticket?: { municipalityCode: string; number: string }
  registerNumber?: string
  bornOn?: PlainDate
  doseNumber: number
  givenOn: PlainDate
  venueCode: string
  productCode: string
  lotNumber: string
}

/**
 * A row of a vaccination register: somebody with all their doses, by place. Whoever has none yet has an
 * empty list.
 */
export type PersonDoses = {
  registerNumber: string
  bornOn?: PlainDate
  doses: PlacedDose[]
}

/** What one block of columns says. Its venue has a name or a code; a handed-back file may leave out both. */
export type PlacedDose = {
  doseNumber: number
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  ticketNumber?: string
  /** Of whoever issued the ticket; left out, the town whose file it is. */
  ticketMunicipalityCode?: string
  venueName?: string
  venueCode?: string
}

export type RecordOf = {
  residentRegister: ResidentRecord
  ticketNumbers: TicketRecord
  myNumberLinks: MyNumberRecord
  moves: MoveRecord
  deaths: DeathRecord
  protections: ProtectionRecord
  doses: DoseRecord | PersonDoses
}

/**
 * What is wrong with, or remarkable about, one cell. `value` is what stood there: personal data, shown
 * to the town's clerk and sealed wherever it is kept.
 */
export type CellNote = {
  /** As a spreadsheet shows it: 'D'. Empty where the row as a whole is meant. */
  column: string
  /** The file's own name of the column; empty in files without a header. */
  header: string
  /** Stable; its words and its cure stand in `i18n/import-codes.ts`. */
  code: string
  value: string
}

/** Where each field of a row stands, by field: a note about it names its own cell. */
export type CellPlaces = ReadonlyMap<string, { index: number; column: string; header: string }>

/** One row of a file as it was read. Rows are numbered as a spreadsheet numbers them, from 1. */
export type ReadRow<Kind extends LayoutKind = LayoutKind> = {
  rowNumber: number
  /** The cells as they stand, decoded: what the results file gives back. */
  cells: string[]
  /** Missing when a fault makes it unreadable. */
  record?: RecordOf[Kind]
  /** Whom a row without a record is about, where its number could be read: it is not left out. */
  named?: string
  /** Why there is no record. */
  faults: CellNote[]
  /** What is kept as it is and shown: private-use characters, a reading that had to guess. */
  flags: CellNote[]
  /** The same of all rows of a file; not kept with them. */
  places?: CellPlaces
}

export type FileFormat = 'csv' | 'tsv' | 'fixedWidth' | 'xlsx'
/** EUC-JP is read alone: registers on old Unix systems write it, and nobody asks for it back. */
export type FileEncoding = 'utf-8' | 'utf-8-bom' | 'cp932' | 'euc-jp'

/** How one register system writes one kind of file; kept per municipality once a clerk confirmed it. */
export type FileProfile = {
  kind: LayoutKind
  /** The system's own name, or that of a canonical layout. */
  name: string
  format: FileFormat
  encoding: FileEncoding
  hasHeader: boolean
  /** Rows above the header, or above the first row of data: a title, the day of the extract. */
  titleRows?: number
  /** Of a fixed-width file without line ends: the length of a record in bytes. */
  recordBytes?: number
  /** Which column gives which field, and how it is to be read: data, validated by `files/profile.ts`. */
  columns: readonly ProfileColumn[]
}

export type ProfileColumn = {
  field: string
  /** By the header's text, or by position (0-based), or by bytes [from, to) of a fixed-width line. */
  from: { header: string } | { index: number } | { bytes: readonly [number, number] }
  /** A reading that `files/` knows by name (`date`, `eraDate`, `excelSerial`, `kana`, `code`, `text`, …) and its table. */
  reading: string
  codes?: Readonly<Record<string, string>>
}

/** Bytes of a file from its beginning; opened as often as it has to be read. */
export type FileSource = { open(): AsyncIterable<Uint8Array>; bytes: number; name: string }
