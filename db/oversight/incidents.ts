/** Incidents and the reports that are owed for them. */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { Sql, Tx } from '../client.ts'
import type { ReportKind } from '../schema/oversight.ts'

export type NewIncident = {
  municipalityCode: string
  knownOn: PlainDate
  isMalicious: boolean
  isSealed: boolean
  caseReference: string
  toldBy: string
}

export async function addIncident(sql: Sql | Tx, told: NewIncident): Promise<string> {
  const id = randomUUID()
  await sql`
    insert into incident (id, municipality_code, known_on, is_malicious, is_sealed, case_reference,
                          told_by)
    values (${id}, ${told.municipalityCode}, ${told.knownOn}, ${told.isMalicious},
            ${told.isSealed}, ${told.caseReference}, ${told.toldBy})`
  return id
}

export type NewReport = {
  incidentId: string
  municipalityCode: string
  kind: ReportKind
  reportedOn: PlainDate
  toldBy: string
}

/** `unknown` for no incident of that town, `known` when this report was told before. */
export async function addReport(
  sql: Sql | Tx,
  told: NewReport,
): Promise<'kept' | 'known' | 'unknown'> {
  const [found] = await sql`
    select 1 from incident
     where id = ${told.incidentId} and municipality_code = ${told.municipalityCode}`
  if (!found) return 'unknown'
  const kept = await sql`
    insert into incident_report (incident_id, kind, reported_on, told_by)
    values (${told.incidentId}, ${told.kind}, ${told.reportedOn}, ${told.toldBy})
    on conflict (incident_id, kind) do nothing`
  return kept.count > 0 ? 'kept' : 'known'
}

export type IncidentLine = {
  id: string
  municipalityCode: string
  knownOn: PlainDate
  isMalicious: boolean
  isSealed: boolean
  caseReference: string
  promptOn: PlainDate | null
  finalOn: PlainDate | null
}

const shownAtMost = 200

/** Newest first; of all municipalities unless one is named. */
export async function listIncidents(sql: Sql | Tx, municipalityCode?: string) {
  return sql<IncidentLine[]>`
    select i.id, i.municipality_code as "municipalityCode", i.known_on::text as "knownOn",
           i.is_malicious as "isMalicious", i.is_sealed as "isSealed",
           i.case_reference as "caseReference", p.reported_on::text as "promptOn",
           f.reported_on::text as "finalOn"
      from incident i
      left join incident_report p on p.incident_id = i.id and p.kind = 'prompt'
      left join incident_report f on f.incident_id = i.id and f.kind = 'final'
     where ${municipalityCode === undefined ? sql`true` : sql`i.municipality_code = ${municipalityCode}`}
     order by i.known_on desc, i.told_at desc limit ${shownAtMost}`
}
