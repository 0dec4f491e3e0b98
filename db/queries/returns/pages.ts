/**
 * What is handed back is read by register number, some hundred people at a time, each in a transaction of
 * its own: however large a town is, memory holds one page, and no snapshot is kept open for minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { type Tx, withPurpose } from '../../client.ts'
import type { Store } from '../../store.ts'

export type ReturnAsk = {
  municipalityCode: string
  /** Business day: who is protected, and what is overdue. */
  today: PlainDate
  signal?: AbortSignal
  /** Left out: a file that is handed back. */
  purpose?: 'returnFiles' | 'printPaper'
}

/** Somebody of the town's register, in whatever state; never somebody who was erased. */
export type RegisterRow = {
  residentId: string
  registerNumber: string
  status: string
  isProtected: boolean
}

export const peopleAtOnce = 500

/** `work` of each page in its own transaction; it says at whom it looked. Empty answers are left out. */
export async function* byRegisterNumber<T>(
  { sql }: Store,
  ask: ReturnAsk,
  work: (tx: Tx, people: RegisterRow[]) => Promise<T[]>,
): AsyncGenerator<T[]> {
  const { municipalityCode, purpose = 'returnFiles' } = ask
  const scope = { municipalityCode, purpose }
  let after: string | undefined
  for (;;) {
    ask.signal?.throwIfAborted()
    const page = await patiently(ask.signal, () =>
      withPurpose(sql, scope, async (tx) => {
        const people = await readPeople(tx, ask, after)
        return { people, rows: await work(tx, people) }
      }),
    )
    if (page.rows.length > 0) yield page.rows
    if (page.people.length < peopleAtOnce) return
    after = page.people.at(-1)!.registerNumber
  }
}

function readPeople(
  tx: Tx,
  { municipalityCode, today }: ReturnAsk,
  after: string | undefined,
): Promise<RegisterRow[]> {
  return tx<RegisterRow[]>`
    select r.id as "residentId", r.register_number as "registerNumber", r.status,
           exists (select from protected_under(r.municipality_code, r.id, ${today})) as "isProtected"
      from resident r
     where r.municipality_code = ${municipalityCode} and r.erased_at is null
       and r.register_number > ${after ?? ''}
     order by r.register_number limit ${peopleAtOnce}`
}

const pauseMs = 2_000
const patienceMs = 10 * 60_000

/**
 * keyd lets each process open so many fields a minute, and a city has more: whoever has had theirs waits.
 * Any other refusal is the caller's.
 */
export async function patiently<T>(
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const isForNow = error instanceof DomainError && error.code === 'keydOverLimit'
      if (!isForNow || performance.now() > until) throw error
      await sleep(pauseMs, undefined, signal ? { signal } : {})
    }
  }
}
