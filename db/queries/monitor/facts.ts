/**
 * What the watch reads of courses: facts, a page at a time, by queries of its own. None of the functions
 * by which the sender looks at a person is called here: a fault in one of them must not hide itself.
 */
import type { Tx } from '../../client.ts'

type Raw = Record<string, unknown>

export type FactRow = {
  courseId: string
  town: string
  residentId: string
  closedBecause: string | null
  declinedFrom: string | null
  remindersWaitUntil: string | null
  relocationEventId: string | null
  relocationRecordedOn: string | null
  status: string
  statusOn: string | null
  moveOutPlannedOn: string | null
  hasSender: boolean
  doses: Raw[]
  events: Raw[]
  protections: Raw[]
  refusals: Raw[]
  saidDeclines: Raw[]
  screenedOn: string[]
  recalls: Raw[]
  ticketOn: string | null
  ticketIssuedOn: string | null
  wasTicketRevoked: boolean
  calledUpOn: string | null
  mailVerifiedOn: string | null
  toldAtStay: boolean
  wasToldAtStay: boolean
  byHand: Raw[]
  toldByHand: Raw[]
  returned: Raw
  calledFor: string[]
  ageInQuestion: boolean
  wasAgeInQuestion: boolean
  wasCorrected: boolean
  claims: Raw[]
}

const beforeAll = '00000000-0000-0000-0000-000000000000'

/**
 * The next courses by id, everybody's, with the rows of the same person everywhere. To the planner row
 * security makes every table look nearly empty: by itself it would go through whole tables for each course.
 * `offset 0` keeps a look-up to one probe of an index for each row before it, and a page reads no whole table.
 */
