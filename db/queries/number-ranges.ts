/**
 * Numbers that a municipality delegates: we give out those that end in our check digit, in order. Nobody
 * else's number may lie among them, because then a misread digit of ours could be theirs.
 */
import postgres from 'postgres'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { ownNumbersWithin, ownTicketNumber } from '../../domain/ticket-check.ts'
import type { Vault } from '../../vault/vault.ts'
import { look, type Tx } from '../client.ts'
import { ticketIndexes } from '../people/tickets.ts'
import { inTowns } from '../scope.ts'
import type { Store } from '../store.ts'
import { assertMunicipality, inRegister, takeTown } from './register-events.ts'

export type RangeToDelegate = { municipalityCode: string; first: string; last: string }

export type NumberRange = {
  municipalityCode: string
  first: string
  last: string
  /** Numbers of ours in it that are still to be given out. */
  left: number
}

/** All of them are looked up before a range is taken; a larger town delegates several. */
export const numbersPerRangeAtMost = 200_000
const lookedUpAtOnce = 10_000

const exclusionViolation = '23P01'

/**
 * Keeps a range, told again the same one. Throws `unknownMunicipality`, `rangeEndsBeforeStart`,
 * `rangeTooLarge`, `rangeTooSmall`, `rangeOverlaps` (another range of the town), `rangeHoldsNumbers` (a
 * number in it is registered, or was read at a venue).
 */
export async function delegateRange(
  { sql, vault }: Store,
  { municipalityCode, first, last }: RangeToDelegate,
  today: PlainDate,
): Promise<NumberRange> {
  const [from, to] = [Number(first), Number(last)]
  const stems = stemsOf(from, to)
  const indexes = await allIndexes(vault, municipalityCode, from, to)
  return inRegister(sql, municipalityCode, async (tx) => {
    await look(tx, [])
    await takeTown(tx, municipalityCode)
    await assertMunicipality(tx, municipalityCode, 'municipalityCode')
    const known = await sameRange(tx, municipalityCode, from, to)
    if (known) return known
    await refuseHeld(tx, municipalityCode, indexes)
    await insertRange(tx, { municipalityCode, from, to, stem: stems[0], today })
    return (await sameRange(tx, municipalityCode, from, to))!
  })
}

function stemsOf(from: number, to: number): [number, number] {
  if (to < from) throw new DomainError('rangeEndsBeforeStart', 'It ends before it starts', 'last')
  if (to - from + 1 > numbersPerRangeAtMost) {
    throw new DomainError('rangeTooLarge', `At most ${numbersPerRangeAtMost} numbers`, 'last')
  }
  const { stems } = ownNumbersWithin(from, to)
  if (!stems) throw new DomainError('rangeTooSmall', 'No number of ours lies in it', 'last')
  return stems
}

/** Of every number of the range, ours or not: whatever lies among ours could be taken for one. */
async function allIndexes(vault: Vault, code: string, from: number, to: number): Promise<string[]> {
  const indexes: string[] = []
  for (let at = from; at <= to; at += lookedUpAtOnce) {
    const count = Math.min(lookedUpAtOnce, to - at + 1)
    const numbers = Array.from({ length: count }, (_, i) => String(at + i).padStart(10, '0'))
    indexes.push(...(await ticketIndexes(vault, code, numbers)))
  }
  return indexes
}

async function refuseHeld(tx: Tx, municipalityCode: string, indexes: string[]): Promise<void> {
  if ((await heldAmong(tx, municipalityCode, indexes)).size === 0) return
  throw new DomainError('rangeHoldsNumbers', 'A number in it is in use', 'first')
}

/**
 * Of these numbers' indexes, those that are somebody's ticket, were read at a venue or were told with a
 * dose: one that waits for its ticket would otherwise find the wrong person's. The town must be in scope.
 */
