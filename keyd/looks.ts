import type { Sql } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'

/** A committed row of the ledger, wherever it stands just now: the inbox, or the chain. */
export type Look = {
  id: string
  municipalityCode: string
  residentId: string | null
  purpose: string
  fields: string[]
  actor: string
  legalBasis: string | null
  ageSeconds: number
}

export type Looks = { byId: Map<string, Look>; lagSeconds: number }

/** A look is used at once; an id that was seen somewhere must not open anything tomorrow. */
export const LOOK_LIVES_SECONDS = 300

type Row = { lag: number } & { [Key in keyof Look]: Look[Key] | null }

/**
 * All looks of one request and how far the sealer is behind, in one statement: the sealer moves a row
 * from one table to the other in one transaction, so that one snapshot always holds it once. The lag
 * is asked once: it was asked for every look, at milliseconds each behind a long transaction.
 */
export async function readLooks(sql: Sql, ids: string[]): Promise<Looks> {
  const rows = await sql<Row[]>`
    with behind as materialized (select ledger_lag_seconds() as lag)
    select behind.lag, look.*
      from behind
      left join (
        select id, municipality_code as "municipalityCode", resident_id as "residentId", purpose,
               fields, actor, legal_basis as "legalBasis",
               extract(epoch from clock_timestamp() - looked_at)::float8 as "ageSeconds"
          from ledger_inbox where id = any(${ids}::uuid[])
        union all
        select id, municipality_code, resident_id, purpose, fields, actor, legal_basis,
               extract(epoch from clock_timestamp() - looked_at)::float8
          from access_ledger where id = any(${ids}::uuid[])
      ) look on true`
  const found = rows.filter((row) => row.id !== null) as (Look & { lag: number })[]
  return {
    byId: new Map(found.map(({ lag: _, ...look }) => [look.id, look])),
    lagSeconds: rows[0]?.lag ?? 0,
  }
}

/** Throws `lookMissing`, `lookTooOld` or `lookDiffers`. */
export function checkLook(
  look: Look | undefined,
  asked: { municipalityCode: string; residentId: string | null; fields: readonly string[] },
): Look {
  if (!look) throw new DomainError('lookMissing', 'No committed row of the ledger has this id')
  if (look.ageSeconds > LOOK_LIVES_SECONDS) {
    throw new DomainError(
      'lookTooOld',
      `The row of the ledger is older than ${LOOK_LIVES_SECONDS} s`,
    )
  }
  const isAbout =
    look.municipalityCode === asked.municipalityCode && look.residentId === asked.residentId
  if (!isAbout) throw new DomainError('lookDiffers', 'The row of the ledger is about somebody else')
  if (!asked.fields.every((field) => look.fields.includes(field))) {
    throw new DomainError(
      'lookDiffers',
      'The row of the ledger does not name every field asked for',
    )
  }
  return look
}
