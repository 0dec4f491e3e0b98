/** A transaction says for which towns and for which purpose it reads: the database shows no more. */
import { currentActor } from '../config/actor.ts'
import { DomainError } from '../domain/errors.ts'
import type { Sql, Tx } from './client.ts'
import { ledgerLagSeconds, stalledAfterSeconds } from './ledger/lag.ts'
import {
  assertLooked,
  beginSaying,
  changePurpose,
  type LookAt,
  lookAfterRefusal,
  say,
} from './looks.ts'
import { isPersonPurpose, type Purpose } from './purposes.ts'

export type Scope = {
  /** None (`[]`) for what belongs to no town. */
  municipalityCode: string | readonly string[]
  purpose: Purpose
  /** Left out when only the work finds out who it is about: it says so then, with `look`. */
  look?: LookAt | LookAt[]
}

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

/** As the setting takes them. */
export function townsOf({ municipalityCode }: Pick<Scope, 'municipalityCode'>): string {
  return typeof municipalityCode === 'string' ? municipalityCode : municipalityCode.join(',')
}

export function looksOf({ look }: Scope): LookAt[] {
  if (look === undefined) return []
  return Array.isArray(look) ? look : [look]
}

/**
 * Runs `work` in one transaction that names towns and purpose; the look, if it is known whom it is
 * about, goes in the same round trip. Throws `ledgerStalled`; any other refusal of the work leaves
 * its looks all the same.
 */
export async function withPurpose<T>(
  sql: Sql,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  await assertLedgerMoves(sql, scope.purpose, () => ledgerLagSeconds(sql))
  let begun: Tx | undefined
  try {
    return (await sql.begin(async (tx) => {
      begun = tx
      await enter(tx, scope)
      const answer = await work(tx)
      assertLooked(tx, scope.purpose)
      return answer
    })) as T
  } catch (error) {
    if (begun) await lookAfterRefusal(sql, begun, error)
    throw error
  }
}

async function enter(tx: Tx, scope: Scope): Promise<void> {
  beginSaying(tx, scope.purpose)
  const looks = looksOf(scope)
  const said = scope.look === undefined ? undefined : say(tx, looks)
  await tx`
    select set_config('sesshu.municipality', ${townsOf(scope)}, true),
           set_config('sesshu.purpose', ${scope.purpose}, true),
           set_config('sesshu.actor', ${currentActor().id}, true)
           ${
             said && looks.length > 0
               ? tx`, record_looks(${said[0]}, ${said[1]}, ${said[2]}, ${said[3]})`
               : tx``
           }`
}

/** Brings more towns into the scope of a transaction, to the end of it. */
export async function widenScope(tx: Tx, towns: string[]): Promise<void> {
  await tx`
    select set_config('sesshu.municipality',
             concat_ws(',', nullif(current_setting('sesshu.municipality', true), ''),
                       nullif(${towns.join(',')}, '')), true)`
}

type RegisterRow = { municipalityCode: string; residentId: string }
type Before = { towns: string; purpose: string }

/**
 * Runs `work` for another purpose in all towns where the person of a register row may have rows; the
 * purpose and the towns are afterwards what they were. The row's own town must be in scope.
 */
export async function inTownsOf<T>(
  tx: Tx,
  purpose: Purpose,
  row: RegisterRow,
  work: () => Promise<T>,
): Promise<T> {
  const [before] = await tx<Before[]>`
    with before as materialized (
      select current_setting('sesshu.municipality', true) as towns,
             current_setting('sesshu.purpose', true) as purpose,
             person_towns(${row.municipalityCode}, ${row.residentId}) as all_towns)
    select towns, purpose, set_config('sesshu.municipality', all_towns, true),
           set_config('sesshu.purpose', ${purpose}, true) from before`
  return thenAs(tx, purpose, before!, work)
}

/** Runs `work` for another purpose in the towns named; afterwards both are what they were. */
export async function inTowns<T>(
  tx: Tx,
  scope: Omit<Scope, 'look'>,
  work: () => Promise<T>,
): Promise<T> {
  const [before] = await tx<Before[]>`
    with before as materialized (
      select current_setting('sesshu.municipality', true) as towns,
             current_setting('sesshu.purpose', true) as purpose)
    select towns, purpose, set_config('sesshu.municipality', ${townsOf(scope)}, true),
           set_config('sesshu.purpose', ${scope.purpose}, true) from before`
  return thenAs(tx, scope.purpose, before!, work)
}

/** After an error there is nothing to put back: the transaction is over. */
async function thenAs<T>(
  tx: Tx,
  purpose: Purpose,
  { towns, purpose: purposeBefore }: Before,
  work: () => Promise<T>,
): Promise<T> {
  const before = changePurpose(tx, purpose)
  const answer = await work()
  changePurpose(tx, before)
  await tx`select set_config('sesshu.municipality', ${towns}, true),
                  set_config('sesshu.purpose', ${purposeBefore}, true)`
  return answer
}

/** As `inTownsOf` did, once more: what others told meanwhile may name further towns. */
export async function followPerson(tx: Tx, row: RegisterRow): Promise<void> {
  await tx`select set_config('sesshu.municipality',
                             person_towns(${row.municipalityCode}, ${row.residentId}), true)`
}