export async function factsAfter(
  tx: Tx,
  { after, atMost, today }: { after: string | null; atMost: number; today: string },
): Promise<FactRow[]> {
  await tx`set local enable_seqscan = off`
  return tx<FactRow[]>`
    with page as materialized (
      select id, home_municipality_code as town, home_resident_id as person, closed_because,
             declined_from, reminders_wait_until, relocation_event_id, relocation_recorded_on,
             coalesce(opened_on, (opened_at at time zone 'Asia/Tokyo')::date) as called_up_on
        from course where id > ${after ?? beforeAll}::uuid
       order by id limit ${atMost}
    ),
    own as materialized (
      select c.id as course, l.municipality_code as town, l.resident_id as person
        from page c cross join lateral (
          select municipality_code, resident_id from course_link where course_id = c.id offset 0) l
      union select id, town, person from page
    ),
    -- the other side of a consent, with the moment until which things flow
    peer as materialized (
      select o.course, s.home_municipality_code as town, s.home_resident_id as person, s.withdrawn_at
        from own o cross join lateral (
          select home_municipality_code, home_resident_id, withdrawn_at from stay_consent s
           where (s.municipality_code, s.resident_id) = (o.town, o.person) offset 0) s
      union
      select o.course, s.municipality_code, s.resident_id, s.withdrawn_at
        from own o cross join lateral (
          select municipality_code, resident_id, withdrawn_at from stay_consent s
           where (s.home_municipality_code, s.home_resident_id) = (o.town, o.person) offset 0) s
    ),
    given as (
      select c.id as course, d.id, d.municipality_code as town, d.claimed_dose_number,
             d.product_code, d.venue_code, d.given_on, d.recorded_on, d.recorded_at, d.voided_at
        from page c cross join lateral (
          select id, municipality_code, claimed_dose_number, product_code, venue_code, given_on,
                 recorded_on, recorded_at, voided_at
            from dose where course_id = c.id offset 0) d
      union
      select p.course, d.id, d.municipality_code, d.claimed_dose_number, d.product_code,
             d.venue_code, d.given_on, d.recorded_on, d.recorded_at, d.voided_at
        from peer p
        join course_link l on (l.municipality_code, l.resident_id) = (p.town, p.person)
        join dose d on d.course_id = l.course_id and d.course_id <> p.course
       where p.withdrawn_at is null or d.recorded_at < p.withdrawn_at
    ),
    doses as materialized (
      select course, json_agg(json_build_object('id', id, 'town', town, 'number', claimed_dose_number,
               'product', product_code, 'venue', venue_code, 'givenOn', given_on, 'recordedOn', recorded_on,
               'recordedMs', ${ms(tx, 'recorded_at')}, 'voidedMs', ${ms(tx, 'voided_at')})) as list
        from given group by course
    ),
    events as materialized (
      select o.course, json_agg(json_build_object('id', e.id, 'town', e.municipality_code,
               'residentId', e.resident_id, 'kind', e.kind, 'effectiveOn', e.effective_on,
               'recordedOn', e.recorded_on, 'recordedMs', ${ms(tx, 'e.recorded_at')})) as list
        from own o cross join lateral (
          select id, municipality_code, resident_id, kind, effective_on, recorded_on, recorded_at
            from register_event e
           where (e.municipality_code, e.resident_id) = (o.town, o.person) offset 0) e
       where e.kind in ('movedIn', 'moveOutNotified', 'moveCancelled', 'movedAbroad', 'deceased',
                        'removed', 'restored')
       group by o.course
    ),
    ${shieldsOf(tx, today)},
    shields as materialized (
      select course, json_agg(json_build_object('from', from_on, 'to', to_on,
               'toldMs', ${ms(tx, 'told_at')})) as list
        from shield group by course
    )
    select c.id as "courseId", c.town, c.person as "residentId", c.closed_because as "closedBecause",
           c.declined_from as "declinedFrom", c.reminders_wait_until as "remindersWaitUntil",
           c.relocation_event_id as "relocationEventId",
           c.relocation_recorded_on as "relocationRecordedOn", c.called_up_on as "calledUpOn",
           h.status, h.status_on as "statusOn", h.move_out_planned_on as "moveOutPlannedOn",
           exists (select from municipality_setting g where g.municipality_code = c.town) as "hasSender",
           coalesce(d.list, '[]') as doses, coalesce(e.list, '[]') as events,
           coalesce(s.list, '[]') as protections,
           ${besides(tx, today)}
      from page c
      cross join lateral (
        select status, status_on, move_out_planned_on from resident r
         where (r.municipality_code, r.id) = (c.town, c.person) offset 0) h
      cross join lateral (
        select min(recorded_on) filter (where revoked_on is null) as recorded_on,
               min(issued_on) filter (where revoked_on is null) as issued_on,
               coalesce(bool_or(revoked_on is not null), false) as is_revoked
          from ticket t where (t.municipality_code, t.resident_id) = (c.town, c.person) offset 0) k
      left join doses d on d.course = c.id
      left join events e on e.course = c.id
      left join shields s on s.course = c.id
     order by c.id`
}

/** Milliseconds since 1970, whole. */
function ms(tx: Tx, column: string) {
  return tx`floor(extract(epoch from ${tx(column)}) * 1000)`
}

/**
 * Periods in which somebody is protected: told for any row of the person, for the other side of a consent
 * that stands, or for somebody of the household that the home's register names last.
 */
function shieldsOf(tx: Tx, today: string) {
  return tx`
    household as (
      select distinct on (c.id) c.id as course, c.town, c.person, m.household, m.recorded_at
        from page c cross join lateral (
          select household, from_on, recorded_at from household_member m
           where (m.municipality_code, m.resident_id) = (c.town, c.person) offset 0) m
       where m.from_on <= ${today} order by c.id, m.from_on desc
    ),
    housemate as (
      select h.course, m.municipality_code as town, m.resident_id as person,
             greatest(m.recorded_at, h.recorded_at) as told_at
        from household h
        join household_member m on m.municipality_code = h.town and m.household = h.household
                               and m.resident_id <> h.person and m.from_on <= ${today}
        join resident r on (r.municipality_code, r.id) = (m.municipality_code, m.resident_id)
       where (r.status not in ('movedOut', 'movedAbroad', 'removedFromRegister')
              or r.status_on > ${today})
         and not exists (
           select from household_member later
            where (later.municipality_code, later.resident_id) = (m.municipality_code, m.resident_id)
              and later.from_on > m.from_on and later.from_on <= ${today})
    ),
    shield as (
      select o.course, p.from_on, p.to_on, p.reported_at as told_at
        from own o cross join lateral (
          select from_on, to_on, reported_at from protection p
           where (p.municipality_code, p.resident_id) = (o.town, o.person) offset 0) p
      union all
      select o.course, p.from_on, p.to_on, p.reported_at
        from peer o join protection p on (p.municipality_code, p.resident_id) = (o.town, o.person)
       where o.withdrawn_at is null
      union all
      select o.course, p.from_on, p.to_on, greatest(p.reported_at, o.told_at)
        from housemate o join protection p on (p.municipality_code, p.resident_id) = (o.town, o.person)
      union all
      -- a housemate's former rows: a protection told for one of them is theirs as well
      select o.course, p.from_on, p.to_on, greatest(p.reported_at, o.told_at)
        from housemate o
        join course_link a on (a.municipality_code, a.resident_id) = (o.town, o.person)
        join course_link b on b.course_id = a.course_id
                          and (b.municipality_code, b.resident_id) <> (o.town, o.person)
        join protection p on (p.municipality_code, p.resident_id) = (b.municipality_code, b.resident_id)
    )`
}

