import { randomUUID } from 'node:crypto'
import type { Sql, Tx } from '../client.ts'

export type Alert = {
  kind: 'breakGlassOpened' | 'deviceLocked' | 'accountLocked'
  office: string
  /** The account, device or emergency access that it is about. */
  aboutId: string
  /** The account that has to look. */
  forId?: string
}

export async function raiseAlert(sql: Sql | Tx, alert: Alert): Promise<void> {
  const { kind, office, aboutId, forId } = alert
  await sql`insert into security_alert (id, kind, office, about_id, for_id)
            values (${randomUUID()}, ${kind}, ${office}, ${aboutId}, ${forId ?? null})`
}
