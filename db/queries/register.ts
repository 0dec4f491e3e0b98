/** A municipality's register, row by row: new residents, and those it tells again. */
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import { tellHouseholds } from '../people/households.ts'
import {
  comparedMyNumbers,
  type MyNumberNews,
  type ToldNumber,
  writeMyNumbers,
} from '../people/my-numbers.ts'
import type { PersonName } from '../people/names.ts'
import { withSeveralOpenResidences } from '../people/residences.ts'
import type { PersonToWrite } from '../people/told.ts'
import { type PersonOutcome, type WrittenPerson, writePeople } from '../people/write.ts'
import type { Store } from '../store.ts'
import { settleLookAlikes } from './links/look-alikes.ts'
import { lockUnderProtection } from './protection.ts'
import { inRegister, takeTown } from './register-events.ts'
import { settlePerson } from './residency.ts'
import { changeResidentGroups } from './resident-groups.ts'

export type ResidentToRegister = {
  municipalityCode: string
  registerNumber: string
  name: PersonName
  bornOn: PlainDate
  mail?: string | undefined
  /** Where no mail is told, the one that is known stays. */
  keepsMail?: boolean | undefined
  myNumber?: string | undefined
  postcode: string
  address: string
  residentSince: PlainDate
  /** As the register numbers it; left out, the register says nothing of it. */
  householdNumber?: string | undefined
  /** Codes of the town's own list; left out, the register says nothing of them; empty, none. */
  facilityCode?: string | undefined
  priorityGroup?: string | undefined
}

export type ResidentResult = {
  registerNumber: string
  status: 'new' | 'same' | 'updated' | 'refused'
  code?: string
}

/**
 * Registers residents, a transaction per municipality; results in the order of the items. Telling a
 * resident again changes name, mail, addresses and My Number, never the birth date; a number that is
 * not told stays. Refusals, per item: `unknownMunicipality`, `twiceInOneBatch`, `dateInFuture`,
 * `dateBeforeBirth`, `birthDateDiffers`, `residentErased`, `myNumberTaken`.
 */
