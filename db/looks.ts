/**
 * What a transaction says of whom it looks at. The rows are committed with it, so that whoever gets an
 * answer has left them; a refusal is an answer too, and its looks are recorded after the rollback.
 */
import { currentActor } from '../config/actor.ts'
import { DomainError } from '../domain/errors.ts'
import type { Sql, Tx } from './client.ts'
import type { Look } from './ledger/record-looks.ts'
import { isPersonPurpose, type Purpose } from './purposes.ts'

/** One person looked at; the purpose is the transaction's. */
export type LookAt = Omit<Look, 'purpose' | 'detail'>

type Said = { purpose: Purpose; hasLooked: boolean; looks: (LookAt & { purpose: Purpose })[] }

const said = new WeakMap<object, Said>()

export function beginSaying(tx: object, purpose: Purpose): void {
  said.set(tx, { purpose, hasLooked: false, looks: [] })
}

/** Keeps what is said, and answers the arguments of the database's `record_looks`. */
export function say(tx: object, looks: LookAt[]): RecordArguments {
  const so = said.get(tx)
  const named = looks.map((look) => ({ ...look, ...(so && { purpose: so.purpose }) }))
  if (so) {
    so.hasLooked = true
    so.looks.push(...(named as Said['looks']))
  }
  return recordArguments(named)
}

/** The purpose changes for a while; answers the one before. */
export function changePurpose(tx: object, purpose: Purpose | undefined): Purpose | undefined {
  const so = said.get(tx)
  const before = so?.purpose
  if (so && purpose) so.purpose = purpose
  return before
}

/** Throws when a transaction that looks at people ends without having said at whom. */
export function assertLooked(tx: object, purpose: Purpose): void {
  if (!isPersonPurpose(purpose) || said.get(tx)?.hasLooked) return
  throw new Error(`A transaction for ${purpose} ended without a look in the access ledger.`)
}

/** Whom, and who looks; without a purpose, the transaction's own holds. */
type RecordArguments = [rows: string, actor: string, role: string, office: string]

function recordArguments(looks: (LookAt & { purpose?: Purpose })[]): RecordArguments {
  const { id, role, office, breakGlassId } = currentActor()
  const rows = looks.map((look) => ({
    purpose: look.purpose,
    municipality_code: look.municipalityCode,
    resident_id: look.residentId,
    course_id: look.courseId,
    fields: look.fields,
    legal_basis: look.legalBasis,
    break_glass_id: look.breakGlassId ?? breakGlassId,
  }))
  return [JSON.stringify(rows), id, role, office]
}

/** Leaves a look for each, under the purpose in force. None at all says: nobody was found. */
export async function look(tx: Tx, looks: LookAt[]): Promise<void> {
  const [rows, id, role, office] = say(tx, looks)
  if (looks.length > 0) await tx`select record_looks(${rows}, ${id}, ${role}, ${office})`
}

/** The looks of a transaction that was rolled back because it refused. Other errors tell nothing. */
export async function lookAfterRefusal(sql: Sql, tx: object, error: unknown): Promise<void> {
  const looks = said.get(tx)?.looks ?? []
  if (!(error instanceof DomainError) || looks.length === 0) return
  await record(sql, looks)
}

/** The same of a transaction that was not begun by `withPurpose`. */
export async function recordRefused(sql: Sql, purpose: Purpose, looks: LookAt[]): Promise<void> {
  if (looks.length === 0) return
  await record(
    sql,
    looks.map((look) => ({ ...look, purpose })),
  )
}

async function record(sql: Sql, looks: Said['looks']): Promise<void> {
  const [rows, id, role, office] = recordArguments(looks)
  await sql`select record_looks(${rows}, ${id}, ${role}, ${office})`
}
