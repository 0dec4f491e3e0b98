/**
 * Whose a dose becomes that was somebody else's. A number that is typed can be misread as the first one
 * was: so whoever names a sheet also states when its person was born, and both must be of one person.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { DomainError } from '../../../domain/errors.ts'
import type { Ticket } from '../../../domain/ticket.ts'
import type { Vault } from '../../../vault/vault.ts'
import { look, type Sql, type Tx } from '../../client.ts'
import { rowsBornAsStated, type StatedBirth } from '../../people/birth.ts'
import { orUnknownTown } from '../../people/blind.ts'
import { widenScope } from '../../scope.ts'
import type { CourseHome } from '../plan-input.ts'
import {
  alikeNeighbours,
  type NearSheet,
  type NearTickets,
  numbersToIndex,
  readNearSheets,
  splitIndexes,
} from '../scan-near.ts'
import type { LockedDose } from './locked-dose.ts'

export type StatedRecipient = { ticket: Ticket; stated: StatedBirth }
export type Sheet = { municipalityCode: string; index: Uint8Array }
export type Target = CourseHome & { sheet: Sheet | undefined; isHere: boolean; isErased: boolean }

type IndexedTicket = { ticketIndex: Uint8Array; near?: NearTickets }

/** The sheet and its neighbours by their blind indexes: typed, as a scan that was not read from a code. */
export async function indexed(
  vault: Vault,
  { ticket }: Pick<StatedRecipient, 'ticket'>,
): Promise<IndexedTicket> {
  const { municipalityCode, number } = ticket
  const asked = vault.index(municipalityCode, 'ticket', numbersToIndex('typed', number))
  return splitIndexes('typed', ticket, await orUnknownTown(asked, 'ticket.municipalityCode'))
}

/**
 * Numbers are tried in the own town's sheets alone, and by whoever keeps the dose; the town in which its
 * person lives today has another town's numbers to ask nothing of. Throws `notYoursToMove`, and
 * `otherIssuer`: a misread leads to another sheet of the same town, never to another town's.
 */
export function assertMayNameTicket(dose: LockedDose, office: string, issuer: string): void {
  if (![issuer, dose.municipalityCode].includes(office)) {
    throw new DomainError('notYoursToMove', "another town's sheets", 'ticket.municipalityCode')
  }
  if (issuer !== dose.issuingMunicipalityCode) {
    throw new DomainError('otherIssuer', 'a sheet of another town', 'ticket.municipalityCode')
  }
}

type Holder = Omit<Target, 'sheet'> & { birthYearCheck: Uint8Array; bornOnCheck: Uint8Array }

/**
 * Whoever holds the sheet and was born as stated, if nobody with a neighbouring number was. Unknown,
 * erased, born otherwise or not alone: one answer, `recipientNotSure`, so that it tells nobody which.
 */
export async function holderOf(
  tx: Tx,
  vault: Vault,
  dose: LockedDose,
  asked: StatedRecipient & IndexedTicket,
): Promise<Target> {
  const { stated, ticketIndex: index } = asked
  const { municipalityCode } = asked.ticket
  await widenScope(tx, [municipalityCode])
  const [found] = await tx<Holder[]>`
    select r.municipality_code as "municipalityCode", r.id as "residentId",
           r.status <> 'movedOut' as "isHere", r.erased_at is not null as "isErased",
           r.birth_year_check as "birthYearCheck", r.born_on_check as "bornOnCheck"
      from ticket t
      join resident r on (r.municipality_code, r.id) = (t.municipality_code, t.resident_id)
     where t.municipality_code = ${municipalityCode} and t.number_index = ${index}`
  const holder = found ?? nobodyOf(municipalityCode)
  const near = await nearSheets(tx, dose, asked)
  const [isHolder] = await rowsBornAsStated(vault, municipalityCode, [holder], stated)
  const { residentId: holderId } = holder
  const all = { near: asked.near!, own: near, stated, holderId }
  const alike = await alikeNeighbours(tx as unknown as Sql, vault, all)
  if (!found || found.isErased || !isHolder || alike.length > 0) {
    // A refusal tells something of whoever holds the number; of a change the frame says it.
    if (found) await look(tx, [{ municipalityCode, residentId: holderId, fields: ['ticket'] }])
    throw new DomainError('recipientNotSure', 'number and birth tell no one person', 'ticket')
  }
  const { birthYearCheck: _, bornOnCheck: __, ...target } = found
  return { ...target, sheet: { municipalityCode, index } }
}

/** Neighbours, without whoever the sheet that was read is of: the dose is said not to be theirs. */
async function nearSheets(
  tx: Tx,
  dose: LockedDose,
  { ticket: { municipalityCode }, near }: StatedRecipient & IndexedTicket,
): Promise<NearSheet[]> {
  const sheets = await readNearSheets(tx as unknown as Sql, municipalityCode, near!.indexes)
  const [read] = await tx<{ residentId: string }[]>`
    select resident_id as "residentId" from ticket
     where municipality_code = ${dose.issuingMunicipalityCode} and number_index = ${dose.ticketIndex}`
  return sheets.filter(({ residentId }) => residentId !== read?.residentId)
}

/** So that an unknown number takes the work of a known one. */
function nobodyOf(municipalityCode: string): Holder {
  const [birthYearCheck, bornOnCheck] = [randomBytes(16), randomBytes(16)]
  const row = { municipalityCode, residentId: randomUUID() }
  return { ...row, isHere: false, isErased: false, birthYearCheck, bornOnCheck }
}

/** With the newest sheet of theirs that is good, if there is one. */
export async function residentOf(tx: Tx, row: CourseHome): Promise<Target> {
  const [found] = await tx<(Omit<Target, 'sheet'> & { index: Uint8Array | null })[]>`
    select r.municipality_code as "municipalityCode", r.id as "residentId",
           r.status <> 'movedOut' as "isHere", r.erased_at is not null as "isErased",
           (select t.number_index from ticket t
             where t.municipality_code = r.municipality_code and t.resident_id = r.id
             order by t.revoked_on is null desc, t.issued_on desc, t.number_index limit 1) as index
      from resident r where r.municipality_code = ${row.municipalityCode} and r.id = ${row.residentId}`
  if (!found) throw new DomainError('unknownResident', 'nobody has this id', 'residentId')
  const { index, ...target } = found
  const sheet = index ? { municipalityCode: row.municipalityCode, index } : undefined
  return { ...target, sheet }
}
