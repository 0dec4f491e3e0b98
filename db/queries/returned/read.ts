/**
 * Letters that came back, as a municipality's clerks see them. The list names nobody; one at a time is
 * opened, with the registered address, by whoever holds its envelope.
 */
import type { NoticeKind, PlainDate } from '../../../domain/course.ts'
import type { ReturnEnding, ReturnReason } from '../../../domain/returned-post.ts'
import { look, type Sql, type Tx, withPurpose } from '../../client.ts'
import { type AddressesKnown, openAddresses } from '../../people/forwarding.ts'
import { unlockPeople } from '../../people/keys.ts'
import { readPeopleToNotify } from '../../people/read.ts'
import type { Store } from '../../store.ts'
import { isProtectedOn } from '../protection.ts'
import type { ReturnKey } from './settle.ts'

export type ReturnedLetter = {
  id: string
  /** The short number, as it is printed. */
  shortId: string
  /** Null of a sheet of tickets. */
  kind: NoticeKind | null
  round: number | null
  reason: ReturnReason
  sentOn: PlainDate
  returnedOn: PlainDate
  stops: boolean
  endedOn: PlainDate | null
  endedBecause: ReturnEnding | null
}

export type ReturnCounts = {
  /** Letters that wait for an address. */
  stopped: number
  /** To be looked at, whether or not letters wait. */
  open: number
  /** Within the last 30 days, by what the post wrote on them. */
  month: Partial<Record<ReturnReason, number>>
  ended: Partial<Record<ReturnEnding, number>>
}

export const returnsPerPage = 50
export const shownReturns = ['open', 'ended'] as const
export type ShownReturns = (typeof shownReturns)[number]

export type ReturnList = { counts: ReturnCounts; items: ReturnedLetter[]; hasMore: boolean }

/** Longest waiting first; the ended ones newest first. A look for each on the page. */
export async function readReturns(
  sql: Sql,
  asked: { office: string; show: ShownReturns; page: number },
  today: PlainDate,
): Promise<ReturnList> {
  const { office, show, page } = asked
  return withPurpose(sql, { municipalityCode: office, purpose: 'returnedPost' }, async (tx) => {
    const order = show === 'open' ? tx`l.returned_at, l.id` : tx`l.ended_at desc, l.id`
    const rows = await tx<(ReturnedLetter & { residentId: string })[]>`
      select ${columns(tx)}, l.resident_id as "residentId" ${from(tx)}
       where l.municipality_code = ${office}
         and ${show === 'open' ? tx`l.ended_at is null` : tx`l.ended_at is not null`}
       order by ${order} limit ${returnsPerPage + 1} offset ${(page - 1) * returnsPerPage}`
    const shown = rows.slice(0, returnsPerPage)
    await look(
      tx,
      shown.map(({ residentId }) => {
        return { municipalityCode: office, residentId, fields: ['notices'] }
      }),
    )
    const items = shown.map(({ residentId: _, ...letter }) => letter)
    return { counts: await countsOf(tx, office, today), items, hasMore: rows.length > shown.length }
  })
}

function columns(tx: Tx) {
  return tx`
    l.id, left(l.letter_id::text, 8) as "shortId", n.kind, n.round, l.reason, l.sent_on as "sentOn",
    l.returned_on as "returnedOn", l.stops, l.ended_on as "endedOn",
    l.ended_because as "endedBecause"`
}

function from(tx: Tx) {
  return tx`
    from returned_letter l
    left join notice n on (n.municipality_code, n.id) = (l.municipality_code, l.notice_id)`
}

async function countsOf(tx: Tx, office: string, today: PlainDate): Promise<ReturnCounts> {
  const [row] = await tx<Pick<ReturnCounts, 'stopped' | 'open'>[]>`
    select count(*)::int as open, (count(*) filter (where stops))::int as stopped
      from returned_letter where municipality_code = ${office} and ended_at is null`
  const month = await tx<{ reason: ReturnReason; n: number }[]>`
    select reason, count(*)::int as n from returned_letter
     where municipality_code = ${office} and returned_on > ${today}::date - 30 group by reason`
  const ended = await tx<{ ending: ReturnEnding; n: number }[]>`
    select ended_because as ending, count(*)::int as n from returned_letter
     where municipality_code = ${office} and ended_on > ${today}::date - 30 group by 1`
  return {
    ...row!,
    month: Object.fromEntries(month.map(({ reason, n }) => [reason, n])),
    ended: Object.fromEntries(ended.map(({ ending, n }) => [ending, n])),
  }
}

export type OpenReturn = ReturnedLetter & {
  courseId: string | null
  isProtected: boolean
  /** Undefined of somebody protected or erased, and once the matter has ended. */
  person: { familyName: string; givenName: string; kana: string } | undefined
  addresses: AddressesKnown | undefined
}

/**
 * Undefined where there is no such letter. Who it was to is opened only while it is to be settled, and
 * never of somebody protected. One look, and one more when the person is opened.
 */
export async function readReturn(
  { sql, vault }: Store,
  { municipalityCode, id }: ReturnKey,
  today: PlainDate,
): Promise<OpenReturn | undefined> {
  return withPurpose(sql, { municipalityCode, purpose: 'returnedPost' }, async (tx) => {
    const [found] = await tx<(ReturnedLetter & { residentId: string; courseId: string | null })[]>`
      select ${columns(tx)}, l.resident_id as "residentId",
             (select c.id from course c
               where c.home_municipality_code = l.municipality_code
                 and c.home_resident_id = l.resident_id
                 and c.closed_because is distinct from 'merged'
               order by c.opened_at limit 1) as "courseId" ${from(tx)}
       where l.municipality_code = ${municipalityCode} and l.id = ${id}`
    if (!found) {
      await look(tx, [])
      return undefined
    }
    const { residentId, ...letter } = found
    const row = { municipalityCode, residentId }
    const at = letter.courseId ? { courseId: letter.courseId } : {}
    await look(tx, [{ ...row, ...at, fields: ['notices', 'registerEvents'] }])
    const isProtected = await isProtectedOn(tx, row, today)
    const nobody = { person: undefined, addresses: undefined }
    if (isProtected || letter.endedOn) return { ...letter, isProtected, ...nobody }
    const fields = ['name', 'kana', 'address'] as const
    const asked = { purpose: 'returnedPost', rows: [row], fields }
    const keys = await unlockPeople(tx, vault, asked)
    const own = keys.get(residentId)
    if (!own) return { ...letter, isProtected, ...nobody }
    const person = (await readPeopleToNotify(tx, keys, [row], today)).get(residentId)
    const addresses = await openAddresses(tx, own, row, today)
    return { ...letter, isProtected, person, addresses }
  })
}
