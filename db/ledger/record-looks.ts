import { randomUUID } from 'node:crypto'
import { type Actor, currentActor } from '../../config/actor.ts'
import { connect, type Sql } from '../client.ts'

/** One look at one person, as its caller says it; who looks is known from `config/actor.ts`. */
export type Look = {
  /** Whose register is looked at. */
  municipalityCode: string
  residentId?: string
  courseId?: string
  purpose: string
  /** Sealed fields by name, pseudonymous ones by class (`ticket`, `doses`, …). At least one. */
  fields: string[]
  legalBasis?: string
  breakGlassId?: string
  /** Sealed words (why the glass was broken): ciphertext, at most 4096 bytes. */
  detail?: Uint8Array
}

/** What an inbox row is made of; `looked_at` is the database's own wall time. */
export const lookColumns = [
  'id',
  'actor',
  'actor_role',
  'office',
  'purpose',
  'municipality_code',
  'resident_id',
  'course_id',
  'fields',
  'legal_basis',
  'break_glass_id',
  'detail',
] as const

/** A bulk read of a whole town goes out in statements of this many rows. */
const rowsPerStatement = 5_000

const poolSize = 2

/**
 * A pool for looks alone. A caller in the middle of a transaction waits for its look to commit: on
 * its own pool, with every connection taken by such callers, they would all wait for ever.
 */
export function connectForLooks(url: string, name: string): Sql {
  return connect(url, { max: poolSize, name: `${name}-looks` })
}

/**
 * Commits one inbox row per look and answers their ids, in order. `sql` is a pool (see
 * `connectForLooks`), never a transaction: a look must stay on record when the reading fails.
 */
export async function recordLooks(sql: Sql, looks: Look[]): Promise<string[]> {
  if ('savepoint' in sql) throw new Error('A look is recorded outside its reader’s transaction.')
  const kept = looks.map((look) => ({ id: randomUUID(), look }))
  for (let from = 0; from < kept.length; from += rowsPerStatement) {
    await insertLooks(sql, kept.slice(from, from + rowsPerStatement))
  }
  return kept.map(({ id }) => id)
}

/**
 * The inserting statement itself, for a caller that reads and writes in one: it stands in a CTE,
 * `looked as (${insertLooks(tx, [{ id, look }])})`, and commits with what the caller did.
 */
export function insertLooks(sql: Sql, looks: { id: string; look: Look }[]) {
  const actor = currentActor()
  const rows = looks.map(({ id, look }) => rowOf(id, look, actor))
  return sql`
    insert into ledger_inbox (${sql(lookColumns)})
    select id, actor, actor_role, office, purpose, municipality_code, resident_id, course_id, fields,
           legal_basis, break_glass_id, decode(detail, 'hex')
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as look (id uuid, actor text, actor_role text, office text, purpose text,
                 municipality_code text, resident_id uuid, course_id uuid, fields text[],
                 legal_basis text, break_glass_id uuid, detail text)`
}

function rowOf(
  id: string,
  look: Look,
  actor: Actor,
): Record<(typeof lookColumns)[number], unknown> {
  return {
    id,
    actor: actor.id,
    actor_role: actor.role,
    office: actor.office,
    purpose: look.purpose,
    municipality_code: look.municipalityCode,
    resident_id: look.residentId ?? null,
    course_id: look.courseId ?? null,
    fields: look.fields,
    legal_basis: look.legalBasis ?? null,
    break_glass_id: look.breakGlassId ?? actor.breakGlassId ?? null,
    detail: look.detail ? Buffer.from(look.detail).toString('hex') : null,
  }
}