/** What few courses have: by the course's own keys. */
function besides(tx: Tx, today: string) {
  return tx`
    (select coalesce(json_agg(json_build_object('sinceMs', ${ms(tx, 'r.refused_at')},
              'on', r.refused_on, 'untilMs', ${ms(tx, 'r.taken_back_at')})), '[]')
       from letter_refusal r where (r.municipality_code, r.resident_id) = (c.town, c.person)) as refusals,
    (select coalesce(json_agg(json_build_object('on', m.said_on, 'atMs', ${ms(tx, 'm.said_at')})), '[]')
       from own o join resident_message m on (m.municipality_code, m.resident_id) = (o.town, o.person)
      where o.course = c.id and m.kind = 'declines') as "saidDeclines",
    array(select v.screened_on::text
       from own o join screening v on (v.municipality_code, v.resident_id) = (o.town, o.person)
      where o.course = c.id and v.voided_at is null) as "screenedOn",
    k.recorded_on as "ticketOn", k.issued_on as "ticketIssuedOn", k.is_revoked as "wasTicketRevoked",
    (select m.verified_on from mail_address m
      where (m.municipality_code, m.resident_id) = (c.town, c.person)
        and m.state = 'verified' and not m.is_retold) as "mailVerifiedOn",
    ${recallsOf(tx, today)} as recalls,
    ${toldAtStay(tx, true)} as "toldAtStay", ${toldAtStay(tx, false)} as "wasToldAtStay",
    (select coalesce(json_agg(json_build_object('occasion', t.occasion, 'round', t.round,
              'isDone', t.done_at is not null)), '[]')
       from task t where t.course_id = c.id and t.kind = 'noticeByHand') as "byHand",
    (select coalesce(json_agg(json_build_object('kind', b.kind, 'on', b.told_on)), '[]')
       from manual_notice b where b.course_id = c.id and b.taken_back_at is null) as "toldByHand",
    ${whatCameBack(tx, today)} as returned,
    array(select t.occasion::text from task t
           where t.course_id = c.id and t.kind = 'followUp' and t.occasion is not null) as "calledFor",
    ${outsideAge(tx, true)} as "ageInQuestion", ${outsideAge(tx, false)} as "wasAgeInQuestion",
    exists (select from own o join dose_change x
                on (x.municipality_code, x.resident_id) = (o.town, o.person)
             where o.course = c.id and x.kind in ('voided', 'corrected', 'movedAway', 'movedHere'))
      as "wasCorrected",
    (select coalesce(json_agg(json_build_object('noticeId', n.id, 'kind', n.kind, 'phase', n.phase,
              'doseNumber', n.dose_number, 'occasion', n.occasion, 'round', n.round,
              'state', n.state, 'reason', n.reason, 'on', coalesce(n.queued_on, n.due_on),
              'leftOn', n.left_on,
              'attempts', (select coalesce(json_agg(json_build_object('id', a.id,
                             'channel', a.channel, 'state', a.state, 'reason', a.reason)), '[]')
                             from notice_attempt a
                            where (a.municipality_code, a.notice_id) = (n.municipality_code, n.id)))),
            '[]')
       from notice n where n.course_id = c.id) as claims`
}

