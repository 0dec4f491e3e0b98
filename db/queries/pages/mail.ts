/** A town's mails in numbers: names nobody. */
import type { PlainDate } from '../../../domain/course.ts'
import { type Sql, withPurpose } from '../../client.ts'
import type { MailState, StoppedBecause } from '../../people/mail-address.ts'

export type MailCount = { state: MailState; because: StoppedBecause | null; people: number }
export type CameBack = {
  receivedOn: PlainDate
  status: string
  outcome: 'letter' | 'tooLate' | null
}

const shownAtMost = 50

export async function readMailPage(
  sql: Sql,
  municipalityCode: string,
): Promise<{ counts: MailCount[]; cameBack: CameBack[] }> {
  return withPurpose(sql, { municipalityCode, purpose: 'showTown' }, async (tx) => ({
    counts: await tx<MailCount[]>`
      select state, stopped_because as because, count(*)::int as people from mail_address
       where municipality_code = ${municipalityCode}
       group by 1, 2
       order by array_position(array['toAsk', 'asking', 'asked', 'verified', 'stopped'], state), 2`,
    cameBack: await tx<CameBack[]>`
      select received_on as "receivedOn", status, outcome from mail_bounce
       where municipality_code = ${municipalityCode}
       order by received_at desc limit ${shownAtMost}`,
  }))
}
