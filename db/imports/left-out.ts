/**
 * Whom of the register a full file does not name. The first of them are kept as notes that are about no row,
 * in the order of their numbers, so that they go when the notes go and when a person is erased; a clerk
 * who opens the list leaves a look at each whom it shows.
 */
import { look, type Tx, withPurpose } from '../client.ts'
import type { ImportOf } from '../people/import-cells.ts'
import { unlockPeople } from '../people/keys.ts'
import {
  type OpenPerson,
  openPersonFields,
  personFields,
  readSealedPeople,
} from '../people/open-person.ts'
import type { Store } from '../store.ts'

/** More than a clerk goes through: a file that leaves out more is cut off, or another town's. */
export const leftOutMost = 1_000

/** In the transaction that keeps the notes, after them. */
export async function keepLeftOut(
  tx: Tx,
  { municipalityCode, importId }: ImportOf,
  residentIds: string[],
): Promise<void> {
  if (residentIds.length === 0) return
  await tx`
    insert into import_note (municipality_code, import_id, row_number, ordinal, outcome, column_name,
                             code, resident_id)
    select ${municipalityCode}, ${importId}, 0, n.at - 1, 'missing', '', 'leftOut', n.resident
      from unnest(${residentIds}::uuid[]) with ordinality as n(resident, at)`
}

export type LeftOut = OpenPerson & { residentId: string; registerNumber: string }

/**
 * A page of them, in the order of their numbers, and how many are listed in all. Somebody who was
 * erased meanwhile is listed no more.
 */
export async function readLeftOut(
  { sql, vault }: Store,
  { municipalityCode, importId }: ImportOf,
  page: { from: number; atMost: number },
): Promise<{ people: LeftOut[]; listed: number }> {
  return withPurpose(sql, { municipalityCode, purpose: 'listLeftOut' }, async (tx) => {
    const found = await tx<{ residentId: string; registerNumber: string; listed: number }[]>`
      select n.resident_id as "residentId", r.register_number as "registerNumber",
             count(*) over ()::int as listed
        from import_note n
        join resident r on (r.municipality_code, r.id) = (n.municipality_code, n.resident_id)
       where (n.municipality_code, n.import_id) = (${municipalityCode}, ${importId})
         and n.outcome = 'missing'
       order by n.ordinal offset ${page.from} limit ${page.atMost}`
    const rows = found.map(({ residentId }) => ({ municipalityCode, residentId }))
    await look(
      tx,
      rows.map((row) => ({ ...row, fields: ['registerEvents'] })),
    )
    const asked = { purpose: 'listLeftOut', rows, fields: personFields }
    const keys = await unlockPeople(tx, vault, asked)
    const sealed = await readSealedPeople(tx, rows)
    const opened = new Map(
      sealed.flatMap((row) => {
        const key = keys.get(row.residentId)
        return key ? [[row.residentId, openPersonFields(key, row, row)] as const] : []
      }),
    )
    const people = found.flatMap(({ residentId, registerNumber }) => {
      const person = opened.get(residentId)
      return person ? [{ ...person, residentId, registerNumber }] : []
    })
    return { people, listed: found[0]?.listed ?? 0 }
  })
}