export async function registerResidents(
  { sql, vault }: Store,
  items: ResidentToRegister[],
  today: PlainDate,
): Promise<{ results: ResidentResult[]; hasNews: boolean }> {
  const results: ResidentResult[] = new Array(items.length)
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

/** Indices of the items by municipality, so that results keep their places. */
export function byMunicipality(items: { municipalityCode: string }[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  items.forEach(({ municipalityCode }, i) => {
    groups.set(municipalityCode, [...(groups.get(municipalityCode) ?? []), i])
  })
  return groups
}

/**
 * The same for one town, in the transaction of a caller who holds the purpose `manageRegister`; the town is
 * taken until it ends.
 */
export async function registerInTown(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  items: ResidentToRegister[],
  today: PlainDate,
): Promise<{ results: ResidentResult[]; hasNews: boolean }> {
  await takeTown(tx, municipalityCode)
  const [town] = await tx`select from municipality where code = ${municipalityCode}`
  const checked = items.map((item, i) =>
    town ? refusalOf(item, items.slice(0, i), today) : 'unknownMunicipality',
  )
  const numbers = await comparedMyNumbers(
    tx,
    vault,
    municipalityCode,
    items.filter((_, i) => !checked[i]).filter(hasNumber),
  )
  const refusals = items.map(({ registerNumber }, i) => {
    const isTaken = numbers.get(registerNumber)?.outcome === 'taken'
    return checked[i] ?? (isTaken ? 'myNumberTaken' : undefined)
  })
  const wanted = items.filter((_, i) => !refusals[i])
  const people = await writePeople(tx, vault, municipalityCode, wanted.map(personOf), today)
  const written = await withNumbers(tx, vault, municipalityCode, { wanted, people, numbers })
  const known = written.filter(({ outcome }) => outcome !== 'new')
  await look(
    tx,
    known.map(({ residentId }) => ({ municipalityCode, residentId, fields: ['registerEvents'] })),
  )
  const touched = written.filter(({ outcome }) => outcome === 'new' || outcome === 'updated')
  const ids = touched.map(({ residentId }) => residentId)
  const { hasNews, settled } = await settleMovers(tx, municipalityCode, ids, today)
  const others = written.filter(
    ({ outcome, residentId }) => outcome === 'new' && !settled.has(residentId),
  )
  await settleLookAlikes(
    tx,
    others.map(({ residentId }) => ({ municipalityCode, residentId })),
    today,
    { areOne: false },
  )
  const rehoused = await keepHouseholds(tx, vault, municipalityCode, { wanted, written }, today)
  const regrouped = await keepGroups(tx, municipalityCode, { wanted, written })
  const outcomes = new Map(wanted.map((item, i) => [item, written[i]!.outcome]))
  const results = items.map((item, i) => {
    const { registerNumber } = item
    const refusal = refusals[i]
    if (refusal) return { registerNumber, status: 'refused' as const, code: refusal }
    const result = resultOf(registerNumber, outcomes.get(item)!)
    const isChanged = rehoused.has(item) || regrouped.has(item)
    return result.status === 'same' && isChanged
      ? { ...result, status: 'updated' as const }
      : result
  })
  return { results, hasNews }
}

/** The items that changed by what somebody is called up. */
async function keepGroups(
  tx: Tx,
  municipalityCode: string,
  { wanted, written }: { wanted: ResidentToRegister[]; written: WrittenPerson[] },
): Promise<Set<ResidentToRegister>> {
  const told = wanted.flatMap((item, i) => {
    const { residentId, outcome } = written[i]!
    if (outcome === 'birthDateDiffers' || outcome === 'residentErased') return []
    const { facilityCode, priorityGroup } = item
    return [{ item, residentId, facilityCode, priorityGroup }]
  })
  const changed = await changeResidentGroups(tx, municipalityCode, told)
  return new Set(told.flatMap(({ item, residentId }) => (changed.has(residentId) ? [item] : [])))
}

/** The items that changed of which household somebody is. */
async function keepHouseholds(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  { wanted, written }: { wanted: ResidentToRegister[]; written: WrittenPerson[] },
  today: PlainDate,
): Promise<Set<ResidentToRegister>> {
  const told = wanted.flatMap((item, i) => {
    const { residentId, outcome } = written[i]!
    const { householdNumber, residentSince: since } = item
    if (householdNumber === undefined || outcome === 'birthDateDiffers') return []
    return [{ item, residentId, householdNumber, since }]
  })
  const changed = await tellHouseholds(tx, vault, municipalityCode, told, today)
  await lockUnderProtection(
    tx,
    changed.map((residentId) => ({ municipalityCode, residentId })),
  )
  return new Set(
    told.flatMap(({ item, residentId }) => (changed.includes(residentId) ? [item] : [])),
  )
}

function hasNumber(item: ResidentToRegister): item is ResidentToRegister & ToldNumber {
  return item.myNumber !== undefined
}

/** What came of each person once their numbers are kept too. */
async function withNumbers(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  told: {
    wanted: ResidentToRegister[]
    people: WrittenPerson[]
    numbers: Map<string, MyNumberNews>
  },
): Promise<WrittenPerson[]> {
  const news = told.wanted.flatMap(({ registerNumber, myNumber }, i) => {
    const { residentId, outcome } = told.people[i]!
    const number = told.numbers.get(registerNumber)
    const isNews = number?.outcome === 'new' || number?.outcome === 'changed'
    if (!isNews || !myNumber || outcome === 'birthDateDiffers') return []
    return [{ residentId, myNumber, index: number.index }]
  })
  const kept = await writeMyNumbers(tx, vault, municipalityCode, news)
  const asked = new Set(news.map(({ residentId }) => residentId))
  return told.people.map(({ residentId, outcome }) => {
    if (asked.has(residentId) && !kept.has(residentId)) {
      return { residentId, outcome: 'residentErased' }
    }
    const isUpdated = outcome === 'same' && kept.has(residentId)
    return { residentId, outcome: isUpdated ? 'updated' : outcome }
  })
}

function personOf(item: ResidentToRegister): PersonToWrite {
  const { registerNumber, name, bornOn, mail, keepsMail, residentSince, postcode, address } = item
  const residence = { fromOn: residentSince, postcode, address }
  return { registerNumber, name, bornOn, mail, keepsMail, residence }
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
  if (outcome === 'birthDateDiffers' || outcome === 'residentErased') {
    return { registerNumber, status: 'refused', code: outcome }
  }
  return { registerNumber, status: outcome }
}

/**
 * Those of whom registers have told moves, perhaps before this row was known, and those with more
 * than one residence: where they live and since when follows from everything together.
 */
export async function settleMovers(
  tx: Tx,
  municipalityCode: string,
  residentIds: string[],
  today: PlainDate,
): Promise<{ hasNews: boolean; settled: Set<string> }> {
  const movers = await tx<{ id: string }[]>`
    select r.id from resident r
     where r.municipality_code = ${municipalityCode} and r.id = any(${residentIds}::uuid[])
       and exists (select from register_event e
                    where e.municipality_code = r.municipality_code and e.resident_id = r.id)
    union
    select id from named_elsewhere(${municipalityCode}, ${residentIds}::uuid[]) id`
  const others = await withSeveralOpenResidences(tx, municipalityCode, residentIds)
  const ids = new Set([...movers.map((row) => row.id), ...others])
  let hasNews = false
  for (const id of ids) {
    const { hasNews: isNews } = await settlePerson(tx, { municipalityCode, residentId: id }, today)
    hasNews ||= isNews
  }
  return { hasNews, settled: ids }
}
