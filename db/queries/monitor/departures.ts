/** Evidence of what left: taken down once, and given to its course when the watch knows whose it is. */
import type { Tx } from '../../client.ts'

export type DepartureRow = {
  source: string
  channel: 'mail' | 'letter'
  noticeId: string
  attemptId: string | null
  leftOn: string
  leftMs: number
  pages: number | null
  batchTown: string | null
}

/** Answers how many were new. */
export async function takeDown(tx: Tx, departures: DepartureRow[]): Promise<number> {
  if (departures.length === 0) return 0
  const column = <K extends keyof DepartureRow>(key: K) => departures.map((one) => one[key])
  const taken = await tx`
    insert into notice_departure (source, channel, notice_id, attempt_id, left_on, left_at, pages, batch_town)
    select s, c, n, a, o, t, p, b
      from unnest(${column('source')}::text[], ${column('channel')}::text[],
                  ${column('noticeId')}::uuid[], ${column('attemptId') as string[]}::uuid[],
                  ${column('leftOn')}::date[],
                  ${departures.map(({ leftMs }) => new Date(leftMs).toISOString())}::timestamptz[],
                  ${column('pages') as number[]}::int[], ${column('batchTown') as string[]}::text[])
           as u (s, c, n, a, o, t, p, b)
    on conflict (source) do nothing`
  return taken.count
}

/** Which of these sources are known, so that no file is read twice. */
export async function knownSources(tx: Tx, sources: string[]): Promise<Set<string>> {
  const rows = await tx<{ source: string }[]>`
    select source from notice_departure where source = any(${sources})`
  return new Set(rows.map(({ source }) => source))
}

export type SeenDeparture = DepartureRow & { isNew: boolean }

export async function departuresOf(tx: Tx, noticeIds: string[]): Promise<SeenDeparture[]> {
  if (noticeIds.length === 0) return []
  return tx<SeenDeparture[]>`
    select ${seenColumns(tx)} from notice_departure where notice_id = any(${noticeIds}::uuid[])`
}

function seenColumns(tx: Tx) {
  return tx`
    source, channel, notice_id as "noticeId", attempt_id as "attemptId", left_on as "leftOn",
    (extract(epoch from left_at) * 1000)::float8 as "leftMs", pages, batch_town as "batchTown",
    checked_at is null as "isNew"`
}

export type Owner = {
  source: string
  town: string
  courseId: string
  kind: string
  phase: string
  doseNumber: number
  occasion: string
  round: number
}

/** They are looked at, and this is whose they are. */
export async function giveTo(tx: Tx, owners: Owner[]): Promise<void> {
  if (owners.length === 0) return
  const column = <K extends keyof Owner>(key: K) => owners.map((one) => one[key])
  await tx`
    update notice_departure d
       set municipality_code = u.town, course_id = u.course, kind = u.kind, phase = u.phase,
           dose_number = u.dose, occasion = u.occasion, round = u.round,
           checked_at = clock_timestamp()
      from unnest(${column('source')}::text[], ${column('town')}::text[],
                  ${column('courseId')}::uuid[], ${column('kind')}::text[], ${column('phase')}::text[],
                  ${column('doseNumber')}::int[], ${column('occasion')}::uuid[],
                  ${column('round')}::int[]) as u (source, town, course, kind, phase, dose, occasion, round)
     where d.source = u.source`
}

export type Ownerless = {
  source: string
  channel: string
  batchTown: string | null
  leftOn: string
}

/** What left, and no course's facts know it: nobody's. */
export async function ownerless(tx: Tx): Promise<Ownerless[]> {
  return tx<Ownerless[]>`
    update notice_departure set checked_at = clock_timestamp()
     where checked_at is null
    returning source, channel, batch_town as "batchTown", left_on as "leftOn"`
}

/** Mails by the sender's own word, where no mail server's journal can be read. */
export async function takeSendersWord(tx: Tx, since: string): Promise<number> {
  const taken = await tx`
    insert into notice_departure (source, channel, notice_id, attempt_id, left_on, left_at)
    select 'sender/' || a.id, 'mail', a.notice_id, a.id, a.settled_on, a.settled_at
      from notice_attempt a
     where a.channel = 'mail' and a.state in ('accepted', 'bounced') and a.settled_on >= ${since}
    on conflict (source) do nothing`
  return taken.count
}