export async function heldAmong(
  tx: Tx,
  municipalityCode: string,
  indexes: string[],
): Promise<Set<string>> {
  const scope = { municipalityCode, purpose: 'bindScan' } as const
  return inTowns(tx, scope, async () => {
    const rows = await tx<{ index: string }[]>`
      with asked as (select decode(i, 'hex') as index from unnest(${indexes}::text[]) i)
      select encode(t.number_index, 'hex') as index from asked
        join ticket t on t.municipality_code = ${municipalityCode} and t.number_index = asked.index
      union
      select encode(s.ticket_index, 'hex') from asked
        join scan s on s.issuing_municipality_code = ${municipalityCode}
                   and s.ticket_index = asked.index
                   and s.verdict in ('held', 'waiting') and s.resolved_at is null
      union
      select encode(d.ticket_index, 'hex') from asked
        join ticketless_dose d on d.municipality_code = ${municipalityCode}
                              and d.ticket_index = asked.index and d.resolved_at is null`
    return new Set(rows.map(({ index }) => index))
  })
}

type NewRange = {
  municipalityCode: string
  from: number
  to: number
  stem: number
  today: PlainDate
}

async function insertRange(tx: Tx, range: NewRange): Promise<void> {
  const { municipalityCode, from, to, stem, today } = range
  try {
    await tx`
      insert into ticket_number_range (municipality_code, first_number, last_number, next_stem,
                                       delegated_on, delegated_by)
      values (${municipalityCode}, ${from}, ${to}, ${stem}, ${today}, ${currentActor().id})`
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== exclusionViolation) throw error
    throw new DomainError('rangeOverlaps', 'Another range of the town has some of it', 'first')
  }
}

type RangeRow = { municipalityCode: string; first: number; last: number; nextStem: number }

async function sameRange(tx: Tx, code: string, from: number, to: number) {
  return (await rangesOf(tx, code)).find(
    ({ first, last }) => Number(first) === from && Number(last) === to,
  )
}

export async function rangesOf(tx: Tx, municipalityCode: string): Promise<NumberRange[]> {
  const rows = await tx<RangeRow[]>`
    select municipality_code as "municipalityCode", first_number::float8 as first,
           last_number::float8 as last, next_stem::float8 as "nextStem"
      from ticket_number_range where municipality_code = ${municipalityCode} order by first_number`
  return rows.map(({ municipalityCode, first, last, nextStem }) => {
    const { stems } = ownNumbersWithin(first, last)
    return {
      municipalityCode,
      first: String(first).padStart(10, '0'),
      last: String(last).padStart(10, '0'),
      left: stems ? Math.max(0, stems[1] - nextStem + 1) : 0,
    }
  })
}

/** Of these numbers, those in a range of ours: a file brings none there that we have not given out. */
export async function delegatedAmong(
  tx: Tx,
  municipalityCode: string,
  numbers: string[],
): Promise<Set<string>> {
  const ranges = await rangesOf(tx, municipalityCode)
  return new Set(
    numbers.filter((number) => ranges.some(({ first, last }) => first <= number && number <= last)),
  )
}

/**
 * The next number of the town's ranges that nobody has, with its index; the range stays locked until
 * commit, so that no number is given out twice. Throws `noNumberRange` when none was ever delegated, and
 * `numberRangeUsedUp`.
 */
export async function nextNumber(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
): Promise<{ number: string; index: string }> {
  const ranges = await tx<{ id: string; first: number; last: number; next: number }[]>`
    select id, first_number::float8 as first, last_number::float8 as last, next_stem::float8 as next
      from ticket_number_range where municipality_code = ${municipalityCode}
     order by first_number for update`
  for (const { id, first, last, next } of ranges) {
    const lastStem = ownNumbersWithin(first, last).stems?.[1] ?? 0
    for (let stem = next; stem <= lastStem; stem++) {
      const number = ownTicketNumber(stem)
      const [index] = await ticketIndexes(vault, municipalityCode, [number])
      if ((await heldAmong(tx, municipalityCode, [index!])).size > 0) continue
      await tx`
        update ticket_number_range set next_stem = ${stem + 1}
         where municipality_code = ${municipalityCode} and id = ${id}`
      return { number, index: index! }
    }
  }
  if (ranges.length === 0) throw new DomainError('noNumberRange', 'The town delegated no numbers')
  throw new DomainError('numberRangeUsedUp', 'All delegated numbers were given out')
}
