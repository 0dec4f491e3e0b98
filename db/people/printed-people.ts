/** Names as they stand on paper that a town prints for itself. Never to be logged. */
import { type FieldKeys, open, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { unlockPeople } from './keys.ts'
import {
  type OpenPerson,
  openPersonFields,
  readSealedPeople,
  type SealedPerson,
} from './open-person.ts'
import { placeOf } from './places.ts'
import { numberOfSheet, type SealedTicket } from './tickets.ts'

type Row = CourseHome & SealedPerson

/** By resident id; whoever was erased is missing. One look each. */
export async function openForRegister(
  tx: Tx,
  vault: Vault,
  rows: CourseHome[],
): Promise<Map<string, OpenPerson>> {
  const fields = ['name', 'kana', 'bornOn'] as const
  const keys = await unlockPeople(tx, vault, { purpose: 'printPaper', rows, fields })
  return openedBy(keys, await readSealedPeople(tx, rows), openPersonFields)
}

export type FormHolder = CourseHome & Pick<SealedTicket, 'numberIndex' | 'number'>
export type OpenHolder = { familyName: string; givenName: string; kana: string; number: string }

/** Name, kana and ticket number of whoever holds these sheets: what a dose form shows. One look each. */
export async function openForForms(
  tx: Tx,
  vault: Vault,
  holders: FormHolder[],
): Promise<Map<string, OpenHolder>> {
  const fields = ['name', 'kana', 'ticketNumber'] as const
  const keys = await unlockPeople(tx, vault, { purpose: 'printPaper', rows: holders, fields })
  const sheets = new Map(holders.map((holder) => [holder.residentId, holder]))
  return openedBy(keys, await readSealedPeople(tx, holders), (unlocked, row) => {
    const { family, given } = JSON.parse(open(unlocked, placeOf('name', row), row.name))
    return {
      ...{ familyName: family, givenName: given },
      kana: open(unlocked, placeOf('kana', row), row.kana),
      number: numberOfSheet(unlocked, row, sheets.get(row.residentId)!),
    }
  })
}

function openedBy<T>(
  keys: Map<string, FieldKeys>,
  rows: Row[],
  work: (unlocked: FieldKeys, row: Row, sealed: SealedPerson) => T,
): Map<string, T> {
  return new Map(
    rows.flatMap((row) => {
      const unlocked = keys.get(row.residentId)
      return unlocked ? [[row.residentId, work(unlocked, row, row)] as const] : []
    }),
  )
}
