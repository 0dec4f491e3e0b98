import type { IncidentLine } from '../../db/oversight/incidents.ts'
import type { PlainDate } from '../../domain/course.ts'
import { incidentDeadlines } from '../../domain/incident-clock.ts'
import { dayWords } from '../format.ts'
import type { Page } from '../page.ts'
import { Table, Tag } from './basics.tsx'

type Given = { page: Page; incidents: IncidentLine[]; today: PlainDate }

/** Each incident with both its deadlines, and whether they were met. */
export function Incidents({ page, incidents, today }: Given) {
  const { oversight } = page.words
  if (incidents.length === 0) return <p>{oversight.incidentsNone}</p>
  return (
    <Table
      caption={oversight.incidentsTitle}
      columns={[
        { head: oversight.caseReference },
        { head: oversight.town },
        { head: oversight.knownOn },
        { head: oversight.prompt },
        { head: oversight.final },
      ]}
      rows={incidents.map((one) => {
        const due = incidentDeadlines(one)
        const dayOf = (on: PlainDate) => dayWords(on, page.lang)
        const report = { page, mustReport: due.mustReport, today }
        return [
          <code>{one.caseReference}</code>,
          <code>{one.municipalityCode}</code>,
          <>
            {dayOf(one.knownOn)}
            {one.isMalicious && <p class="note">{oversight.isMalicious}</p>}
          </>,
          <Report
            {...report}
            by={due.promptBy}
            on={one.promptOn}
            words={oversight.promptWindow(dayOf(due.promptFrom), dayOf(due.promptBy))}
          />,
          <Report
            {...report}
            by={due.finalBy}
            on={one.finalOn}
            words={oversight.finalBy(dayOf(due.finalBy))}
          />,
        ]
      })}
    />
  )
}

function Report(props: {
  page: Page
  mustReport: boolean
  today: PlainDate
  by: PlainDate
  on: PlainDate | null
  words: string
}) {
  const { page, mustReport, today, by, on, words } = props
  const { oversight } = page.words
  if (on !== null) {
    return (
      <Tag tone={on <= by ? 'good' : 'attention'}>
        {oversight.reportedOn(dayWords(on, page.lang))}
      </Tag>
    )
  }
  if (!mustReport) return <Tag tone="plain">{oversight.notOwed}</Tag>
  const isLate = by < today
  return (
    <>
      <Tag tone={isLate ? 'late' : 'busy'}>{isLate ? oversight.late : oversight.open}</Tag> {words}
    </>
  )
}
