/** Sheets as a municipality registers them. A person may hold several; only moves and reissues revoke. */
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseTicketNumber } from '../../domain/ticket.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import { erasedNumbers } from '../people/erased.ts'
import { sealedNumbers, ticketIndexes } from '../people/tickets.ts'
import type { Store } from '../store.ts'
import { settleMoveTasks } from './move-tasks.ts'
import { delegatedAmong } from './number-ranges.ts'
import { byMunicipality } from './register.ts'
import { inRegister } from './register-events.ts'
import { replan } from './replan.ts'
import { settlePerson } from './residency.ts'

export type TicketToRegister = {
  municipalityCode: string
  number: string
  registerNumber: string
  issuedOn: PlainDate
  /** A reissue that the town made itself: older sheets of the person fall, and warn when they are used. */
  replacesOlder?: boolean | undefined
}

export type TicketResult = { number: string; status: 'new' | 'same' | 'refused'; code?: string }

/**
 * Registers sheets, a transaction per municipality; results in the order of the items. Refusals, per
 * item: `unknownResident`, `ticketNumberTaken` (it is somebody else's), `numberOfTwoPeople` (told of two,
 * and nobody's yet: neither gets it), `dateInFuture`, `residentErased`, `numberDelegated` (it is ours to
 * give out), and what `parseTicketNumber` throws.
 */
export async function registerTickets(
  { sql, vault }: Store,
  items: TicketToRegister[],
  today: PlainDate,
): Promise<{ results: TicketResult[]; hasNews: boolean }> {
  const results: TicketResult[] = new Array(items.length)
  let hasNews = false
  await vault.reach()
  for (const [code, indices] of byMunicipality(items)) {
    const told = indices.map((i) => items[i]!)
    const done = await inRegister(sql, code, (tx) => registerInTown(tx, vault, code, told, today))
    indices.forEach((index, i) => {
      results[index] = done.results[i]!
    })
    hasNews ||= done.hasNews
  }
  return { results, hasNews }
}

async function registerInTown(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  items: TicketToRegister[],
  today: PlainDate,
): Promise<{ results: TicketResult[]; hasNews: boolean }> {
  const residents = await lockResidents(tx, municipalityCode, items)
  const holding = [...new Set(residents.values())]
  await look(
    tx,
    holding.map((residentId) => ({ municipalityCode, residentId, fields: ['ticket'] })),
  )
  const numbers = items.map(({ registerNumber }) => registerNumber)
  const gone = await erasedNumbers(tx, municipalityCode, numbers)
  const sheets = items.map((item) => sheetOf(item, residents, gone, today))
  const valid = await indexed(vault, municipalityCode, sheets)
  const contested = contestedAmong(sheets, items)
  const erased = await insertSheets(tx, vault, municipalityCode, { valid, contested, today })
  const owners = await ownersOf(tx, municipalityCode, valid)
  const results = sheets.map((sheet) => {
    const { number, residentId, refusal, index } = sheet
    if (refusal) return { number, status: 'refused' as const, code: refusal }
    if (erased.has(sheet)) return { number, status: 'refused' as const, code: 'residentErased' }
    if (owners.get(index!) !== residentId) {
      return { number, status: 'refused' as const, code: 'ticketNumberTaken' }
    }
    return { number, status: sheet.isNew ? ('new' as const) : ('same' as const) }
  })
  const replacing = sheets.filter(({ isNew }, i) => isNew && items[i]!.replacesOlder)
  await revokeReplaced(tx, municipalityCode, replacing as ValidSheet[], today)
  const holders = sheets.filter((sheet) => sheet.isNew).map((sheet) => sheet.residentId!)
  const hasNews = await tellMovers(tx, municipalityCode, holders, today)
  return { results, hasNews }
}

type Sheet = {
  number: string
  issuedOn: PlainDate
  residentId?: string
  refusal?: string
  /** Of the number, in hex. */
  index?: string
  isNew?: boolean
}
type ValidSheet = Sheet & { residentId: string; index: string }

function sheetOf(
  item: TicketToRegister,
  residents: Map<string, string>,
  erased: Set<string>,
  today: PlainDate,
): Sheet {
  const { number, issuedOn } = item
  try {
    const sheet = { number: parseTicketNumber(number), issuedOn }
    const residentId = residents.get(item.registerNumber)
    if (erased.has(item.registerNumber)) return { ...sheet, refusal: 'residentErased' }
    if (!residentId) return { ...sheet, refusal: 'unknownResident' }
    return issuedOn > today ? { ...sheet, refusal: 'dateInFuture' } : { ...sheet, residentId }
  } catch (error) {
    if (error instanceof DomainError) return { number, issuedOn, refusal: error.code }
    throw error
  }
}

/** Numbers that one batch tells of two people. Whichever came first would get the other one's doses. */
function contestedAmong(sheets: Sheet[], items: TicketToRegister[]): Set<string> {
  const holders = new Map<string, string>()
  const contested = new Set<string>()
  sheets.forEach(({ number }, i) => {
    const { registerNumber } = items[i]!
    const other = holders.get(number)
    if (other !== undefined && other !== registerNumber) contested.add(number)
    holders.set(number, registerNumber)
  })
  return contested
}