/**
 * Letters of one person that their post office returned and mails that a report was taken in of; whether
 * letters to the home wait: one came back, and neither the register nor a clerk has told an address since
 * that holds; and whether somebody is asked to look for it.
 */
function whatCameBack(tx: Tx, today: string) {
  return tx`
    json_build_object(
      'letters', array(
        select l.letter_id from own o join returned_letter l
            on (l.municipality_code, l.resident_id) = (o.town, o.person)
         where o.course = c.id and l.ended_because is distinct from 'enteredByMistake'
           and (l.stops or l.ended_because in ('registerTold', 'leftRegister', 'forwardingAddress',
                                                'sameAddressAgain'))),
      'mails', array(
        select b.attempt_id from notice n
          join notice_attempt a on (a.municipality_code, a.notice_id) = (n.municipality_code, n.id)
          join mail_bounce b on (b.municipality_code, b.attempt_id) = (a.municipality_code, a.id)
         where n.course_id = c.id and b.received_on <= ${today}),
      'isStopped', exists (
        select from returned_letter l
         where (l.municipality_code, l.resident_id) = (c.town, c.person)
           and l.stops and l.ended_at is null
           and not exists (
             select from residence a
              where (a.municipality_code, a.resident_id) = (c.town, c.person)
                and a.recorded_at > l.sent_at and a.from_on <= ${today}
                and (a.to_on is null or a.to_on >= ${today}))
           and not exists (
             select from forwarding_address f
              where (f.municipality_code, f.resident_id) = (c.town, c.person)
                and f.entered_at > l.returned_at and f.from_on <= ${today}
                and (f.until_on is null or f.until_on >= ${today}) and f.ended_on is null)),
      'isLookedFor', exists (
        select from task t
         where t.kind = 'addressReturned' and t.done_at is null
           and (t.course_id = c.id or (t.municipality_code, t.resident_id) = (c.town, c.person))))`
}

/** A dose outside the ages of its product: nobody has found it right yet; or, whatever was found since. */
function outsideAge(tx: Tx, stands: boolean) {
  return tx`
    exists (select from (select id, municipality_code, voided_at from dose
                           where course_id = c.id offset 0) d
              cross join lateral (
                select code, state from finding f
                 where (f.municipality_code, f.dose_id) = (d.municipality_code, d.id) offset 0) f
             where f.code = 'ageOutsideProduct'
                   ${stands ? tx`and d.voided_at is null and f.state in ('ruleHit', 'wrong')` : tx``})`
}

/** Told of by the end of the day. One word of it for each lot and course, under an id that says which. */
function recallsOf(tx: Tx, today: string) {
  return tx`
    (select coalesce(json_agg(json_build_object(
              'recallId', md5(concat_ws('/', 'recall', l.product_code, l.lot_number, l.recalled_on, c.id))::uuid,
              'doseNumber', d.claimed_dose_number, 'givenOn', d.given_on, 'recordedOn', d.recorded_on,
              'isVoided', d.voided_at is not null, 'knownOn', k.known_on)), '[]')
       from (select product_code, lot_number, claimed_dose_number, given_on, recorded_on, voided_at
               from dose where course_id = c.id offset 0) d
       cross join lateral (
         select product_code, lot_number, recalled_on from lot
          where (product_code, lot_number) = (d.product_code, d.lot_number) offset 0) l
       cross join lateral (
         select max(s.known_from) as known_on from lot_statement s
          where (s.product_code, s.lot_number, s.kind) = (l.product_code, l.lot_number, 'recall')
            and s.on_day is not null and s.known_from <= ${today}) k
      where l.recalled_on is not null and k.known_on is not null)`
}

/** The town of stay writes to whoever consents, so that the register's town need not. */
function toldAtStay(tx: Tx, standing: boolean) {
  return tx`
    exists (select from stay_consent s
              join course_link l on (l.municipality_code, l.resident_id) = (s.municipality_code, s.resident_id)
             where (s.home_municipality_code, s.home_resident_id) = (c.town, c.person)
               and l.course_id <> c.id ${standing ? tx`and s.withdrawn_at is null` : tx``})`
}
