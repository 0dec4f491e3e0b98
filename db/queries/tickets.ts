/** Sheets as a municipality registers them. A person may hold several; only moves and reissues revoke. */
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseTicketNumber } from '../../domain/ticket.ts'
import { look, type Sql, type Tx } from '../client.ts'
import { settleMoveTasks } from './move-tasks.ts'
import { byMunicipality } from './register.ts'
import { inRegister } from './register-events.ts'
import { replan } from './replan.ts'
import { settlePerson } from './residency.ts'

export type TicketToRegister = {
  municipalityCode: string
  number: string
  registerNumber: string
  issuedOn: PlainDate
}

export type TicketResult = { number: string; status: 'new' | 'same' | 'refused'; code?: string }

/**
 * Registers sheets, a transaction per municipality; results in the order of the items. Refusals, per
 * item: `unknownResident`, `ticketNumberTaken` (it is somebody else's), `dateInFuture`, and what
 * `parseTicketNumber` throws.
 */
export async function registerTickets(
  sql: Sql,
  items: TicketToRegister[],
  today: PlainDate,
): Promise<{ results: TicketResult[]; hasNews: boolean }> {
  const results: TicketResult[] = new Array(items.length)
  let hasNews = false
  for (const [code, indices] of byMunicipality(items)) {
    const told = indices.map((i) => items[i]!)
    const done = await inRegister(sql, code, (tx) => registerInTown(tx, code, told, today))
    indices.forEach((index, i) => {
      results[index] = done.results[i]!
    })
    hasNews ||= done.hasNews
  }
  return { results, hasNews }
}

async function registerInTown(
  tx: Tx,
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
  const sheets = items.map((item) => sheetOf(item, residents, today))
  const added = await insertSheets(tx, municipalityCode, sheets, today)
  const owners = await ownersOf(tx, municipalityCode, sheets)
  const results = sheets.map(({ number, residentId, refusal }) => {
    if (refusal) return { number, status: 'refused' as const, code: refusal }
    if (owners.get(number) !== residentId) {
      return { number, status: 'refused' as const, code: 'ticketNumberTaken' }
    }
    // The same number twice in one batch: the first one is new.
    return { number, status: added.delete(number) ? ('new' as const) : ('same' as const) }
  })
  const holders = sheets.filter((_, i) => results[i]!.status === 'new').map((s) => s.residentId!)
  const hasNews = await tellMovers(tx, municipalityCode, holders, today)
  return { results, hasNews }
}

type Sheet = { number: string; issuedOn: PlainDate; residentId?: string; refusal?: string }

function sheetOf(item: TicketToRegister, residents: Map<string, string>, today: PlainDate): Sheet {
  const { number, issuedOn } = item
  try {
    const sheet = { number: parseTicketNumber(number), issuedOn }
    const residentId = residents.get(item.registerNumber)
    if (!residentId) return { ...sheet, refusal: 'unknownResident' }
    return issuedOn > today ? { ...sheet, refusal: 'dateInFuture' } : { ...sheet, residentId }
  } catch (error) {
    if (error instanceof DomainError) return { number, issuedOn, refusal: error.code }
    throw error
  }
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

async function insertSheets(tx: Tx, municipalityCode: string, sheets: Sheet[], today: PlainDate) {
  const rows = sheets
    .filter((sheet) => !sheet.refusal)
    .map((s) => ({ number: s.number, resident: s.residentId!, issued: s.issuedOn }))
  const added = await tx<{ number: string }[]>`
    insert into ticket (municipality_code, number, resident_id, issued_on, recorded_on)
    select ${municipalityCode}, t.number, t.resident, t.issued, ${today}
      from jsonb_to_recordset(${tx.json(rows)}) as t(number text, resident uuid, issued date)
    on conflict (municipality_code, number) do nothing
    returning number`
  return new Set(added.map((row) => row.number))
}

async function ownersOf(tx: Tx, municipalityCode: string, sheets: Sheet[]) {
  const rows = await tx<{ number: string; residentId: string }[]>`
    select number, resident_id as "residentId" from ticket
     where municipality_code = ${municipalityCode}
       and number = any(${sheets.map((sheet) => sheet.number)})`
  return new Map(rows.map((row) => [row.number, row.residentId]))
}

type Mover = { residentId: string; isHere: boolean; courseId: string | null }

/**
 * A sheet of the new town lets the relocation notice leave; one for somebody who has left falls with
 * the older ones.
 */
async function tellMovers(
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
