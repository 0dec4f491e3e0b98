import { type IncidentLine, listIncidents } from '../../db/oversight/incidents.ts'
import { tokyoDateOf } from '../../domain/calendar.ts'
import { incidentDeadlines } from '../../domain/incident-clock.ts'
import { Section } from '../components/basics.tsx'
import { Language } from '../components/form-parts.tsx'
import { Incidents } from '../components/incidents.tsx'
import { wallNow } from '../deps.ts'
import { Layout } from '../layout.tsx'
import type { Page } from '../page.ts'

/** The own municipality's incidents: start the clock, and say when a report was made. */
export async function incidentsPage(page: Page, query: { said?: string }) {
  const { oversight } = page.words
  const { who } = page
  if (who.kind !== 'account') return undefined
  const incidents = await listIncidents(page.sql, who.office)
  const today = tokyoDateOf(new Date(wallNow()))
  const said = query.said && Object.hasOwn(oversight.incidentSaid, query.said)
  return (
    <Layout page={page} title={oversight.incidentsTitle}>
      <p class="lead">{oversight.incidentsLead}</p>
      {said && (
        <p class="notice-bar" role="status">
          {oversight.incidentSaid[query.said as keyof typeof oversight.incidentSaid]}
        </p>
      )}
      <Incidents page={page} incidents={incidents} today={today} />
      {incidents.filter(owesReport).map((incident) => (
        <ReportForms page={page} incident={incident} today={today} />
      ))}
      <Section id="add" title={oversight.addIncident}>
        <AddForm page={page} today={today} />
      </Section>
    </Layout>
  )
}

function owesReport(incident: IncidentLine): boolean {
  const isOpen = incident.promptOn === null || incident.finalOn === null
  return isOpen && incidentDeadlines(incident).mustReport
}

function ReportForms(props: { page: Page; incident: IncidentLine; today: string }) {
  const { page, incident, today } = props
  const { oversight } = page.words
  const owed = [
    ...(incident.promptOn === null ? (['prompt'] as const) : []),
    ...(incident.finalOn === null ? (['final'] as const) : []),
  ]
  return (
    <>
      {owed.map((kind) => (
        <form method="post" action={`/incidents/${incident.id}/reports`}>
          <Language page={page} />
          <input type="hidden" name="kind" value={kind} />
          <div>
            <label for={`${kind}-${incident.id}`}>
              <code>{incident.caseReference}</code> {oversight[kind]}
            </label>
            <input
              id={`${kind}-${incident.id}`}
              type="date"
              name="reportedOn"
              value={today}
              max={today}
              required
            />
          </div>
          <button type="submit">{oversight.reportNow[kind]}</button>
        </form>
      ))}
    </>
  )
}

function AddForm({ page, today }: { page: Page; today: string }) {
  const { oversight } = page.words
  return (
    <form class="stacked" method="post" action="/incidents">
      <Language page={page} />
      <div>
        <label for="caseReference">{oversight.caseReference}</label>
        <input
          id="caseReference"
          name="caseReference"
          pattern="[A-Za-z0-9\/_.\-]{1,40}"
          placeholder="2021/0612-7"
          required
        />
      </div>
      <div>
        <label for="knownOn">{oversight.knownOn}</label>
        <input id="knownOn" type="date" name="knownOn" value={today} max={today} required />
      </div>
      {(['isMalicious', 'isSealed'] as const).map((name) => (
        <label class="choice">
          <input type="checkbox" name={name} value="yes" /> {oversight[name]}
        </label>
      ))}
      <button type="submit">{oversight.addIncident}</button>
    </form>
  )
}
