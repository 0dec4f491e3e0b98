/** Who somebody is: what a clerk compares with paper or another register, opened field by field. */
import { type PlainDate, plainDate } from '../../domain/calendar.ts'
import { type FieldKeys, open } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { placeOf } from './places.ts'

export const personFields = ['name', 'kana', 'bornOn'] as const

export type SealedPerson = Record<(typeof personFields)[number], Uint8Array>
export type OpenPerson = { family: string; given: string; kana: string; bornOn: PlainDate }

/** `keys` were unlocked for all three fields of that very row of `person`. */
export function openPersonFields(
  keys: FieldKeys,
  row: { municipalityCode: string; residentId: string },
  sealed: SealedPerson,
): OpenPerson {
  const read = (field: (typeof personFields)[number]) =>
    open(keys, placeOf(field, row), sealed[field])
  const { family, given } = JSON.parse(read('name')) as { family: string; given: string }
  return { family, given, kana: read('kana'), bornOn: plainDate(read('bornOn')) }
}

/** As they are kept; whoever is not visible is missing. */
export function readSealedPeople(
  tx: Tx,
  rows: CourseHome[],
): Promise<(CourseHome & SealedPerson)[]> {
  return tx<(CourseHome & SealedPerson)[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId", name, kana,
           born_on as "bornOn"
      from person
     where (municipality_code, resident_id) in
           (select * from unnest(${rows.map((row) => row.municipalityCode)}::text[],
                                 ${rows.map((row) => row.residentId)}::uuid[]))`
}
