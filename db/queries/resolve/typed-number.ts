/**
 * A number that a clerk typed. One wrong digit of it is often somebody else's, and no name is shown: so it
 * counts with a birth alone that is its person's, and of nobody whose number is one slip away (ADR 24).
 */
import { DomainError } from '../../../domain/errors.ts'
import { oneEditAway } from '../../../domain/misread.ts'
import type { Vault } from '../../../vault/vault.ts'
import type { Sql, Tx } from '../../client.ts'
import { type BirthChecks, rowsBornAsStated, type StatedBirth } from '../../people/birth.ts'
import { alikeNeighbours, bornAsStated, type NearSheet, readNearSheets } from '../scan-near.ts'

export type TypedNumber = { stated?: StatedBirth } & (
  | { registerNumber: string }
  | { ticketNumber: string; near: Uint8Array[] }
)

/** Throws `typedNumberNeedsBirth`, `typedNumberDiffers`, `typedNumberAlike`. */
export async function assertIsMeant(
  tx: Tx,
  vault: Vault,
  typed: TypedNumber,
  holder: BirthChecks,
): Promise<void> {
  const { stated } = typed
  if (!stated) {
    throw new DomainError('typedNumberNeedsBirth', 'A typed number needs a birth', 'birthYear')
  }
  const { municipalityCode: town } = holder
  const field = 'bornOn' in stated ? 'bornOn' : 'birthYear'
  if ((await rowsBornAsStated(vault, town, [holder], stated)).length === 0) {
    throw new DomainError('typedNumberDiffers', 'Its person was not born as stated', field)
  }
  const alike = await ('registerNumber' in typed
    ? alikeInRegister(tx, vault, { holder, stated, registerNumber: typed.registerNumber })
    : alikeBySheet(tx, vault, { holder, stated, ...typed }))
  if (alike.length > 0) {
    throw new DomainError('typedNumberAlike', 'A neighbouring number is of the same birth', field)
  }
}

type Asked = { holder: BirthChecks; stated: StatedBirth }

async function alikeBySheet(
  tx: Tx,
  vault: Vault,
  { holder, stated, ticketNumber, near }: Asked & { ticketNumber: string; near: Uint8Array[] },
): Promise<NearSheet[]> {
  const { municipalityCode, residentId: holderId } = holder
  const sql = tx as unknown as Sql
  const own = await readNearSheets(sql, municipalityCode, near)
  const ticket = { municipalityCode, number: ticketNumber }
  return alikeNeighbours(sql, vault, { near: { ticket, indexes: near }, own, stated, holderId })
}

/** Register numbers are given out one after the other, as tickets are. */
async function alikeInRegister(
  tx: Tx,
  vault: Vault,
  { holder, stated, registerNumber }: Asked & { registerNumber: string },
): Promise<NearSheet[]> {
  const { municipalityCode } = holder
  const rows = await tx<NearSheet[]>`
    select r.municipality_code as "municipalityCode", r.id as "residentId",
           r.birth_year_check as "birthYearCheck", r.born_on_check as "bornOnCheck",
           r.age_class as "ageClass", r.age_class_on as "ageClassOn"
      from resident r
     where r.municipality_code = ${municipalityCode}
       and r.register_number = any(${oneEditAway(registerNumber)})
       and r.id <> ${holder.residentId}`
  return bornAsStated(tx as unknown as Sql, vault, rows, stated)
}
