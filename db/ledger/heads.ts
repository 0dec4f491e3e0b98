/** Signed heads, and the log that they belong to. */
import type { Sql, Tx } from '../client.ts'

export type LedgerLog = { origin: string; publicKey: string }
export type Head = { size: number; checkpoint: string }

/** Says under which name and key heads are signed from now on. Answers whether that is new. */
export async function beginLog(sql: Sql, log: LedgerLog): Promise<boolean> {
  const begun = await sql`
    insert into ledger_log (origin, public_key) values (${log.origin}, ${log.publicKey})
    on conflict (origin) do nothing`
  return begun.count > 0
}

/** The log that goes on now; none before a sealer has run. */
export async function currentLog(sql: Sql | Tx): Promise<LedgerLog | undefined> {
  const [row] = await sql<LedgerLog[]>`
    select origin, public_key as "publicKey" from ledger_log order by began_at desc limit 1`
  return row
}

/** One head a size: where an earlier log has signed this very size, the next row brings the next. */
export async function keepHead(tx: Tx, head: Head & { root: Uint8Array }): Promise<void> {
  await tx`
    insert into ledger_head (size, root_hash, signed_at, checkpoint)
    values (${head.size}, ${head.root}, clock_timestamp(), ${head.checkpoint})
    on conflict (size) do nothing`
}

/** Heads of one log, larger than `after`, smallest first. */
export async function headsAfter(
  sql: Sql | Tx,
  origin: string,
  after: number,
  limit: number,
): Promise<Head[]> {
  return sql<Head[]>`
    select size::float8 as size, checkpoint from ledger_head
     where size > ${after} and split_part(checkpoint, e'\n', 1) = ${origin}
     order by size limit ${limit}`
}

export async function newestHead(sql: Sql | Tx, origin: string): Promise<Head | undefined> {
  const [row] = await sql<Head[]>`
    select size::float8 as size, checkpoint from ledger_head
     where split_part(checkpoint, e'\n', 1) = ${origin} order by size desc limit 1`
  return row
}
