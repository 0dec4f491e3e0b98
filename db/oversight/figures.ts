/** Counts for the authority's page and the evidence pack: of towns, offices, keys and heads, never a person. */
import type { Sql, Tx } from '../client.ts'

export type RoleHolders = { role: string; office: string; accounts: number }

export async function roleHolders(sql: Sql | Tx): Promise<RoleHolders[]> {
  return sql<RoleHolders[]>`
    select role, office, accounts from role_holders() order by role, office`
}

export type KeyCount = { municipalityCode: string; keyVersion: number; residents: number }

/** How many residents' keys are wrapped under which version of their town's key. */
export async function keyCounts(sql: Sql | Tx): Promise<KeyCount[]> {
  return sql<KeyCount[]>`
    select municipality_code as "municipalityCode", key_version as "keyVersion", residents
      from keys_counted() order by municipality_code, key_version`
}

export async function residentCounts(sql: Sql | Tx): Promise<Map<string, number>> {
  const rows = await sql<{ code: string; residents: number }[]>`
    select municipality_code as code, residents from residents_counted()`
  return new Map(rows.map(({ code, residents }) => [code, residents]))
}

/** A municipality that takes part: it has people, an office's letterhead, or an answer to the plan. */
export type TownStanding = {
  code: string
  name: string
  residents: number
  inForce: number | null
  acceptedAt: Date | null
  /** To the newest version. */
  lastAnswer: 'accepts' | 'objects' | null
  comment: string | null
  answeredAt: Date | null
}

export async function townStandings(sql: Sql | Tx): Promise<TownStanding[]> {
  return sql<TownStanding[]>`
    with counted as (select * from residents_counted()),
         in_force as (select * from plans_in_force()),
         newest as (select max(version) as version from plan_version),
         last as (select distinct on (a.municipality_code) a.*
                    from plan_answer a join newest using (version)
                   order by a.municipality_code, a.id desc),
         taking_part as (select municipality_code from counted
                         union select municipality_code from plan_answer
                         union select municipality_code from municipality_setting)
    select m.code, m.prefecture || m.name as name, coalesce(counted.residents, 0) as residents,
           in_force.version as "inForce", in_force.accepted_at as "acceptedAt",
           last.answer as "lastAnswer", last.comment, last.answered_at as "answeredAt"
      from municipality m
      join taking_part t on t.municipality_code = m.code
      left join counted on counted.municipality_code = m.code
      left join in_force on in_force.municipality_code = m.code
      left join last on last.municipality_code = m.code
     order by last.answer = 'objects' desc nulls last, in_force.version is null desc, m.code`
}

export type LedgerStanding = {
  origin: string | null
  /** Rows that the newest head is over; null before the first. */
  size: number | null
  /** Base64. */
  root: string | null
  signedAt: Date | null
  /** Chained since, and not signed yet. */
  unsignedRows: number
  oldestUnsignedSeconds: number
  /** Of the oldest look that is not chained yet; 0 when all are. */
  unchainedSeconds: number
}

export async function ledgerStanding(sql: Sql | Tx): Promise<LedgerStanding> {
  const [row] = await sql<LedgerStanding[]>`
    select (select origin from ledger_log order by began_at desc limit 1) as origin,
           size::float8 as size, encode(root_hash, 'base64') as root, signed_at as "signedAt",
           unsigned_rows::float8 as "unsignedRows",
           oldest_unsigned_seconds as "oldestUnsignedSeconds",
           ledger_lag_seconds() as "unchainedSeconds"
      from ledger_standing()`
  return row!
}

/** The root of the head of so many rows (base64); undefined when none of that size was signed. */
export async function rootAt(sql: Sql | Tx, size: number): Promise<string | undefined> {
  const [row] = await sql<{ root: string }[]>`
    select encode(root_hash, 'base64') as root from ledger_head where size = ${size}`
  return row?.root
}

/** Of the state's list; most take no part yet. */
export async function municipalitiesInAll(sql: Sql | Tx): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from municipality`
  return row!.n
}