/** As of a sheet issued here: nobody keeps two that are good for the same dose. */
async function revokeReplaced(
  tx: Tx,
  municipalityCode: string,
  sheets: ValidSheet[],
  today: PlainDate,
): Promise<void> {
  if (sheets.length === 0) return
  const newest = new Map(sheets.map(({ residentId, index }) => [residentId, index]))
  const residents = [...newest.keys()]
  await tx`
    update ticket t set revoked_on = ${today}, revoked_because = 'reissued'
      from unnest(${residents}::uuid[], ${[...newest.values()]}::text[]) as n(resident, sheet)
     where t.municipality_code = ${municipalityCode} and t.resident_id = n.resident
       and t.revoked_on is null and t.number_index <> decode(n.sheet, 'hex')`
  // What still waits is not printed.
  await tx`
    update ticket_sheet set state = 'withdrawn', withdrawn_because = 'revoked'
     where municipality_code = ${municipalityCode} and resident_id = any(${residents}::uuid[])
       and state = 'waiting'`
}

/** Those that are not refused, each told its index. */
async function indexed(
  vault: Vault,
  municipalityCode: string,
  sheets: Sheet[],
): Promise<ValidSheet[]> {
  const valid = sheets.filter((sheet) => !sheet.refusal)
  const numbers = valid.map(({ number }) => number)
  const indexes = await ticketIndexes(vault, municipalityCode, numbers)
  valid.forEach((sheet, i) => {
    sheet.index = indexes[i]!
  })
  return valid as ValidSheet[]
}

/** Locked, because a move that is being recorded revokes the sheets it sees. */
async function lockResidents(tx: Tx, municipalityCode: string, items: TicketToRegister[]) {
  const rows = await tx<{ id: string; registerNumber: string }[]>`
    select id, register_number as "registerNumber" from resident
     where municipality_code = ${municipalityCode}
       and register_number = any(${items.map((item) => item.registerNumber)})
     order by municipality_code, id for no key update`
  return new Map(rows.map((row) => [row.registerNumber, row.id]))
}

/**
 * Marks which sheets are new; answers with those that cannot be kept, their holders having been erased.
 * Only numbers that nobody holds yet are sealed: the same batch told again opens nothing.
 */
async function insertSheets(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  { valid, contested, today }: { valid: ValidSheet[]; contested: Set<string>; today: PlainDate },
): Promise<Set<Sheet>> {
  const held = await ownersOf(tx, municipalityCode, valid)
  // The same sheet twice in one batch: the first one is new.
  const free = valid.filter(({ index }) => !held.has(index))
  const numbersOfOurs = await delegatedAmong(
    tx,
    municipalityCode,
    free.map(({ number }) => number),
  )
  for (const sheet of free) {
    if (contested.has(sheet.number)) sheet.refusal = 'numberOfTwoPeople'
    if (numbersOfOurs.has(sheet.number)) sheet.refusal = 'numberDelegated'
  }
  const unheld = free.filter(({ refusal }) => !refusal)
  const firsts = [...new Map(unheld.toReversed().map((sheet) => [sheet.index, sheet])).values()]
  const numbers = await sealedNumbers(tx, vault, municipalityCode, firsts)
  const keepable = firsts.filter(({ index }) => numbers.has(index))
  const rows = keepable.map(({ index, residentId, issuedOn }) => {
    return { index, number: numbers.get(index), resident: residentId, issued: issuedOn }
  })
  const added = await tx<{ index: string }[]>`
    insert into ticket (municipality_code, number_index, number, resident_id, issued_on, recorded_on)
    select ${municipalityCode}, decode(t.index, 'hex'), decode(t.number, 'hex'), t.resident, t.issued,
           ${today}
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as t("index" text, number text, resident uuid, issued date)
    on conflict (municipality_code, number_index) do nothing
    returning encode(number_index, 'hex') as index`
  const fresh = new Set(added.map(({ index }) => index))
  for (const sheet of keepable) sheet.isNew = fresh.has(sheet.index)
  return new Set(firsts.filter(({ index }) => !numbers.has(index)))
}

/** By index, of those that somebody holds. */
async function ownersOf(tx: Tx, municipalityCode: string, sheets: ValidSheet[]) {
  const rows = await tx<{ index: string; residentId: string }[]>`
    select encode(number_index, 'hex') as index, resident_id as "residentId" from ticket
     where municipality_code = ${municipalityCode}
       and number_index = any(array(select decode(i, 'hex')
               from unnest(${sheets.map((sheet) => sheet.index)}::text[]) i)::bytea[])`
  return new Map(rows.map((row) => [row.index, row.residentId]))
}

type Mover = { residentId: string; isHere: boolean; courseId: string | null }

/**
 * A sheet of the new town lets the relocation notice leave; one for somebody who has left falls with
 * the older ones.
 */
export async function tellMovers(
  tx: Tx,
  municipalityCode: string,
  holders: string[],
  today: PlainDate,
): Promise<boolean> {
  const movers = await tx<Mover[]>`
    select r.id as "residentId", r.status = 'registered' as "isHere", c.id as "courseId"
      from resident r
      left join course c on (c.home_municipality_code, c.home_resident_id) = (r.municipality_code, r.id)
                        and c.relocation_event_id is not null
                        and c.closed_because is distinct from 'merged'
     where r.municipality_code = ${municipalityCode} and r.id = any(${holders}::uuid[])
       and (r.status <> 'registered' or c.id is not null)
     order by c.id, r.id`
  let hasNews = false
  for (const { residentId, isHere, courseId } of movers) {
    if (!isHere) {
      hasNews = (await settlePerson(tx, { municipalityCode, residentId }, today)).hasNews || hasNews
    } else if (courseId) {
      await replan(tx, courseId, { cause: 'replanned', today, tell: true })
      await settleMoveTasks(tx, courseId, today)
      hasNews = true
    }
  }
  return hasNews
}
