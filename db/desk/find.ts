/**
 * Whom a caller is, found by what they have in hand: a letter's number, or a ticket and their birth date.
 * One person or none: for an unknown number, another's birth date, somebody who has moved away and
 * somebody who is protected the answer and the work are alike.
 */
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { LetterReference } from '../../domain/letter-reference.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import { bornOnValue } from '../people/blind.ts'
import type { LookField } from '../purposes.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { inTowns } from '../scope.ts'
import type { Store } from '../store.ts'

export type DeskQuestion = { letter: LetterReference } | { ticketNumber: string; bornOn: PlainDate }

const indexBytes = 16

/** The resident's id. Whoever was found is looked at in the ledger, protected or not. */
export async function findAtDesk(
  { sql, vault }: Store,
  municipalityCode: string,
  question: DeskQuestion,
  today: PlainDate,
): Promise<string | undefined> {
  const scope = { municipalityCode, purpose: 'callDesk' } as const
  return withPurpose(sql, scope, async (tx) => {
    const isLetter = 'letter' in question
    const found = isLetter
      ? await byLetter(tx, vault, municipalityCode, question.letter)
      : await byTicket(tx, vault, municipalityCode, question)
    const row = { municipalityCode, residentId: found ?? randomUUID() }
    const mayTell = await mayBeTold(tx, row, today)
    const fields: LookField[] = [isLetter ? 'notices' : 'ticket']
    await look(tx, found ? [{ ...row, fields }] : [])
    return found && mayTell ? found : undefined
  })
}

/** Somebody of this register who still lives here, or died here, and is protected by nobody. */
export async function mayBeTold(tx: Tx, row: CourseHome, today: PlainDate): Promise<boolean> {
  const { municipalityCode, residentId } = row
  const [resident] = await tx<{ status: string }[]>`
    select status from resident
     where municipality_code = ${municipalityCode} and id = ${residentId} and erased_at is null`
  // The one answer to "must this look like nobody?", which the letters' page asks, too.
  const shielded = await inTowns(tx, { municipalityCode, purpose: 'openLetterCode' }, async () => {
    const [answer] = await tx<{ is: boolean }[]>`
      select is_shielded(${municipalityCode}, ${residentId}, ${today}) as is`
    return answer!.is
  })
  return !shielded && (resident?.status === 'registered' || resident?.status === 'deceased')
}

async function byLetter(
  tx: Tx,
  vault: Vault,
  town: string,
  letter: LetterReference,
): Promise<string | undefined> {
  const code = 'code' in letter ? (letter.code.code ?? '') : ''
  const typed = code || randomBytes(indexBytes).toString('hex')
  const [index] = await vault.index(town, 'letterCode', [typed])
  const { from, to } = 'from' in letter ? letter : { from: randomUUID(), to: null }
  const rows = await tx<{ residentId: string }[]>`
    select distinct resident_id as "residentId" from letter_code
     where municipality_code = ${town}
       and (code_index = ${index!} or (letter_id >= ${from} and letter_id <= ${to})) limit 2`
  return rows.length === 1 ? rows[0]!.residentId : undefined
}

async function byTicket(
  tx: Tx,
  vault: Vault,
  town: string,
  { ticketNumber, bornOn }: { ticketNumber: string; bornOn: PlainDate },
): Promise<string | undefined> {
  const [index] = await vault.index(town, 'ticket', [ticketNumber])
  const [row] = await tx<{ residentId: string; bornOnCheck: Uint8Array }[]>`
    select r.id as "residentId", r.born_on_check as "bornOnCheck"
      from ticket t join resident r on (r.municipality_code, r.id) = (t.municipality_code, t.resident_id)
     where t.municipality_code = ${town} and t.number_index = ${index!}`
  const value = bornOnValue(row?.residentId ?? randomUUID(), bornOn)
  const [stated] = await vault.index(town, 'bornOn', [value])
  const kept = row?.bornOnCheck ?? randomBytes(indexBytes)
  return timingSafeEqual(stated!, kept) ? row?.residentId : undefined
}
