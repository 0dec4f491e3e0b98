/** What clerks may ask to have made, as a file or on paper, and what each needs. */
import type { PlainDate } from './course.ts'

export const returnKinds = [
  'vaccinationRegister',
  'waitingList',
  'overdueList',
  'statistics',
] as const
export type ReturnKind = (typeof returnKinds)[number]
export const paperKinds = ['doseForms', 'registerPrint'] as const
export type PaperKind = (typeof paperKinds)[number]

export const returnEncodings = ['utf-8', 'utf-8-bom', 'cp932'] as const
export type ReturnEncoding = (typeof returnEncodings)[number]

/** Codes and days alone: whom a file is about stands nowhere in what was asked. */
export type ReturnAsked = {
  encoding: ReturnEncoding
  /** Of the register: people of whom a dose was recorded in these days. */
  from?: PlainDate
  to?: PlainDate
  /** Of the overdue list: with names and addresses. */
  withAddress?: 1
}

export type FormsAsked = {
  venueCode: string
  /** The day of the venue. */
  givenOn: PlainDate
  doseNumber: number
  /** The batch after which this one goes on. */
  afterFile?: string
}

export type PrintAsked = { pages: 'all' | 'changed' }

/**
 * Whether a file opens sealed fields of many people: then two people agree to it first. Dose forms do not:
 * a batch is a pile for one venue and day, of at most some hundred people, as sheets of tickets are.
 */
export function needsTwoPeople(
  kind: ReturnKind | PaperKind,
  asked: { withAddress?: unknown },
): boolean {
  if (kind === 'overdueList') return asked.withAddress !== undefined
  return kind === 'vaccinationRegister' || kind === 'waitingList' || kind === 'registerPrint'
}

/** `131041-vaccinationRegister-20210720-1234rows.csv`: whose, what, of which day, how many. */
export function officeFileTitle(of: {
  municipalityCode: string
  kind: ReturnKind | PaperKind
  day: PlainDate
  rows: number
  as: 'csv' | 'pdf'
}): string {
  const day = of.day.replaceAll('-', '')
  return `${of.municipalityCode}-${of.kind}-${day}-${of.rows}rows.${of.as}`
}
