/**
 * The register's own rooms each begin a transaction of their own. Within an import they take part in the
 * import's: their transactions become savepoints of it, so that a file is applied whole or not at all. In
 * a rehearsal each is rolled back after it answered, and only the looks that it left are kept.
 */
import { DomainError } from '../../domain/errors.ts'
import type { Sql, Tx } from '../client.ts'

type Begin = (work: (tx: Tx) => Promise<unknown>) => Promise<unknown>

/** A pool to whoever asks; in truth one transaction. */
export function insideOf(tx: Tx): Sql {
  return poolOf(tx, (work) => tx.savepoint((inner) => work(inner as unknown as Tx)))
}

/** Thrown through a rehearsal's transaction to roll it back: a `DomainError`, because those keep looks. */
class Rehearsed extends DomainError {
  readonly answer: unknown

  constructor(answer: unknown) {
    super('rehearsed', 'Nothing is written by a rehearsal')
    this.answer = answer
  }
}

/** What a room would answer, or throw; it has written nothing but looks. */
export async function rehearse<T>(tx: Tx, work: (sql: Sql) => Promise<T>): Promise<T> {
  const rehearsal = poolOf(tx, (inside) =>
    tx.savepoint(async (inner) => {
      throw new Rehearsed(await inside(inner as unknown as Tx))
    }),
  )
  try {
    return await work(rehearsal)
  } catch (error) {
    if (error instanceof Rehearsed) return error.answer as T
    throw error
  }
}

function poolOf(tx: Tx, begin: Begin): Sql {
  return new Proxy(tx, {
    get: (target, name) => (name === 'begin' ? begin : Reflect.get(target, name)),
  }) as unknown as Sql
}
