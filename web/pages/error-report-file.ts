import { z } from 'zod'
import { readReport } from '../../db/queries/findings/reports.ts'
import { officeOf } from '../../db/queries/municipalities.ts'
import { reportCsv, reportPdf } from '../error-report.ts'
import type { Page } from '../page.ts'

export type Download = { name: string; type: string; body: string | Uint8Array<ArrayBuffer> }

const nameSchema = z.string().regex(/^[0-9a-f-]{36}\.(pdf|csv)$/)

/** `<id>.pdf` or `<id>.csv`; undefined for a report that is not of the reader's municipality. */
export async function errorReportFile(page: Page, name: string): Promise<Download | undefined> {
  const { who } = page
  if (who.kind !== 'account' || !/^\d{6}$/.test(who.office)) return undefined
  if (!nameSchema.safeParse(name).success) return undefined
  const [id, kind] = name.split('.') as [string, 'pdf' | 'csv']
  if (!z.guid().safeParse(id).success) return undefined
  const report = await readReport(page.sql, who.office, id, page.clock.today())
  if (!report) return undefined
  const when = report.month ? report.month.slice(0, 7) : report.openedOn
  const stem = `error-report-${report.form}-${when}-${report.lines.length}-rows`
  if (kind === 'csv') {
    const body = reportCsv({ page, report })
    return { name: `${stem}.csv`, type: 'text/csv; charset=utf-8', body }
  }
  const office = await officeOf(page.sql, who.office)
  const pdf = await reportPdf({ page, report, office, code: who.office })
  return { name: `${stem}.pdf`, type: 'application/pdf', body: new Uint8Array(pdf) }
}
