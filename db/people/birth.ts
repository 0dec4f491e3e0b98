/** Birth dates: what is kept of them in the clear, and the few moments in which one is opened. */
import { type AgeFacts, ageFactsOf, birthDatesOf } from '../../domain/age.ts'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { type FieldKeys, open, type Vault } from '../../vault/vault.ts'
import type { Sql, Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { birthYearValue, bornOnValue, hexOf, indexesInHex } from './blind.ts'
import { unlockPeople } from './keys.ts'
import { placeOf } from './places.ts'

export type Born = { residentId: string; bornOn: PlainDate }

/** `born_on_check` of each, in hex: whether a birth date that is told is the one that was told first. */
export function bornOnChecks(vault: Vault, municipalityCode: string, people: Born[]) {
  const values = people.map(({ residentId, bornOn }) => bornOnValue(residentId, bornOn))
  return indexesInHex(vault, municipalityCode, 'bornOn', values)
}

/** What a row of a file says of somebody whom it names by number; the birth date where it has one. */
export type NumberAndBirth = { registerNumber: string; bornOn?: PlainDate | undefined }

/**
 * Of each, whether the register knows the number with another birth date: by keyed index, opening
 * nobody. Whoever is unknown, or was erased, is nobody else.
 */
export async function bornOtherwise(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  told: readonly NumberAndBirth[],
): Promise<boolean[]> {
  const dated = told.flatMap(({ registerNumber, bornOn }) => (bornOn ? [registerNumber] : []))
  if (dated.length === 0) return told.map(() => false)
  const rows = await tx<{ number: string; residentId: string; check: string }[]>`
    select register_number as number, id as "residentId", encode(born_on_check, 'hex') as check
      from resident
     where municipality_code = ${municipalityCode} and register_number = any(${dated})
       and erased_at is null`
  const known = new Map(rows.map(({ number, ...row }) => [number, row]))
  const asked = told.flatMap(({ registerNumber, bornOn }) => {
    const row = known.get(registerNumber)
    return row && bornOn ? [{ ...row, bornOn }] : []
  })
  const checks = await bornOnChecks(vault, municipalityCode, asked)
  let at = 0
  return told.map(({ registerNumber, bornOn }) => {
    const row = known.get(registerNumber)
    return row !== undefined && bornOn !== undefined && row.check !== checks[at++]
  })
}

/** `birth_year_check` of each, in hex. */
export function birthYearChecks(vault: Vault, municipalityCode: string, people: Born[]) {
  const values = people.map(({ residentId, bornOn }) =>
    birthYearValue(residentId, Number(bornOn.slice(0, 4))),
  )
  return indexesInHex(vault, municipalityCode, 'birthYear', values)
}

/** What somebody states of a birth: the date, or its year alone. */
export type StatedBirth = { birthYear: number } | { bornOn: PlainDate }

/** What a register row keeps to compare a stated birth with; its own date stays unknown. */
export type BirthChecks = CourseHome & { birthYearCheck: Uint8Array; bornOnCheck: Uint8Array }

/** Of which rows of one town a stated birth is true; one question to keyd for all of them. */
export async function rowsBornAsStated<Row extends BirthChecks>(
  vault: Vault,
  municipalityCode: string,
  rows: Row[],
  stated: StatedBirth,
): Promise<Row[]> {
  if (rows.length === 0) return []
  const isDate = 'bornOn' in stated
  const values = rows.map(({ residentId }) =>
    isDate ? bornOnValue(residentId, stated.bornOn) : birthYearValue(residentId, stated.birthYear),
  )
  const asked = await indexesInHex(vault, municipalityCode, isDate ? 'bornOn' : 'birthYear', values)
  return rows.filter((row, i) => asked[i] === hexOf(isDate ? row.bornOnCheck : row.birthYearCheck))
}

/** Whether somebody of an age class can have been born as stated; most neighbours need no more. */
export function canBeBornAsStated(
  facts: Pick<AgeFacts, 'ageClass' | 'ageClassOn'>,
  stated: StatedBirth,
) {
  const { from, to } = birthDatesOf(facts)
  const [first, last] =
    'bornOn' in stated
      ? [stated.bornOn, stated.bornOn]
      : [`${stated.birthYear}-01-01` as PlainDate, `${stated.birthYear}-12-31` as PlainDate]
  return compareDates(first, to) <= 0 && compareDates(from, last) <= 0
}

/** The columns of `resident` that say how old somebody is, as json_to_recordset takes them. */
export function ageColumns(bornOn: PlainDate, today: PlainDate) {
  const { ageClass, ageClassOn, olderFrom, isMinor } = ageFactsOf(bornOn, today)
  return {
    age_class: ageClass,
    age_class_on: ageClassOn,
    older_from: olderFrom ?? null,
    is_minor: isMinor,
  }
}

/** A new fiscal year has begun since: the same person told again is a year older. */
export async function refreshAges(
  tx: Tx,
  municipalityCode: string,
  people: Born[],
  today: PlainDate,
): Promise<void> {
  if (people.length === 0) return
  const rows = people.map(({ residentId, bornOn }) => {
    return { id: residentId, ...ageColumns(bornOn, today) }
  })
  await tx`
    update resident r
       set age_class = a.age_class, age_class_on = a.age_class_on, older_from = a.older_from,
           is_minor = a.is_minor
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as a(id uuid, age_class smallint, age_class_on date, older_from date, is_minor boolean)
     where r.municipality_code = ${municipalityCode} and r.id = a.id
       and r.age_class_on < a.age_class_on`
}

/** The birth date of a register row whose key was handed out. */
export function openBornOn(keys: FieldKeys, row: CourseHome, sealed: Uint8Array): PlainDate {
  return open(keys, placeOf('bornOn', row), sealed) as PlainDate
}

/** The birth dates of register rows, by resident id, opened and ledgered for a purpose. */
export async function openBirthDates(
  tx: Sql | Tx,
  vault: Vault,
  asked: { purpose: string; rows: CourseHome[] },
): Promise<Map<string, PlainDate>> {
  const { rows } = asked
  const keys = await unlockPeople(tx, vault, { ...asked, fields: ['bornOn'] })
  const sealed = await tx<(CourseHome & { bornOn: Uint8Array })[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId", born_on as "bornOn"
      from person
     where (municipality_code, resident_id) in
           (select * from unnest(${rows.map((row) => row.municipalityCode)}::text[],
                                 ${rows.map((row) => row.residentId)}::uuid[]))`
  return new Map(
    sealed.flatMap(({ bornOn, ...row }) => {
      const key = keys.get(row.residentId)
      return key ? [[row.residentId, openBornOn(key, row, bornOn)] as const] : []
    }),
  )
}

/**
 * Whether a day lies before somebody's birth. The class nearly always knows; only where it does not is
 * that one birth date opened. Of somebody who was erased nobody can say, and nothing is refused.
 */
export async function isBeforeBirth(
  tx: Tx,
  vault: Vault,
  row: CourseHome,
  day: PlainDate,
): Promise<boolean> {
  const [kept] = await tx<Pick<AgeFacts, 'ageClass' | 'ageClassOn'>[]>`
    select age_class as "ageClass", age_class_on as "ageClassOn" from resident
     where municipality_code = ${row.municipalityCode} and id = ${row.residentId}`
  if (!kept) return false
  const { from, to } = birthDatesOf(kept)
  if (compareDates(day, to) >= 0) return false
  if (compareDates(day, from) < 0) return true
  const opened = await openBirthDates(tx, vault, { purpose: 'manageRegister', rows: [row] })
  const bornOn = opened.get(row.residentId)
  return bornOn !== undefined && compareDates(day, bornOn) < 0
}
