/** What the watch reads and writes of mails that wait while none leaves. */
import type { Tx } from '../../client.ts'

export type FirstInLine = { town: string; attemptId: string }

/** Of each town the mail that has to leave next: the oldest that may be tried by now, or within seconds. */
export async function firstInLine(tx: Tx): Promise<FirstInLine[]> {
  return tx<FirstInLine[]>`
    select distinct on (municipality_code) municipality_code as town, id as "attemptId"
      from notice_attempt
     where channel = 'mail' and state in ('queued', 'attempting', 'unknown') and settled_at is null
       and (leased_until is null or leased_until <= clock_timestamp() + interval '15 seconds')
     order by municipality_code, queued_at, id`
}

/** Of towns whose mails move again, the alarm is over. */
export async function closeStandstill(tx: Tx, standing: string[], day: string): Promise<void> {
  await tx`
    update monitor_alarm set closed_on = ${day}, closed_because = 'ended'
     where kind = 'mailsStandStill' and closed_on is null
       and not municipality_code = any(${standing}::text[])`
}
