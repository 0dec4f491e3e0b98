/** Asking whether a mail address may be written to: set apart, marked before the server hears of it, settled. */
import { createHash } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import { failuresAtMost } from './mail-addresses.ts'
import type { SendingMoment } from './mail-attempts.ts'
import type { CourseHome } from './plan-input.ts'

/** `until`, to the microsecond, tells this claim from any other. */
export type AskClaim = CourseHome & { until: string }

/**
 * Whom to ask, and whose address was told anew; oldest first. Nobody is opened, and none of them is tried. A
 * register's address waits for its town's sending hours; whoever wished for it today is waiting for it.
 */
export async function claimAsks(
  tx: Tx,
  { atMost, leaseMs }: { atMost: number; leaseMs: number },
  now: SendingMoment,
): Promise<AskClaim[]> {
  return tx<AskClaim[]>`
    with next as (
      select municipality_code, resident_id from mail_address
       where (state in ('toAsk', 'asking') or is_retold)
         and (leased_until is null or leased_until <= now())
         and coalesce(provider, '') not in (select provider from mail_pace where next_at > now())
         and (is_retold or wished_on = ${now.day} or municipality_code not in
               (select towns_that_rest(${now.day}, ${now.minute}, ${now.isHoliday})))
       order by queued_at
       limit ${atMost} for update skip locked)
    update mail_address m set leased_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
      from next
     where (m.municipality_code, m.resident_id) = (next.municipality_code, next.resident_id)
    returning m.municipality_code as "municipalityCode", m.resident_id as "residentId",
              m.leased_until::text as until`
}

export type AskRow = {
  id: string
  state: string
  tries: number
  stoppedBecause: string | null
  /** Registered, not complete, not closed, and has not said to want no notices. */
  isToBeAsked: boolean
}

/** Locked until commit; undefined when another claim followed. */
export async function lockAsk(tx: Tx, claim: AskClaim): Promise<AskRow | undefined> {
  const { municipalityCode, residentId, until } = claim
  const [row] = await tx<AskRow[]>`
    select m.id, m.state, m.tries, m.stopped_because as "stoppedBecause",
           r.status = 'registered'
           and not exists (select from letter_refusal w
                            where (w.municipality_code, w.resident_id) = (r.municipality_code, r.id)
                              and w.taken_back_at is null)
           and not exists (select from course c
                            where (c.home_municipality_code, c.home_resident_id)
                                = (r.municipality_code, r.id)
                              and c.stage in ('complete', 'closed')) as "isToBeAsked"
      from mail_address m
      join resident r on (r.municipality_code, r.id) = (m.municipality_code, m.resident_id)
     where m.municipality_code = ${municipalityCode} and m.resident_id = ${residentId}
       and m.leased_until::text = ${until}
       for update of m`
  return row
}

/** Nothing is done now: the person is not to be asked, or the provider has had enough for the moment. */
export async function putOff(tx: Tx, row: CourseHome, ms: number, provider?: string) {
  await tx`
    update mail_address
       set leased_until = clock_timestamp() + ${`${ms} milliseconds`}::interval,
           provider = coalesce(${provider ?? null}, provider)
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
}

/** Whether the provider takes one more now; if so it is counted. One that has no pace takes all. */
export async function takePlace(tx: Tx, provider: string): Promise<boolean> {
  const [row] = await tx<{ isFree: boolean }[]>`
    with taken as (
      update mail_pace set next_at = greatest(next_at, now()) + every
       where provider = ${provider} and next_at <= now() returning 1)
    select exists (select from taken)
        or not exists (select from mail_pace where provider = ${provider}) as "isFree"`
  return row!.isFree
}

export type Asking = CourseHome & { id: string; tries: number }

/** To be committed before the server is spoken to; the link works from now on, whatever becomes of the mail. */
export async function beginAsk(
  tx: Tx,
  claim: AskClaim,
  ask: { check: Buffer; provider: string; secret: string; linkDays: number; leaseMs: number },
): Promise<Asking> {
  const { municipalityCode, residentId } = claim
  const [row] = await tx<{ id: string; tries: number }[]>`
    update mail_address
       set state = 'asking', is_retold = false, address_check = ${ask.check},
           provider = ${ask.provider}, tries = tries + 1, stopped_because = null, stopped_on = null,
           leased_until = clock_timestamp() + ${`${ask.leaseMs} milliseconds`}::interval
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
    returning id, tries`
  await tx`
    insert into mail_link (municipality_code, token_sha256, resident_id, usable_until)
    values (${municipalityCode}, ${sha256(ask.secret)}, ${residentId},
            now() + make_interval(days => ${ask.linkDays}))`
  return { municipalityCode, residentId, ...row! }
}

export type Asked =
  | { state: 'asked'; on: PlainDate }
  | { state: 'stopped'; on: PlainDate }
  /** A no to this mail, a full mailbox or a policy: asked once more later, and stopped when it is repeated. */
  | { state: 'refusedNow'; on: PlainDate; againMs: number }
  /** Surely not sent: no try. */
  | { state: 'toAsk'; againMs: number }
  /** It may have arrived: once more, under the same Message-ID. */
  | { state: 'asking'; againMs: number }

/** Only while it is still this try's. */
export async function settleAsk(tx: Tx, asking: Asking, asked: Asked): Promise<void> {
  if (asked.state === 'refusedNow') return settleRefusal(tx, asking, asked)
  const on = 'on' in asked ? asked.on : null
  const againMs = 'againMs' in asked ? asked.againMs : null
  const isStopped = asked.state === 'stopped'
  await tx`
    update mail_address
       set state = ${asked.state}, tries = tries - ${asked.state === 'toAsk' ? 1 : 0}::int,
           asked_on = case when ${asked.state} = 'asked' then ${on}::date else asked_on end,
           stopped_on = case when ${isStopped} then ${on}::date end,
           stopped_because = case when ${isStopped} then 'refused' end,
           leased_until = clock_timestamp()
                        + ${againMs === null ? null : `${againMs} milliseconds`}::interval
     where municipality_code = ${asking.municipalityCode} and id = ${asking.id}
       and state = 'asking' and tries = ${asking.tries}`
}

async function settleRefusal(
  tx: Tx,
  { municipalityCode, id, tries }: Asking,
  { on, againMs }: { on: PlainDate; againMs: number },
): Promise<void> {
  const isRepeated = tx`failures + 1 >= ${failuresAtMost}`
  await tx`
    update mail_address
       set state = case when ${isRepeated} then 'stopped' else 'toAsk' end, failures = failures + 1,
           tries = tries - 1, stopped_on = case when ${isRepeated} then ${on}::date end,
           stopped_because = case when ${isRepeated} then 'refused' end,
           leased_until = clock_timestamp() + ${`${againMs} milliseconds`}::interval
     where municipality_code = ${municipalityCode} and id = ${id}
       and state = 'asking' and tries = ${tries}`
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
