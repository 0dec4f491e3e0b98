/** What the authority has to look at: raised once, kept for ever. */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { Sql, Tx } from '../client.ts'
import type { AlertKind } from '../schema/oversight.ts'

export type Alert = { kind: AlertKind; aboutId: string; office: string; onDay: PlainDate }
export type RaisedAlert = Alert & { raisedAt: Date }

/** Keeps those that were not raised before, and answers them: each is told of once. */
export async function raiseAlerts(sql: Sql | Tx, alerts: Alert[]): Promise<Alert[]> {
  const raised: Alert[] = []
  for (const alert of alerts) {
    const kept = await sql`
      insert into oversight_alert (id, kind, about_id, office, on_day)
      values (${randomUUID()}, ${alert.kind}, ${alert.aboutId}, ${alert.office}, ${alert.onDay})
      on conflict (kind, about_id, on_day) do nothing`
    if (kept.count > 0) raised.push(alert)
  }
  return raised
}

const shownAtMost = 100

export async function listAlerts(sql: Sql | Tx): Promise<RaisedAlert[]> {
  return sql<RaisedAlert[]>`
    select kind, about_id as "aboutId", office, on_day::text as "onDay", raised_at as "raisedAt"
      from oversight_alert order by raised_at desc limit ${shownAtMost}`
}
