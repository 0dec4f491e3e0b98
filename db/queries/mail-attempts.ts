/** Mails on their way: set apart, marked as under way, settled or put back. Names nobody before the lock. */
import type { Tx } from '../client.ts'
import { type AttemptKey, type Notice, noticeColumns } from './notices.ts'

/** `mailToken` is what nobody can guess who has not had the mail. */
export type MailAttempt = AttemptKey & { tries: number; mailToken: string; notice: Notice }

/**
 * A mail set apart for one sender, and the town that it was queued for. `until`, to the microsecond,
 * tells this claim from any other.
 */
export type MailClaim = { id: string; courseId: string; municipalityCode: string; until: string }

/** A mail about to be handed over: `tries` counts this time and tells it from any other. */
export type MailTry = { id: string; courseId: string; tries: number }

/**
 * Sets mails apart that wait to be sent, oldest first; nothing of them is tried yet. A provider who has
 * had enough for the moment is passed over (`mail_pace`): what is taken counts, sent or not.
 */
export async function claimMails(
  tx: Tx,
  { atMost, leaseMs }: { atMost: number; leaseMs: number },
): Promise<MailClaim[]> {
  return tx<MailClaim[]>`
    with next as (
      select municipality_code, id from notice_attempt
       where channel = 'mail' and state in ('queued', 'attempting', 'unknown')
         and settled_at is null and (leased_until is null or leased_until <= now())
         and coalesce(mail_provider, '*') not in (select provider from mail_pace where next_at > now())
       order by queued_at, id
       limit ${atMost} for update skip locked
    ), claimed as (
      update notice_attempt a set leased_until = now() + ${`${leaseMs} milliseconds`}::interval
        from next
       where (a.municipality_code, a.id) = (next.municipality_code, next.id)
      returning a.id, a.municipality_code, a.notice_id, a.leased_until, a.mail_provider
    ), paced as (
      update mail_pace p set next_at = greatest(p.next_at, now()) + c.mails * p.every
        from (select coalesce(mail_provider, '*') as provider, count(*) as mails from claimed
               group by 1) c
       where p.provider = c.provider
    )
    select id, notice_course(municipality_code, notice_id) as "courseId",
           municipality_code as "municipalityCode", leased_until::text as until
      from claimed`
}

/**
 * Marks a claimed mail as under way, to be committed before its server is spoken to: from here on
 * nobody can tell without the mail server whether it left. Undefined when another claim followed. The
 * course's lock must be held, by another transaction, so that waiting for it counts as no try.
 */
export async function beginTry(
  tx: Tx,
  claim: MailClaim,
  leaseMs: number,
): Promise<MailTry | undefined> {
  const [begun] = await tx<{ tries: number }[]>`
    update notice_attempt
       set state = 'attempting', tries = tries + 1,
           leased_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
     where id = ${claim.id} and settled_at is null and leased_until::text = ${claim.until}
    returning tries`
  return begun && { id: claim.id, courseId: claim.courseId, tries: begun.tries }
}

/**
 * A mail under way and its notice, wherever its person's home is by now, locked until commit;
 * undefined when it is no longer this try's. The course's lock must be held.
 */
export async function lockTried(tx: Tx, begun: MailTry): Promise<MailAttempt | undefined> {
  const [row] = await tx<(Notice & { attemptId: string; mailToken: string })[]>`
    select a.id as "attemptId", a.mail_token as "mailToken", ${noticeColumns(tx)}
      from notice_attempt a
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where a.id = ${begun.id} and n.course_id = ${begun.courseId} and a.state = 'attempting'
       and a.tries = ${begun.tries}
       for update of a`
  if (!row) return undefined
  const { attemptId, mailToken, ...notice } = row
  const { municipalityCode } = notice
  return { municipalityCode, id: attemptId, tries: begun.tries, mailToken, notice }
}

/** Waits as long again as it has waited, within bounds: an outage is not hammered at. */
const waitAgain = (tx: Tx) => tx`
  clock_timestamp() + least(greatest(clock_timestamp() - queued_at, interval '250 milliseconds'),
                            interval '10 seconds')`

/** Back in the queue: surely not sent (`counts: false`), or sent with an unknown outcome. */
export async function requeueMail(
  tx: Tx,
  attempt: AttemptKey,
  { counts }: { counts: boolean },
): Promise<void> {
  await tx`
    update notice_attempt
       set state = ${counts ? 'unknown' : 'queued'}, tries = tries - ${counts ? 0 : 1}::int,
           leased_until = ${waitAgain(tx)}
     where municipality_code = ${attempt.municipalityCode} and id = ${attempt.id}`
}

/** A try of which nothing came: the mail was surely not sent. */
export async function takeBackTry(tx: Tx, begun: MailTry): Promise<void> {
  await tx`
    update notice_attempt
       set state = case when tries > 1 then 'unknown' else 'queued' end, tries = tries - 1,
           leased_until = ${waitAgain(tx)}
     where id = ${begun.id} and state = 'attempting' and tries = ${begun.tries}`
}

/** A claim that led to no try: it waits, so that whatever stands in the way is not hammered at. */
export async function releaseClaim(tx: Tx, claim: MailClaim): Promise<void> {
  await tx`
    update notice_attempt set leased_until = ${waitAgain(tx)}
     where id = ${claim.id} and settled_at is null and leased_until::text = ${claim.until}`
}
