/** The counts of `/supply` as files: CSV for people; the kind, the days and the rows are in the name. */

import type { ReserveLine } from '../../db/queries/supply.ts'
import { type Cell, csvForPeople } from '../../files/csv.ts'
import { productName } from '../components/product.ts'
import type { Page } from '../page.ts'
import type { Download } from './error-report-file.ts'
import { periodOf, readCounts, readReserve, townOf } from './supply-data.ts'

/** Undefined for a file that there is not, a period that cannot be, and a reader without a municipality. */
export async function supplyFile(
  page: Page,
  name: string,
  query: Record<string, string>,
): Promise<Download | undefined> {
  const town = townOf(page)
  if (!town) return undefined
  const { supply } = page.words.findings
  if (name === 'reserve.csv' || name === 'reserve.json') {
    const lines = await readReserve(page, town)
    const on = page.clock.today()
    if (name === 'reserve.json') {
      const body = { axis: 'venueOfFirstDose', on, lines }
      return json(`second-dose-reserve-${on}-${lines.length}-rows`, body)
    }
    return csv(`second-dose-reserve-${on}`, supply.reserveHeader, reserveRows(page, lines))
  }
  const period = periodOf(query, page.clock.today())
  if (!period) return undefined
  const { doses, unresolved } = await readCounts(page, town, period)
  const { by, from, to } = period
  if (name === 'doses.csv') {
    const rows = doses.map((line) => [
      ...[line.venueCode, line.venueName, supply.kinds[by], line.onDay],
      productName(line.productCode, page.lang),
      ...[line.lotNumber, line.doseNumber, line.doses],
    ])
    return csv(`venue-doses-${by}-${from}-${to}`, supply.countsHeader, rows)
  }
  if (name === 'beside.csv') {
    const rows = unresolved.map((line) => [
      ...[line.venueCode, supply.verdicts[line.verdict]],
      productName(line.productCode, page.lang),
      ...[line.lotNumber, line.doseNumber, line.scans],
    ])
    return csv(`venue-held-and-waiting-${page.clock.today()}`, supply.besideHeader, rows)
  }
  return undefined
}

function reserveRows(page: Page, lines: ReserveLine[]): Cell[][] {
  const { supply } = page.words.findings
  return lines.map((line) => [
    line.venueCode ?? '',
    line.venueCode ? (line.venueName ?? '') : supply.reserveMoved,
    productName(line.productCode, page.lang),
    ...[line.doseNumber, line.dueWeek, line.awaiting, line.overdue, line.reserved],
    line.inFollowUp,
  ])
}

function csv(stem: string, header: readonly string[], rows: Cell[][]): Download {
  return {
    name: `${stem}-${rows.length}-rows.csv`,
    type: 'text/csv; charset=utf-8',
    body: csvForPeople(header, rows),
  }
}

function json(stem: string, body: unknown): Download {
  return {
    name: `${stem}.json`,
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify(body)}\n`,
  }
}
