/** The one place where a person's name, mail and addresses are written. Never to be logged. */
import type { PlainDate } from '../../domain/course.ts'
import type { Sql, Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'

export type PersonName = { family: string; given: string; kana: string }

export type PersonToWrite = { name: PersonName; bornOn: PlainDate; mail?: string | undefined }
export type ResidenceToWrite = { fromOn: PlainDate; postcode: string; address: string }

export type PersonRow = { residentId: string; person: PersonToWrite; residence: ResidenceToWrite }

/** What came of telling a person again. A birth date is never changed this way. */
export type PersonOutcome = 'new' | 'same' | 'updated' | 'birthDateDiffers'

/**
 * Writes persons and one residence each under one municipality, in two statements. Names and mail
 * follow what is told last; a residence told again for the same first day is corrected.
 */
export async function writePeople(
  tx: Tx,
  municipalityCode: string,
  rows: PersonRow[],
): Promise<Map<string, PersonOutcome>> {
  const known = await readKnown(tx, municipalityCode, rows)
  const outcomes = new Map(rows.map((row) => [row.residentId, compare(row, known)]))
  const writable = rows.filter((row) => outcomes.get(row.residentId) !== 'birthDateDiffers')
  await upsertPersons(tx, municipalityCode, writable)
  const corrected = await upsertResidences(tx, municipalityCode, writable)
  for (const id of corrected) if (outcomes.get(id) === 'same') outcomes.set(id, 'updated')
  return outcomes
}

type KnownPerson = {
  residentId: string
  family: string
  given: string
  kana: string
  bornOn: PlainDate
  mail: string | null
}

async function readKnown(tx: Tx, municipalityCode: string, rows: PersonRow[]) {
  const found = await tx<KnownPerson[]>`
    select resident_id as "residentId", family_name as family, given_name as given, kana,
           born_on as "bornOn", mail
      from person
     where municipality_code = ${municipalityCode}
       and resident_id = any(${rows.map((row) => row.residentId)}::uuid[])`
  return new Map(found.map((person) => [person.residentId, person]))
}

function compare(row: PersonRow, known: Map<string, KnownPerson>): PersonOutcome {
  const before = known.get(row.residentId)
  const { name, bornOn, mail } = row.person
  if (!before) return 'new'
  if (before.bornOn !== bornOn) return 'birthDateDiffers'
  const isSame =
    before.family === name.family &&
    before.given === name.given &&
    before.kana === name.kana &&
    before.mail === (mail ?? null)
  return isSame ? 'same' : 'updated'
}

async function upsertPersons(tx: Tx, municipalityCode: string, rows: PersonRow[]) {
  const persons = rows.map(({ residentId, person: { name, bornOn, mail } }) => {
    return { resident_id: residentId, ...name, born_on: bornOn, mail: mail ?? null }
  })
  await tx`
    insert into person (municipality_code, resident_id, family_name, given_name, kana, born_on, mail)
    select ${municipalityCode}, p.resident_id, p.family, p.given, p.kana, p.born_on, p.mail
      from jsonb_to_recordset(${tx.json(persons)})
        as p(resident_id uuid, family text, given text, kana text, born_on date, mail text)
    on conflict (municipality_code, resident_id) do update
      set family_name = excluded.family_name, given_name = excluded.given_name,
          kana = excluded.kana, mail = excluded.mail
      where (person.family_name, person.given_name, person.kana, person.mail)
         is distinct from (excluded.family_name, excluded.given_name, excluded.kana, excluded.mail)`
}

async function upsertResidences(tx: Tx, municipalityCode: string, rows: PersonRow[]) {
  const residences = rows.map(({ residentId, residence: { fromOn, postcode, address } }) => {
    return { resident_id: residentId, from_on: fromOn, postcode, address }
  })
  const written = await tx<{ residentId: string }[]>`
    insert into residence (municipality_code, resident_id, from_on, postcode, address)
    select ${municipalityCode}, a.resident_id, a.from_on, a.postcode, a.address
      from jsonb_to_recordset(${tx.json(residences)})
        as a(resident_id uuid, from_on date, postcode text, address text)
    on conflict (municipality_code, resident_id, from_on) do update
      set postcode = excluded.postcode, address = excluded.address, recorded_at = now()
      where (residence.postcode, residence.address) is distinct from (excluded.postcode, excluded.address)
    returning resident_id as "residentId"`
  return written.map((row) => row.residentId)
}

/** An address from a day on, backdated or not; which one is today's follows from the days. */
export async function addResidence(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  residence: ResidenceToWrite,
): Promise<void> {
  const row = { residentId, residence } as PersonRow
  await upsertResidences(tx, municipalityCode, [row])
}

export type ResidenceSpan = { fromOn: PlainDate; toOn: PlainDate | null }

/** When a register row's residences begin and end; not where they are. */
export async function readResidenceSpans(tx: Tx, row: CourseHome): Promise<ResidenceSpan[]> {
  return tx<ResidenceSpan[]>`
    select from_on as "fromOn", to_on as "toOn" from residence
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by from_on`
}

/** Of these register rows, the ones in which a residence has not ended though another followed. */
export async function withSeveralOpenResidences(
  tx: Tx,
  municipalityCode: string,
  residentIds: string[],
): Promise<string[]> {
  const rows = await tx<{ residentId: string }[]>`
    select resident_id as "residentId" from residence
     where municipality_code = ${municipalityCode} and resident_id = any(${residentIds}::uuid[])
       and to_on is null
     group by resident_id having count(*) > 1`
  return rows.map((row) => row.residentId)
}

export async function endResidence(
  tx: Tx,
  row: CourseHome,
  { fromOn, toOn }: ResidenceSpan,
): Promise<void> {
  await tx`
    update residence set to_on = ${toOn}
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
       and from_on = ${fromOn}`
}

/** Whether the register rows `a` and `b` of a query are of people born on the same day. */
export function bornOnTheSameDay(tx: Tx, a: string, b: string) {
  const bornOn = (alias: string) => (tx as unknown as Sql)`
    (select person.born_on from person
      where person.municipality_code = ${tx(alias)}.municipality_code
        and person.resident_id = ${tx(alias)}.id)`
  return tx`${bornOn(a)} = ${bornOn(b)}`
}

export type BirthPosition = { bornOn: PlainDate; residentId: string }

/**
 * Registered residents without a course who were born on or before a day, oldest first, after a
 * position; their register rows stay locked until commit.
 */
export async function lockOldestWithoutCourse(
  tx: Tx,
  wanted: { municipalityCode: string; bornOnOrBefore: PlainDate; after?: BirthPosition },
  atMost: number,
): Promise<BirthPosition[]> {
  const { municipalityCode, bornOnOrBefore, after } = wanted
  return tx<BirthPosition[]>`
    select p.born_on as "bornOn", p.resident_id as "residentId"
      from person p
      join resident r on r.municipality_code = p.municipality_code and r.id = p.resident_id
     where p.municipality_code = ${municipalityCode} and p.born_on <= ${bornOnOrBefore}
       and (p.born_on, p.resident_id) > (${after?.bornOn ?? '-infinity'}::date,
             ${after?.residentId ?? '00000000-0000-0000-0000-000000000000'}::uuid)
       and r.status = 'registered'
       and not exists (select from course_link l
                        where l.municipality_code = r.municipality_code and l.resident_id = r.id)
     order by p.born_on, p.resident_id
     limit ${atMost} for no key update of r`
}

/** The birth date of a register row, to tell a wrong number from a right one. */
export async function birthDateOf(tx: Tx, row: CourseHome): Promise<PlainDate | undefined> {
  const [found] = await tx<{ bornOn: PlainDate }[]>`
    select born_on as "bornOn" from person
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
  return found?.bornOn
}
