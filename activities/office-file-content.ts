/** What goes into a file that was asked for, of whichever kind. */
import type { Clock } from '../config/clock.ts'
import type { Tx } from '../db/client.ts'
import type { FileToMake } from '../db/queries/office-files.ts'
import { overdueListRows } from '../db/queries/returns/overdue-list.ts'
import { publishedRows } from '../db/queries/returns/statistics.ts'
import { dosePlaces, vaccinationRegisterRows } from '../db/queries/returns/vaccination-register.ts'
import { waitingListRows } from '../db/queries/returns/waiting-list.ts'
import type { Store } from '../db/store.ts'
import type { PlainDate } from '../domain/course.ts'
import type { FormsAsked, PrintAsked, ReturnAsked, ReturnKind } from '../domain/office-file.ts'
import {
  overdueListCsv,
  statisticsCsv,
  vaccinationRegisterCsv,
  waitingListCsv,
} from '../files/returns/layouts.ts'
import type { ReturnFile } from '../files/returns/return-file.ts'
import { doseFormsContent } from './print-dose-forms.ts'
import { registerPrintContent } from './print-register.ts'

/** A file being made, with the business day on which it is. */
export type FileInHand = FileToMake & { day: PlainDate }

export type ContentDeps = Store & { clock: Clock; signal?: AbortSignal }

/** Told once the bytes have been taken to their end. */
export type ContentCounts = {
  rows: number
  pages?: number
  lacking: string[]
  leftOut: number
  /** Cells cut because the layout gives them no more room. */
  shortened?: number
}

export type Content = {
  as: 'csv' | 'pdf'
  bytes: AsyncIterable<Uint8Array>
  counts(): ContentCounts
  /** What else is kept of it, in the transaction in which the file is said to be made. */
  keep?(tx: Tx): Promise<void>
}

export function contentOf(deps: ContentDeps, file: FileInHand): Promise<Content> {
  switch (file.kind) {
    case 'doseForms':
      return doseFormsContent(deps, file, file.asked as FormsAsked)
    case 'registerPrint':
      return registerPrintContent(deps, file, file.asked as PrintAsked)
    default:
      return returnContent(deps, file, file.kind, file.asked as ReturnAsked)
  }
}

async function returnContent(
  deps: ContentDeps,
  { municipalityCode, day: today }: FileInHand,
  kind: ReturnKind,
  { encoding, from, to, withAddress }: ReturnAsked,
): Promise<Content> {
  const { clock, signal } = deps
  const ask = { municipalityCode, today, ...(signal && { signal }) }
  let leftOut = 0
  const file = await (async (): Promise<ReturnFile> => {
    switch (kind) {
      case 'vaccinationRegister': {
        const recorded = { ...(from && { from }), ...(to && { to }) } as Recorded
        const rows = vaccinationRegisterRows(deps, { ...ask, recorded })
        return vaccinationRegisterCsv(rows, {
          ...{ encoding, clock, places: await dosePlaces(deps, ask) },
        })
      }
      case 'waitingList':
        return waitingListCsv(waitingListRows(deps, ask), { encoding, clock })
      case 'overdueList': {
        const isWith = withAddress === 1
        const onLeftOut = (people: number) => {
          leftOut += people
        }
        const rows = overdueListRows(deps, { ...ask, withAddress: isWith, onLeftOut })
        return overdueListCsv(rows, { encoding, withAddress: isWith })
      }
      case 'statistics':
        return statisticsCsv(publishedRows(deps, ask), { encoding })
    }
  })()
  const { summary } = file
  const counts = () => {
    const { rows, lacking, shortened } = summary
    return { rows, lacking, leftOut, shortened }
  }
  return { as: 'csv', bytes: file, counts }
}

type Recorded = { from?: PlainDate; to?: PlainDate }
