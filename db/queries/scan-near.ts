/**
 * Whose a ticket may have been meant to be that was read by another route than its QR code: everybody who
 * holds a neighbouring number and was born as stated (domain/misread.ts). By blind indexes and age
 * classes; nobody is opened.
 */

import type { AgeFacts } from '../../domain/age.ts'
import { municipalitiesNear, numbersNear } from '../../domain/misread.ts'
import type { ReadRoute } from '../../domain/scan.ts'
import type { Ticket } from '../../domain/ticket.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Sql, type Tx } from '../client.ts'
import {
  type BirthChecks,
  canBeBornAsStated,
  rowsBornAsStated,
  type StatedBirth,
} from '../people/birth.ts'
import { hexOf } from '../people/blind.ts'
import { widenScope } from '../scope.ts'

/** A number that was read, and its neighbours by index; left out of a QR read. */
export type NearTickets = { ticket: Ticket; indexes: Uint8Array[] }

export type NearSheet = BirthChecks & Pick<AgeFacts, 'ageClass' | 'ageClassOn'>

/** The numbers to ask indexes of: the read one first. A QR code is read whole or not at all. */
export function numbersToIndex(readBy: ReadRoute, number: string): string[] {
  return readBy === 'qr' ? [number] : [number, ...numbersNear({ number })]
}

/** The indexes of `numbersToIndex`, told apart again. */
export function splitIndexes(
  readBy: ReadRoute,
  ticket: Ticket,
  [own, ...indexes]: Uint8Array[],
): { ticketIndex: Uint8Array; near?: NearTickets } {
  return { ticketIndex: own!, ...(readBy === 'qr' ? {} : { near: { ticket, indexes } }) }
}

/** The sheets of one town in scope that somebody holds, each by its whole key. Revoked ones count too. */
export function readNearSheets(
  tx: Sql,
  municipalityCode: string,
  indexes: Uint8Array[],
): PromiseLike<NearSheet[]> {
  return tx<NearSheet[]>`
    select ${municipalityCode} as "municipalityCode", r.id as "residentId",
           r.birth_year_check as "birthYearCheck", r.born_on_check as "bornOnCheck",
           r.age_class as "ageClass", r.age_class_on as "ageClassOn"
      from (select decode(hex, 'hex') as index from unnest(${indexes.map(hexOf)}::text[]) hex
            offset 0) n
      cross join lateral (
        select resident_id from ticket
         where municipality_code = ${municipalityCode} and number_index = n.index
        offset 0) t
      cross join lateral (
        select * from resident where municipality_code = ${municipalityCode} and id = t.resident_id
        offset 0) r`
}

/**
 * Who of the neighbours was born as stated, apart from the holder of what was read. They are looked at in
 * the ledger: that there is one decides what becomes of the scan. `own` are the sheets of the same town.
 */
export async function alikeNeighbours(
  tx: Sql,
  vault: Vault,
  asked: { near: NearTickets; own: NearSheet[]; stated: StatedBirth; holderId: string },
): Promise<NearSheet[]> {
  const { near, stated, holderId } = asked
  const sheets = [...asked.own, ...(await sheetsOfOtherTowns(tx, vault, near.ticket))]
  const others = sheets.filter(({ residentId }) => residentId !== holderId)
  return bornAsStated(tx, vault, others, stated)
}

/** Which of these people were born as stated; they and nobody else are looked at in the ledger. */
export async function bornAsStated(
  tx: Sql,
  vault: Vault,
  people: NearSheet[],
  stated: StatedBirth,
): Promise<NearSheet[]> {
  const possible = people.filter((one) => canBeBornAsStated(one, stated))
  const towns = [...new Set(possible.map(({ municipalityCode }) => municipalityCode))]
  const found = await Promise.all(
    towns.map((town) => {
      const rows = possible.filter(({ municipalityCode }) => municipalityCode === town)
      return rowsBornAsStated(vault, town, rows, stated)
    }),
  )
  const alike = found.flat()
  await look(
    tx as unknown as Tx,
    alike.map(({ municipalityCode, residentId }) => {
      return { municipalityCode, residentId, fields: ['ticket'] }
    }),
  )
  return alike
}

/** A code has hardly any neighbours that are codes, and fewer that are a town's that takes part. */
async function sheetsOfOtherTowns(tx: Sql, vault: Vault, ticket: Ticket): Promise<NearSheet[]> {
  const codes = municipalitiesNear(ticket)
  if (codes.length === 0) return []
  const towns = await tx<{ code: string }[]>`
    select municipality_code as code from municipality_setting where municipality_code = any(${codes})`
  const sheets: NearSheet[] = []
  for (const { code } of towns) {
    const indexes = await vault.index(code, 'ticket', [ticket.number])
    await widenScope(tx as unknown as Tx, [code])
    sheets.push(...(await readNearSheets(tx, code, indexes)))
  }
  return sheets
}
