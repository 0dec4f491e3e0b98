/** Looks each minute for what the supervisory authority has to look at, and says so once. */
import type { Logger } from 'pino'
import { reviewWithinHours } from '../auth/break-glass.ts'
import { listBreakGlass } from '../db/auth/break-glass.ts'
import type { Sql } from '../db/client.ts'
import { busyReaders } from '../db/ledger/anomalies.ts'
import { type Alert, raiseAlerts } from '../db/oversight/alerts.ts'
import { listIncidents } from '../db/oversight/incidents.ts'
import { tokyoDateOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import { lateReports } from '../domain/incident-clock.ts'

type Watch = { sql: Sql; log: Logger; now: () => number }

/** Answers what was new; each is logged by ids and codes. */
export async function watchOnce({ sql, log, now }: Watch): Promise<Alert[]> {
  const raised = await raiseAlerts(sql, await findAlerts(sql, tokyoDateOf(new Date(now()))))
  for (const { kind, aboutId, office, onDay } of raised) {
    log.warn({ alert: kind, aboutId, office, onDay }, 'the authority has to look at this')
  }
  return raised
}

/** Everything that calls for an alert, whether it was raised before or not. */
async function findAlerts(sql: Sql, today: PlainDate): Promise<Alert[]> {
  const alerts: Alert[] = []
  for (const { actor, office } of await busyReaders(sql, today)) {
    alerts.push({ kind: 'manyReads', aboutId: actor, office, onDay: today })
  }
  for (const { id, office, openedAt, isOverdue } of await listBreakGlass(sql, reviewWithinHours)) {
    if (!isOverdue) continue
    alerts.push({ kind: 'reviewLate', aboutId: id, office, onDay: tokyoDateOf(openedAt) })
  }
  for (const incident of await listIncidents(sql)) {
    const { id: aboutId, municipalityCode: office } = incident
    for (const onDay of lateReports(incident, today)) {
      alerts.push({ kind: 'reportLate', aboutId, office, onDay })
    }
  }
  return alerts
}

const everyMs = 60_000

/** Once a minute by the wall, in every api process: the table takes each alert once. */
export function watchOversight(watch: Watch): () => void {
  const timer = setInterval(() => {
    watchOnce(watch).catch((error) => watch.log.warn({ err: error }, 'no look for alerts'))
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
