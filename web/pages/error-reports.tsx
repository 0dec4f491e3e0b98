import type { ReportLine } from '../../db/queries/findings/reports.ts'
import { partsOf } from '../../domain/calendar.ts'
import { Section, Table, Tag } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { dayWords, numberWords } from '../format.ts'
import { href, type Page } from '../page.ts'

/** Reports to the prefecture: what is owed by when, its documents, and the day on which it was sent. */
export function Reports({ page, reports }: { page: Page; reports: ReportLine[] }) {
  const words = page.words.findings
  const today = page.clock.today()
  const late = reports.filter(({ sentOn, dueOn }) => !sentOn && dueOn < today)
  return (
    <Section id="reports" title={words.reportsTitle}>
      <p>{words.reportsLead}</p>
      {late.length > 0 && (
        <p class="error" role="alert">
          {words.reportOverdue(numberWords(late.length))}
        </p>
      )}
      {reports.length === 0 ? (
        <p>{words.noReports}</p>
      ) : (
        <Table
          caption={words.reportsTitle}
          columns={[
            { head: words.of },
            { head: words.findingsIn, isNumber: true },
            { head: words.reportDue },
            { head: words.files },
            { head: words.sentOn },
          ]}
          rows={reports.map((report) => [
            reportName(page, report),
            numberWords(report.findings),
            <>
              {dayWords(report.dueOn, page.lang)}{' '}
              {late.includes(report) && <Tag tone="late">{words.isOverdue}</Tag>}
            </>,
            <>
              <a href={href(page, `/findings/reports/${report.id}.pdf`)}>PDF</a>{' '}
              <a href={href(page, `/findings/reports/${report.id}.csv`)}>CSV</a>
            </>,
            report.sentOn ? (
              dayWords(report.sentOn, page.lang)
            ) : (
              <SentForm page={page} report={report} />
            ),
          ])}
        />
      )}
    </Section>
  )
}

export function reportName(page: Page, { form, month, openedOn }: ReportLine): string {
  const words = page.words.findings
  const { year, month: of } = partsOf(month ?? openedOn)
  const when = month ? words.month(String(year), String(of)) : dayWords(openedOn, page.lang)
  return `${when} ${words.forms[form]}`
}

function SentForm({ page, report }: { page: Page; report: ReportLine }) {
  const words = page.words.findings
  const today = page.clock.today()
  return (
    <form method="post" action={`/findings/reports/${report.id}/sent`}>
      <Language page={page} />
      <input
        type="date"
        name="sentOn"
        aria-label={words.sentOn}
        value={today}
        min={report.openedOn}
        max={today}
        required
      />
      <button type="submit">{words.markSent}</button>
    </form>
  )
}
