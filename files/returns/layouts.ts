/**
 * What a municipality gets back. The vaccination register has the columns that registers know from VRS
 * ("予防接種台帳向け出力": number of the person, then eight columns for each dose); the others are our own,
 * with headers that say what they hold.
 */
import { tokyoDateOf } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type DoseToPlace, placedDoses } from '../../domain/dose-slots.ts'
import { DomainError } from '../../domain/errors.ts'
import { findProduct } from '../../domain/product.ts'
import { returnWords as words } from '../../i18n/return-files.ts'
import {
  type Layout,
  type ReturnCell,
  type ReturnFile,
  type ReturnOptions,
  returnFile,
} from './return-file.ts'

/** Instants of recording in the clock that the town lives by; the wall's when left out. */
export type ReturnClock = { campaignAt(wallMs: number): number }

type RegisterDose = DoseToPlace & {
  productCode: string
  lotNumber: string
  municipalityCode: string
  recordedAt?: Date
  venueName?: string
  ticketNumber?: string
}
export type RegisterLine = { registerNumber: string; doses: readonly RegisterDose[] }

export const columnsPerDose = 8
/** Of the official layout: venue 30, physician 20, maker 20, lot 20. */
const longestInDose = [undefined, undefined, undefined, undefined, 30, 20, 20, 20] as const

/** `places`: how many doses a row has room for; 2 at least (`dosePlaces`). */
export function vaccinationRegisterCsv(
  pages: AsyncIterable<readonly RegisterLine[]>,
  options: ReturnOptions & { places: number; clock?: ReturnClock },
): ReturnFile {
  const { places, clock } = options
  const layout: Layout<RegisterLine> = {
    header: [
      words.register.number,
      ...Array.from({ length: places }, (_, i) => words.register.ofDose(i + 1)).flat(),
    ],
    cells: ({ registerNumber, doses }) => {
      const placed = placedDoses(doses, places)
      if (placed.length > places) {
        throw new DomainError('exportOvertaken', 'A dose was recorded while the file was made')
      }
      return [registerNumber, ...placed.flatMap((dose) => doseCells(dose, clock))]
    },
    longest: (column) => (column === 0 ? undefined : longestInDose[(column - 1) % columnsPerDose]),
    isForPeople: false,
  }
  return returnFile(layout, pages, options)
}

/** The physician is not known here: the column stays empty, as it may in the layout. */
function doseCells(dose: RegisterDose | undefined, clock: ReturnClock | undefined): ReturnCell[] {
  if (!dose) return Array.from({ length: columnsPerDose }, () => null)
  const { recordedAt, givenOn, ticketNumber, municipalityCode, venueName, lotNumber } = dose
  return [
    recordedAt ? stampOf(recordedAt, clock) : null,
    compactDay(givenOn),
    ticketNumber ?? null,
    municipalityCode,
    venueName ?? null,
    null,
    findProduct(dose.productCode)?.makerTexts[0] ?? dose.productCode,
    lotNumber,
  ]
}

const tokyoTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Tokyo',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** YYYYMMDDHHMMSS in Japan. */
function stampOf(at: Date, clock: ReturnClock | undefined): string {
  const moment = new Date(clock ? clock.campaignAt(at.getTime()) : at.getTime())
  return `${compactDay(tokyoDateOf(moment))}${tokyoTime.format(moment).replaceAll(':', '')}`
}

function compactDay(day: PlainDate): string {
  return day.replaceAll('-', '')
}

export type WaitingLine = {
  recordedAt: Date
  doseNumber: number
  givenOn: PlainDate
  venueName: string
  productCode: string
  lotNumber: string
  municipalityCode: string
  ticketNumber: string
  birthYear?: number
}

export function waitingListCsv(
  pages: AsyncIterable<readonly WaitingLine[]>,
  options: ReturnOptions & { clock?: ReturnClock } = {},
): ReturnFile {
  const layout: Layout<WaitingLine> = {
    header: words.waiting,
    cells: (line) => [
      line.municipalityCode,
      line.ticketNumber,
      line.doseNumber,
      compactDay(line.givenOn),
      stampOf(line.recordedAt, options.clock),
      line.venueName,
      findProduct(line.productCode)?.makerTexts[0] ?? line.productCode,
      line.lotNumber,
      line.birthYear ?? null,
    ],
    isForPeople: false,
  }
  return returnFile(layout, pages, options)
}

export type OverdueLine = {
  registerNumber: string
  doseNumber: number
  dueOn: PlainDate | null
  overdueOn: PlainDate
  daysOverdue: number
  stage: string
  noticesLeft: number
  lastNoticeOn: PlainDate | null
  lastChannel: 'mail' | 'letter' | null
  isByHand: boolean
  person?: {
    familyName: string
    givenName: string
    kana: string
    residence?: { postcode: string; address: string }
  }
}

export function overdueListCsv(
  pages: AsyncIterable<readonly OverdueLine[]>,
  options: ReturnOptions & { withAddress?: boolean } = {},
): ReturnFile {
  const { withAddress = false } = options
  const { overdue } = words
  const layout: Layout<OverdueLine> = {
    header: withAddress ? [...overdue.header, ...overdue.person] : overdue.header,
    cells: (line) => {
      const cells = [
        line.registerNumber,
        line.doseNumber,
        line.dueOn,
        line.overdueOn,
        line.daysOverdue,
        line.stage === 'inFollowUp' ? overdue.followUp : overdue.reminding,
        line.noticesLeft,
        line.lastNoticeOn,
        line.lastChannel && overdue.channels[line.lastChannel],
        line.isByHand ? overdue.byHand : overdue.byNotice,
      ]
      return withAddress ? [...cells, ...personCells(line)] : cells
    },
    isForPeople: true,
  }
  return returnFile(layout, pages, options)
}

function personCells({ person }: OverdueLine): ReturnCell[] {
  const { familyName, givenName, kana, residence } = person ?? {}
  const name = [familyName, givenName].filter(Boolean).join(' ')
  return [name, kana ?? '', residence?.postcode ?? '', residence?.address ?? '']
}

export type PublishedLine = {
  fromOn: PlainDate
  closedOn: PlainDate
  areaCode: string
  areaName: string | null
  doseGroup: 1 | 2 | 3
  ageBand: string
  doses: number | null
  isExact: boolean
}

/** Withheld figures say so; a small one reads 0 with "7 or fewer", as it was published. */
export function statisticsCsv(
  pages: AsyncIterable<readonly PublishedLine[]>,
  options: ReturnOptions = {},
): ReturnFile {
  const { statistics } = words
  const layout: Layout<PublishedLine> = {
    header: statistics.header,
    cells: (line) => [
      line.fromOn,
      line.closedOn,
      line.areaCode,
      line.areaName ?? statistics.whole,
      statistics.doses[line.doseGroup],
      statistics.bands[line.ageBand] ?? line.ageBand,
      line.doses ?? statistics.withheld,
      line.isExact ? statistics.exact : statistics.treated,
    ],
    isForPeople: true,
  }
  return returnFile(layout, pages, options)
}
