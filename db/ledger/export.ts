import type { ExportedRow } from '../../domain/ledger-row.ts'
import type { Sql, Tx } from '../client.ts'
import type { Head } from './heads.ts'
import { rowColumns } from './rows.ts'

export type ExportSink = {
  row(row: ExportedRow): Promise<void> | void
  head(head: Head): Promise<void> | void
}

const rowsAtOnce = 2_000

/** The whole ledger as of one moment: every row in order, then every head. */
export async function exportLedger(sql: Sql, sink: ExportSink): Promise<void> {
  await sql.begin('isolation level repeatable read read only', async (tx) => {
    const rows = tx<ExportedRow[]>`
      select seq::float8 as seq, ${rowColumns(tx as unknown as Tx)}, encode(leaf_hash, 'base64') as "leafHash",
             encode(chain_hash, 'base64') as "chainHash"
        from access_ledger order by seq`.cursor(rowsAtOnce)
    for await (const chunk of rows) for (const row of chunk) await sink.row(row)
    const heads = await tx<Head[]>`
      select size::float8 as size, checkpoint from ledger_head order by size`
    for (const head of heads) await sink.head(head)
  })
}
