/** Whether a mail address may be written to: what changes it. Rows of one town; nobody is opened. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { StoppedBecause } from '../people/mail-address.ts'
import type { CourseHome } from './plan-input.ts'

/** After the first mail that comes back without saying why for good, one more is tried. */
export const failuresAtMost = 2
/** What lies longer back says nothing about today. */
const failuresWithinDays = 60

/** Told again, and it is the same address: what was known of it holds. */
export async function sameAsBefore(tx: Tx, { municipalityCode, residentId }: CourseHome) {
  await tx`
    update mail_address set is_retold = false
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
}

/** Another address than the one that was confirmed: whoever reads there has to be asked. */
export async function askAnew(tx: Tx, { municipalityCode, residentId }: CourseHome): Promise<void> {
  await tx`
    update mail_address
       set state = 'toAsk', is_retold = false, address_check = null, provider = null, tries = 0,
           leased_until = null, queued_at = clock_timestamp(), stopped_because = null,
           stopped_on = null, failures = 0
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
  await tx`
    delete from mail_link
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
}

/** Nothing is sent there any more, until its owner asks for it on the own page. */
export async function stopMail(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  { because, on }: { because: StoppedBecause; on: PlainDate },
): Promise<void> {
  await tx`
    update mail_address
       set state = 'stopped', stopped_because = ${because}, stopped_on = ${on}, leased_until = null
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and state <> 'stopped'`
}

/**
 * A mail did not arrive, for a reason that may pass: a full mailbox, a policy. Twice within 60 days, to the
 * address as it was confirmed, is enough. Not after the attempt itself has been settled: it would count twice.
 */
export async function countFailure(
  tx: Tx,
  row: CourseHome,
  stop: { because: StoppedBecause; on: PlainDate },
): Promise<void> {
  const { municipalityCode, residentId } = row
  const [counted] = await tx<{ failures: number }[]>`
    update mail_address m
       set failures = 1 + (
             select count(*) from notice n
               join notice_attempt a on (a.municipality_code, a.notice_id) = (n.municipality_code, n.id)
              where n.municipality_code = m.municipality_code and n.resident_id = m.resident_id
                and a.channel = 'mail' and a.state in ('refused', 'bounced')
                and a.settled_on >= greatest(m.verified_on, ${stop.on}::date - ${failuresWithinDays}::int))
     where m.municipality_code = ${municipalityCode} and m.resident_id = ${residentId}
    returning failures`
  if (counted && counted.failures >= failuresAtMost) await stopMail(tx, row, stop)
}
