/**
 * Reports of errors in giving doses: a serious one of its dose at once, the minor ones of a month together.
 * A report tells of the findings that name it, as long as their rule hits; once it is sent, what it said is
 * kept with it, and those findings are not decided otherwise.
 */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { monthOf, type ReportForm, reportDueOn } from '../../../domain/finding-severity.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import { lookAtDoses, withoutHiddenVenues } from './list.ts'

/** The report that a decision of today goes into; opened if there is none that has not been sent. */
export async function reportFor(
  tx: Tx,
  about: { municipalityCode: string; form: ReportForm; doseId: string; today: PlainDate },
): Promise<string> {
  const { municipalityCode, form, today } = about
  const doseId = form === '4-10-2' ? about.doseId : null
  const month = form === '4-10-3' ? monthOf(today) : null
  await tx`
    insert into error_report (municipality_code, id, form, dose_id, month, opened_on, due_on)
    values (${municipalityCode}, ${randomUUID()}, ${form}, ${doseId}, ${month}, ${today},
            ${reportDueOn(form, today)})
    on conflict (municipality_code, form, dose_id, month) where sent_on is null do nothing`
  // Locked: it is not sent before what is decided now is in it.
  const [row] = await tx<{ id: string }[]>`
    select id from error_report
     where municipality_code = ${municipalityCode} and form = ${form} and sent_on is null
       and dose_id is not distinct from ${doseId} and month is not distinct from ${month}
       for no key update`
  return row!.id
}

export type ReportLine = {
  id: string
  form: ReportForm
  /** Its first day; of a month's list alone. */
  month: PlainDate | null
  openedOn: PlainDate
  dueOn: PlainDate
  sentOn: PlainDate | null
  findings: number
}

const reportsAtMost = 200

/** Those that are to be sent first, the one due first at the top. Nobody is looked at. */
export function listReports(sql: Sql, municipalityCode: string): Promise<ReportLine[]> {
  const scope = { municipalityCode, purpose: 'showTown' } as const
  return withPurpose(
    sql,
    scope,
    (tx) => tx<ReportLine[]>`
      select r.id, r.form, r.month, r.opened_on as "openedOn", r.due_on as "dueOn",
             r.sent_on as "sentOn",
             coalesce(jsonb_array_length(r.sent_lines), count(f.code))::int as findings
        from error_report r
        left join finding f on (f.municipality_code, f.report_id) = (r.municipality_code, r.id) and f.hits
       where r.municipality_code = ${municipalityCode}
       group by r.municipality_code, r.id
      having coalesce(jsonb_array_length(r.sent_lines), count(f.code)) > 0
       order by r.sent_on desc nulls first, r.due_on, r.id limit ${reportsAtMost}`,
  )
}

/** What the forms ask for as far as it is known; nobody is named. */
export type ErrorLine = {
  code: string
  decidedOn: PlainDate
  reason: string
  doseNumber: number
  givenOn: PlainDate
  recordedOn: PlainDate
  /** Null of whoever is protected: it is written in by hand. */
  venueCode: string | null
  venueName: string | null
  productCode: string
  lotNumber: string
  /** In force when it is read. */
  lotExpiresOn: PlainDate | null
  ageBand: '-64' | '65-' | 'UNK'
}

export type ErrorReport = ReportLine & { lines: ErrorLine[] }

/** With whose it is, for the look that whoever reads it leaves. */
type OwnedLine = ErrorLine & { residentId: string; courseId: string }

/** Undefined when that town has no such report. One look for each person whose dose it tells of. */
export async function readReport(
  sql: Sql,
  municipalityCode: string,
  id: string,
  today: PlainDate,
): Promise<ErrorReport | undefined> {
  const scope = { municipalityCode, purpose: 'checkFindings' } as const
  return withPurpose(sql, scope, async (tx) => {
    const [found] = await tx<(Omit<ReportLine, 'findings'> & { sentLines: OwnedLine[] | null })[]>`
      select id, form, month, opened_on as "openedOn", due_on as "dueOn", sent_on as "sentOn",
             sent_lines as "sentLines"
        from error_report where municipality_code = ${municipalityCode} and id = ${id}`
    const lines = found?.sentLines ?? (await linesOf(tx, municipalityCode, id))
    await lookAtDoses(tx, municipalityCode, lines)
    if (!found) return undefined
    const { sentLines: _, ...report } = found
    // What was sent says it no longer, either, of whoever has come under protection since.
    const told = await withoutHiddenVenues(tx, municipalityCode, lines, today)
    const shown = told.map(({ residentId: __, courseId: ___, ...line }) => line)
    return { ...report, findings: lines.length, lines: shown }
  })
}

function linesOf(tx: Tx, municipalityCode: string, id: string): Promise<OwnedLine[]> {
  return tx<OwnedLine[]>`
    select f.code, f.decided_on as "decidedOn", f.reason, d.claimed_dose_number as "doseNumber",
           d.given_on as "givenOn", d.recorded_on as "recordedOn", d.venue_code as "venueCode",
           v.name as "venueName", d.product_code as "productCode", d.lot_number as "lotNumber",
           l.expires_on as "lotExpiresOn", d.age_band as "ageBand",
           d.resident_id as "residentId", d.course_id as "courseId"
      from finding f
      join dose d on (d.municipality_code, d.id) = (f.municipality_code, f.dose_id)
      join venue v on v.code = d.venue_code
      left join lot l on (l.product_code, l.lot_number) = (d.product_code, d.lot_number)
     where f.municipality_code = ${municipalityCode} and f.report_id = ${id}
       and f.hits and d.voided_at is null
     order by d.given_on, d.id, f.code`
}

/**
 * False when that town has no such report. Throws `errorReportSent` for one that was sent before, and
 * `errorReportDay` for a day before it was opened or after today.
 */
export async function markReportSent(
  sql: Sql,
  report: { municipalityCode: string; id: string; sentOn: PlainDate },
  by: { accountId: string; today: PlainDate },
): Promise<boolean> {
  const { municipalityCode, id, sentOn } = report
  const scope = { municipalityCode, purpose: 'checkFindings' } as const
  return withPurpose(sql, scope, async (tx) => {
    const [found] = await tx<{ sentOn: PlainDate | null; openedOn: PlainDate }[]>`
      select sent_on as "sentOn", opened_on as "openedOn" from error_report
       where municipality_code = ${municipalityCode} and id = ${id} for no key update`
    const lines = found ? await linesOf(tx, municipalityCode, id) : []
    await lookAtDoses(tx, municipalityCode, lines)
    if (!found) return false
    if (found.sentOn) throw new DomainError('errorReportSent', 'It was sent before', 'sentOn')
    if (sentOn < found.openedOn || sentOn > by.today) {
      throw new DomainError('errorReportDay', 'Sent before it was there, or later', 'sentOn')
    }
    const told = await withoutHiddenVenues(tx, municipalityCode, lines, by.today)
    await tx`
      update error_report
         set sent_on = ${sentOn}, sent_by = ${by.accountId},
             sent_lines = ${JSON.stringify(told)}::text::jsonb
       where municipality_code = ${municipalityCode} and id = ${id}`
    // It did not tell of these: should their rule hit again, they are decided for a further report.
    await tx`
      update finding set report_id = null
       where municipality_code = ${municipalityCode} and report_id = ${id} and not hits`
    return true
  })
}
