/**
 * A letter's code and a birth date, tried. Every refusal does the same work, in the same order, whatever
 * its reason: one town is looked up, two blind indexes are asked of keyd, one row is looked for and one
 * written. What is not there is replaced by random bytes that match nothing.
 */
import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { codeLivesDays, type TypedLetterCode, triesOfACode } from '../../domain/letter-code.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { bornOnValue } from '../people/blind.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import type { Store } from '../store.ts'
import { type NewSession, startSession } from './session.ts'

export type Tried = {
  code: TypedLetterCode
  /** Undefined when what was typed is no date. */
  bornOn: PlainDate | undefined
}

/** Nobody's birthday: what is compared in the place of something that is no date. */
const noBirthDate = '0001-01-01' as PlainDate
const indexBytes = 16

/**
 * A session for the person whose letter it is, or undefined, for every reason alike: unknown, mistyped,
 * dead, locked, older than a letter's life, another's birth date, protected.
 */
export async function openByCode(
  { sql, vault }: Store,
  { code, bornOn }: Tried,
  today: PlainDate,
): Promise<NewSession | undefined> {
  const town = await townToAsk(sql, code.municipalityCode)
  if (town === undefined) return undefined
  const typed = code.code ?? randomBytes(indexBytes).toString('hex')
  const [index] = await vault.index(town, 'letterCode', [typed])
  const found = await takeTry(sql, town, index!, today)

  const value = bornOnValue(found?.residentId ?? randomUUID(), bornOn ?? noBirthDate)
  const [stated] = await vault.index(town, 'bornOn', [value])
  const kept = found?.bornOnCheck ?? randomBytes(indexBytes)
  const isRight = timingSafeEqual(stated!, kept) && found !== undefined && !found.isShielded
  return isRight ? open(sql, { ...found, municipalityCode: town }, index!) : undefined
}

/** The town whose key the code is looked for under; any other where it names none that takes part. */
async function townToAsk(sql: Sql, named: string | undefined): Promise<string | undefined> {
  const [row] = await sql<{ town: string | null }[]>`
    select coalesce((select municipality_code from municipality_setting
                      where municipality_code = ${named ?? ''}),
                    (select min(municipality_code) from municipality_setting)) as town`
  return row?.town ?? undefined
}

type Found = { id: string; residentId: string; bornOnCheck: Uint8Array; isShielded: boolean }

/**
 * Takes a try from the code before the birth date is looked at: a process that dies in between has
 * given none away. Two tries at once take turns, at a code that does not exist as well.
 */
async function takeTry(
  sql: Sql,
  town: string,
  index: Uint8Array,
  today: PlainDate,
): Promise<Found | undefined> {
  const scope = { municipalityCode: town, purpose: 'openLetterCode' } as const
  return withPurpose(sql, scope, async (tx) => {
    await takeTurns(tx, index)
    const [row] = await tx<(Found | { id: null })[]>`
      with tried as (
        update letter_code
           set tries_left = tries_left - 1
         where municipality_code = ${town} and code_index = ${index}
           and died_at is null and tries_left > 0 and made_on > ${addDays(today, -codeLivesDays)}
        returning id, resident_id),
      noted as (insert into letter_code_try (was_right) values (false))
      select t.id, r.id as "residentId", r.born_on_check as "bornOnCheck",
             is_shielded(${town}, coalesce(r.id, gen_random_uuid()), ${today}) as "isShielded"
        from (select) one
        left join tried t on true
        left join resident r on r.municipality_code = ${town} and r.id = t.resident_id`
    return row?.id ? row : undefined
  })
}

async function takeTurns(tx: Tx, index: Uint8Array): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(encode(${index}, 'hex'), 0))`
}

/** Right: the try is given back, and no more than that one. */
async function open(
  sql: Sql,
  { id, municipalityCode, residentId }: Found & CourseHome,
  index: Uint8Array,
): Promise<NewSession | undefined> {
  const scope = { municipalityCode, purpose: 'openLetterCode' } as const
  return withPurpose(sql, scope, async (tx) => {
    const given = await tx`
      update letter_code set tries_left = tries_left + 1
       where municipality_code = ${municipalityCode} and code_index = ${index}
         and died_at is null and tries_left < ${triesOfACode}`
    if (given.count === 0) return undefined
    await tx`insert into letter_code_try (was_right) values (true)`
    return startSession(tx, { municipalityCode, residentId }, id)
  })
}
