/** What stands here of the people of a vaccination register: their doses, their sheets, the venues by name. */
import { type AgeFacts, birthDatesOf } from '../../../domain/age.ts'
import { compareDates } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import type { PlacedDose } from '../../../domain/municipal-file.ts'
import { look, type Tx, withPurpose } from '../../client.ts'
import { bornOtherwise, openBirthDates } from '../../people/birth.ts'
import { bytesOf } from '../../people/same-person.ts'
import { ticketIndexes } from '../../people/tickets.ts'
import type { Comparing } from './kind.ts'
import type { PersonRow } from './person-doses.ts'

export type KnownDose = {
  doseNumber: number
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  isVoided: boolean
}

export type KnownPerson = {
  residentId: string
  isErased: boolean
  hasSheet: boolean
  doses: KnownDose[]
  /** Opened only of somebody so young that one of the told doses may lie before it. */
  bornOn?: PlainDate
}

type AgeClass = Pick<AgeFacts, 'ageClass' | 'ageClassOn'>

type Venue = { code: string; name: string; isOwn: boolean }

export type Known = {
  town: string
  today: PlainDate
  /** By register number. */
  people: Map<string, KnownPerson>
  isBornOtherwise: boolean[]
  /** Scans of these ids that are here. */
  scans: Set<string>
  /** Whose each number of the town's own sheets is. */
  holders: Map<string, string>
  venues: Venue[]
  products: Set<string>
}

/** Reads what is told of people under `recordDose`, with a look at each of them. */
export async function knownOf(
  { store, job }: Comparing,
  rows: PersonRow[],
  scanIds: string[],
): Promise<Known> {
  const { municipalityCode: town, today } = job
  const doses = rows.flatMap(({ record }) => record.doses)
  const numbers = [
    ...new Set(
      doses.flatMap(({ ticketNumber, ticketMunicipalityCode = town }) =>
        ticketNumber !== undefined && ticketMunicipalityCode === town ? [ticketNumber] : [],
      ),
    ),
  ]
  const indexes = await ticketIndexes(store.vault, town, numbers)
  const numberOf = new Map(indexes.map((index, i) => [index, numbers[i]!]))
  const compare = { municipalityCode: town, purpose: 'compareRegister' } as const
  const isBornOtherwise = await withPurpose(store.sql, compare, (tx) =>
    bornOtherwise(
      tx,
      store.vault,
      town,
      rows.map(({ record }) => record),
    ),
  )
  const asked = { municipalityCode: town, purpose: 'recordDose' } as const
  return withPurpose(store.sql, asked, async (tx) => {
    const people = await peopleOf(
      tx,
      town,
      rows.map(({ record }) => record.registerNumber),
    )
    const looks = [...people.values()].map(({ residentId }) => {
      return { municipalityCode: town, residentId, fields: ['doses' as const, 'ticket' as const] }
    })
    await look(tx, looks)
    await openBirths(tx, store.vault, { town, people, rows })
    const scans = await tx<{ id: string }[]>`
      select id from scan where id = any(${scanIds}::uuid[])`
    const sheets = await tx<{ index: string; residentId: string }[]>`
      select encode(number_index, 'hex') as index, resident_id as "residentId" from ticket
       where municipality_code = ${town} and number_index = any(${bytesOf(tx, indexes)}::bytea[])`
    return {
      ...{ town, today, people, isBornOtherwise },
      scans: new Set(scans.map(({ id }) => id)),
      holders: new Map(sheets.map((sheet) => [numberOf.get(sheet.index)!, sheet.residentId])),
      venues: await venuesOf(tx, town, doses),
      products: await productsOf(tx),
    }
  })
}

type Opening = { town: string; people: Map<string, KnownPerson>; rows: PersonRow[] }

