/**
 * A transaction says for which towns and for which purpose it reads, and leaves a look in the access
 * ledger for everybody it reads about, committed with it: whoever gets an answer has left the row.
 */
import { currentActor } from '../config/actor.ts'
import { DomainError } from '../domain/errors.ts'
import type { Sql, Tx } from './client.ts'
import type { Look } from './ledger/record-looks.ts'
import { isPersonPurpose, type Purpose } from './purposes.ts'

/** One person looked at; the purpose is the transaction's. */
export type LookAt = Omit<Look, 'purpose' | 'detail'>

export type Scope = {
  /** None (`[]`) for what belongs to no town. */
  municipalityCode: string | readonly string[]
  purpose: Purpose
  /** Left out when only the work finds out who it is about: it says so then, with `look`. */
  look?: LookAt | LookAt[]
}

/** So long a look may wait to be chained; after that nobody is looked at any more. */
const stalledAfterSeconds = 60
const askAgainAfterMs = 1_000

const lags = new WeakMap<object, { askedAtMs: number; seconds: Promise<number> }>()

/**
 * Throws DomainError `ledgerStalled` for a purpose that looks at people while the ledger does not
 * move. `ask` is put at most once a second for each pool.
 */
export async function assertLedgerMoves(
  pool: object,
  purpose: Purpose,
  ask: () => Promise<number>,
): Promise<void> {
  if (!isPersonPurpose(purpose)) return
  let lag = lags.get(pool)
  if (!lag || performance.now() - lag.askedAtMs >= askAgainAfterMs) {
    lag = { askedAtMs: performance.now(), seconds: ask() }
    lags.set(pool, lag)
    lag.seconds.catch(() => lags.delete(pool))
  }
  if ((await lag.seconds) <= stalledAfterSeconds) return
  throw new DomainError('ledgerStalled', 'Looks are not being chained: nobody may look now')
}

/** The transactions that have said whom they looked at. */
const looked = new WeakSet<object>()

export function markLooked(tx: object): void {
  looked.add(tx)
}

/** Throws when a transaction that looks at people ends without having said at whom. */
export function assertLooked(tx: object, purpose: Purpose): void {
  if (!isPersonPurpose(purpose) || looked.has(tx)) return
  throw new Error(`A transaction for ${purpose} ended without a look in the access ledger.`)
}

export function townsOf({ municipalityCode }: Pick<Scope, 'municipalityCode'>): string {
  return typeof municipalityCode === 'string' ? municipalityCode : municipalityCode.join(',')
}

export function looksOf({ look }: Scope): LookAt[] {
  if (look === undefined) return []
  return Array.isArray(look) ? look : [look]
}

/** The arguments of the database's `record_looks`: whom, and who looks. */
export function lookArguments(looks: LookAt[]): [string, string, string, string] {
  const { id, role, office } = currentActor()
  const rows = looks.map((look) => ({
    municipality_code: look.municipalityCode,
    resident_id: look.residentId,
    course_id: look.courseId,
    fields: look.fields,
    legal_basis: look.legalBasis,
    break_glass_id: look.breakGlassId,
  }))
  return [JSON.stringify(rows), id, role, office]
}

/**
 * Runs `work` in one transaction that names towns and purpose; the look, if it is known whom it is
 * about, goes in the same round trip. Throws `ledgerStalled`.
 */
export async function withPurpose<T>(
  sql: Sql,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  await assertLedgerMoves(sql, scope.purpose, () => readLag(sql))
  return (await sql.begin(async (tx) => {
    const looks = looksOf(scope)
    const [rows, id, role, office] = lookArguments(looks)
    await tx`
      select set_config('sesshu.municipality', ${townsOf(scope)}, true),
             set_config('sesshu.purpose', ${scope.purpose}, true),
             set_config('sesshu.actor', ${id}, true)
             ${looks.length > 0 ? tx`, record_looks(${rows}, ${id}, ${role}, ${office})` : tx``}`
    if (scope.look !== undefined) markLooked(tx)
    const answer = await work(tx)
    assertLooked(tx, scope.purpose)
    return answer
  })) as T
}

async function readLag(sql: Sql): Promise<number> {
  const [row] = await sql<{ seconds: number }[]>`select ledger_lag_seconds() as seconds`
  return row!.seconds
}

/** Leaves a look for each, under the purpose in force. None at all says: nobody was found. */
export async function look(tx: Tx, looks: LookAt[]): Promise<void> {
  if (looks.length > 0) {
    const [rows, id, role, office] = lookArguments(looks)
    await tx`select record_looks(${rows}, ${id}, ${role}, ${office})`
  }
  markLooked(tx)
}

/** Brings more towns into the scope of a transaction, to the end of it. */
export async function widenScope(tx: Tx, towns: string[]): Promise<void> {
  await tx`
    select set_config('sesshu.municipality',
             concat_ws(',', nullif(current_setting('sesshu.municipality', true), ''),
                       nullif(${towns.join(',')}, '')), true)`
}

/**
 * Runs `work` for another purpose in all towns where the person of a register row may have rows; the
 * purpose and the towns are afterwards what they were. The row's own town must be in scope.
 */
export async function inTownsOf<T>(
  tx: Tx,
  purpose: Purpose,
  row: { municipalityCode: string; residentId: string },
  work: () => Promise<T>,
): Promise<T> {
  const [before] = await tx<{ towns: string; purpose: string }[]>`
    with before as materialized (
      select current_setting('sesshu.municipality', true) as towns,
             current_setting('sesshu.purpose', true) as purpose,
             person_towns(${row.municipalityCode}, ${row.residentId}) as all_towns)
    select towns, purpose, set_config('sesshu.municipality', all_towns, true),
           set_config('sesshu.purpose', ${purpose}, true) from before`
  return andThenAs(tx, before!, work)
}

/** Runs `work` for another purpose in the towns named; afterwards both are what they were. */
export async function inTowns<T>(
  tx: Tx,
  { municipalityCode, purpose }: Omit<Scope, 'look'>,
  work: () => Promise<T>,
): Promise<T> {
  const [before] = await tx<{ towns: string; purpose: string }[]>`
    with before as materialized (
      select current_setting('sesshu.municipality', true) as towns,
             current_setting('sesshu.purpose', true) as purpose)
    select towns, purpose,
           set_config('sesshu.municipality', ${townsOf({ municipalityCode })}, true),
           set_config('sesshu.purpose', ${purpose}, true) from before`
  return andThenAs(tx, before!, work)
}

/** After an error there is nothing to put back: the transaction is over. */
async function andThenAs<T>(
  tx: Tx,
  before: { towns: string; purpose: string },
  work: () => Promise<T>,
): Promise<T> {
  const answer = await work()
  await tx`select set_config('sesshu.municipality', ${before.towns}, true),
                  set_config('sesshu.purpose', ${before.purpose}, true)`
  return answer
}

/** As `inTownsOf` did, once more: what other transactions told meanwhile may name further towns. */
export async function followPerson(
  tx: Tx,
  row: { municipalityCode: string; residentId: string },
): Promise<void> {
  await tx`select set_config('sesshu.municipality',
                             person_towns(${row.municipalityCode}, ${row.residentId}), true)`
}
