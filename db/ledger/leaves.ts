import type { Sql } from '../client.ts'

/** As the database function has it. */
export const leavesAtMost = 8_192

/**
 * The leaf hashes from a place on, as far as they stand side by side: a row that is missing ends
 * the answer, and whoever asks for it sees that.
 */
export async function readLeaves(sql: Sql, from: number, to: number): Promise<Uint8Array[]> {
  const rows = await sql<{ seq: number; leafHash: Uint8Array }[]>`
    select seq::float8 as seq, leaf_hash as "leafHash" from ledger_leaves(${from}, ${to})`
  const gap = rows.findIndex(({ seq }, i) => seq !== from + i)
  return rows.slice(0, gap === -1 ? rows.length : gap).map(({ leafHash }) => leafHash)
}