/** The class nearly always says that a dose came after the birth; only where it does not is one opened. */
async function openBirths(
  tx: Tx,
  vault: Comparing['store']['vault'],
  { town, people, rows }: Opening,
): Promise<void> {
  const told = rows.flatMap(({ record: { registerNumber, doses } }) => {
    const residentId = people.get(registerNumber)?.residentId
    return doses.map(({ givenOn }) => ({ residentId, givenOn }))
  })
  const classes = await tx<(AgeClass & { residentId: string })[]>`
    select id as "residentId", age_class as "ageClass", age_class_on as "ageClassOn" from resident
     where municipality_code = ${town} and is_minor
       and id = any(${told.flatMap(({ residentId }) => residentId ?? [])}::uuid[])`
  const young = classes.filter((one) =>
    told.some(
      ({ residentId, givenOn }) =>
        residentId === one.residentId && compareDates(givenOn, birthDatesOf(one).to) < 0,
    ),
  )
  if (young.length === 0) return
  const opened = await openBirthDates(tx, vault, {
    purpose: 'recordDose',
    rows: young.map(({ residentId }) => ({ municipalityCode: town, residentId })),
  })
  for (const person of people.values()) {
    const bornOn = opened.get(person.residentId)
    if (bornOn) person.bornOn = bornOn
  }
}

/** Their doses in their own town, and of an earlier town what the link lets through, as they are handed back. */
async function peopleOf(
  tx: Tx,
  town: string,
  registerNumbers: string[],
): Promise<Map<string, KnownPerson>> {
  const rows = await tx<(Omit<KnownPerson, 'doses'> & { registerNumber: string })[]>`
    select r.register_number as "registerNumber", r.id as "residentId",
           r.erased_at is not null as "isErased",
           exists (select from ticket t
                    where (t.municipality_code, t.resident_id) = (r.municipality_code, r.id)
                      and t.revoked_on is null) as "hasSheet"
      from resident r
     where r.municipality_code = ${town} and r.register_number = any(${registerNumbers})`
  const ids = rows.map(({ residentId }) => residentId)
  const doses = await tx<(KnownDose & { residentId: string })[]>`
    with link as materialized (
      select resident_id, course_id from course_link
       where municipality_code = ${town} and resident_id = any(${ids}::uuid[])
    )
    select l.resident_id as "residentId", d.claimed_dose_number as "doseNumber",
           d.given_on as "givenOn", d.product_code as "productCode", d.lot_number as "lotNumber",
           d.voided_at is not null as "isVoided"
      from link l
      join dose d on d.course_id = l.course_id
                 and (d.municipality_code, d.resident_id) = (${town}, l.resident_id)
    union all
    select l.resident_id, d.claimed_dose_number, d.given_on, d.product_code, d.lot_number, false
      from link l cross join lateral linked_doses(l.course_id) d
     where d.municipality_code <> ${town}`
  const people = new Map<string, KnownPerson>()
  const byId = new Map<string, KnownPerson>()
  for (const { registerNumber, ...row } of rows) {
    const person = { ...row, doses: [] }
    people.set(registerNumber, person)
    byId.set(person.residentId, person)
  }
  for (const { residentId, ...dose } of doses) byId.get(residentId)!.doses.push(dose)
  return people
}

async function venuesOf(tx: Tx, town: string, doses: PlacedDose[]): Promise<Venue[]> {
  const said = [
    ...new Set(doses.flatMap(({ venueName, venueCode }) => venueCode ?? venueName ?? [])),
  ]
  return tx<Venue[]>`
    select code, name, municipality_code = ${town} as "isOwn" from venue
     where code = any(${said}) or name = any(${said})`
}

async function productsOf(tx: Tx): Promise<Set<string>> {
  const rows = await tx<{ code: string }[]>`select code from product`
  return new Set(rows.map(({ code }) => code))
}

/**
 * By its code, else by its name. Of venues of one name the town's own is meant, if it has one alone: the
 * layout has no code, and nothing else tells them apart.
 */
export function venueOf(
  { venues }: Known,
  { venueName, venueCode }: PlacedDose,
): { code: string } | { fault: string; part: 'venueName' | 'venueCode' } {
  if (venueCode !== undefined) {
    const found = venues.find(({ code }) => code === venueCode)
    return found ?? { fault: 'unknownVenue', part: 'venueCode' }
  }
  const part = 'venueName' as const
  if (venueName === undefined) return { fault: 'venueMissing', part }
  const named = venues.filter(({ code, name }) => name === venueName || code === venueName)
  const own = named.filter(({ isOwn }) => isOwn)
  const [only, ...more] = own.length > 0 ? own : named
  if (!only) return { fault: 'unknownVenueName', part }
  return more.length > 0 ? { fault: 'venueNameTwice', part } : only
}
