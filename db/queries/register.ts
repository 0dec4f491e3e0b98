/** A municipality's register, row by row: new residents, and those it tells again. */
import { randomUUID } from 'node:crypto'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { look, type Sql, type Tx } from '../client.ts'
import {
  type PersonName,
  type PersonOutcome,
  withSeveralOpenResidences,
  writePeople,
} from '../people/write.ts'
import { inRegister, takeTown } from './register-events.ts'
import { settlePerson } from './residency.ts'

export type ResidentToRegister = {
  municipalityCode: string
  registerNumber: string
  name: PersonName
  bornOn: PlainDate
  mail?: string | undefined
  postcode: string
  address: string
  residentSince: PlainDate
}

export type ResidentResult = {
  registerNumber: string
  status: 'new' | 'same' | 'updated' | 'refused'
  code?: string
}

/**
 * Registers residents, a transaction per municipality; results in the order of the items. Telling a
 * resident again changes name, mail and addresses, never the birth date. Refusals, per item:
 * `unknownMunicipality`, `twiceInOneBatch`, `dateInFuture`, `dateBeforeBirth`, `birthDateDiffers`.
 */
export async function registerResidents(
  sql: Sql,
  items: ResidentToRegister[],
  today: PlainDate,
): Promise<{ results: ResidentResult[]; hasNews: boolean }> {
  const results: ResidentResult[] = new Array(items.length)
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

/** Indices of the items by municipality, so that results keep their places. */
export function byMunicipality(items: { municipalityCode: string }[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  items.forEach(({ municipalityCode }, i) => {
    groups.set(municipalityCode, [...(groups.get(municipalityCode) ?? []), i])
  })
  return groups
}

async function registerInTown(
  tx: Tx,
  municipalityCode: string,
  items: ResidentToRegister[],
  today: PlainDate,
): Promise<{ results: ResidentResult[]; hasNews: boolean }> {
  await takeTown(tx, municipalityCode)
  const [town] = await tx`select from municipality where code = ${municipalityCode}`
  const refusals = items.map((item, i) =>
    town ? refusalOf(item, items.slice(0, i), today) : 'unknownMunicipality',
  )
  const wanted = items.filter((_, i) => !refusals[i])
  const { ids, added } = await writeResidents(tx, municipalityCode, wanted)
  const known = [...ids.values()].filter((id) => !added.includes(id))
  await look(
    tx,
    known.map((residentId) => ({ municipalityCode, residentId, fields: ['registerEvents'] })),
  )
  const outcomes = await writePeople(
    tx,
    municipalityCode,
    wanted.map((item) => ({
      residentId: ids.get(item.registerNumber)!,
      person: { name: item.name, bornOn: item.bornOn, mail: item.mail },
      residence: {
        fromOn: item.residentSince,
        postcode: item.postcode,
        address: item.address,
      },
    })),
  )
  const touched = new Set(added)
  for (const [id, outcome] of outcomes) if (outcome === 'updated') touched.add(id)
  const hasNews = await settleMovers(tx, municipalityCode, [...touched], today)
  const results = items.map(({ registerNumber }, i) => {
    const refusal = refusals[i]
    if (refusal) return { registerNumber, status: 'refused' as const, code: refusal }
    return resultOf(registerNumber, outcomes.get(ids.get(registerNumber)!)!)
  })
  return { results, hasNews }
}

function refusalOf(
  item: ResidentToRegister,
  before: ResidentToRegister[],
  today: PlainDate,
): string | undefined {
  const isTwice = before.some((other) => other.registerNumber === item.registerNumber)
  if (isTwice) return 'twiceInOneBatch'
  const told = [item.bornOn, item.residentSince]
  if (told.some((date) => compareDates(date, today) > 0)) return 'dateInFuture'
  return compareDates(item.residentSince, item.bornOn) < 0 ? 'dateBeforeBirth' : undefined
}

function resultOf(registerNumber: string, outcome: PersonOutcome): ResidentResult {
  if (outcome === 'birthDateDiffers') return { registerNumber, status: 'refused', code: outcome }
  return { registerNumber, status: outcome }
}

async function writeResidents(tx: Tx, municipalityCode: string, items: ResidentToRegister[]) {
  const rows = items.map((item) => {
    const { registerNumber, bornOn } = item
    return { id: randomUUID(), number: registerNumber, year: Number(bornOn.slice(0, 4)) }
  })
  const added = await tx<{ id: string }[]>`
    insert into resident (municipality_code, id, register_number, birth_year)
    select ${municipalityCode}, r.id, r.number, r.year
      from jsonb_to_recordset(${tx.json(rows)}) as r(id uuid, number text, year smallint)
    on conflict (municipality_code, register_number) do nothing
    returning id`
  const found = await tx<{ id: string; registerNumber: string }[]>`
    select id, register_number as "registerNumber" from resident
     where municipality_code = ${municipalityCode}
       and register_number = any(${rows.map((row) => row.number)})`
  return {
    ids: new Map(found.map((row) => [row.registerNumber, row.id])),
    added: added.map((row) => row.id),
  }
}

/**
 * Those of whom registers have told moves, perhaps before this row was known, and those with more
 * than one residence: where they live and since when follows from everything together.
 */
async function settleMovers(
  tx: Tx,
  municipalityCode: string,
  residentIds: string[],
  today: PlainDate,
): Promise<boolean> {
  const movers = await tx<{ id: string }[]>`
    select r.id from resident r
     where r.municipality_code = ${municipalityCode} and r.id = any(${residentIds}::uuid[])
       and exists (select from register_event e
                    where e.municipality_code = r.municipality_code and e.resident_id = r.id)
    union
    select id from named_elsewhere(${municipalityCode}, ${residentIds}::uuid[]) id`
  const others = await withSeveralOpenResidences(tx, municipalityCode, residentIds)
  let hasNews = false
  for (const id of new Set([...movers.map((row) => row.id), ...others])) {
    const settled = await settlePerson(tx, { municipalityCode, residentId: id }, today)
    hasNews ||= settled.hasNews
  }
  return hasNews
}
