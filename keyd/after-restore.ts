import { isGateShut } from '../db/backup/gate.ts'
import type { Sql } from '../db/client.ts'
import type { KeyStore } from './key-store.ts'

/**
 * A restored database whose municipalities have keys of another keyd: its list of the erased is not here
 * either, and whoever was erased since the backup would come back. Throws, saying what to bring.
 */
export async function assertKeysAreHere(sql: Sql, store: KeyStore): Promise<void> {
  const [database] = await sql<{ name: string }[]>`select current_database() as name`
  if (!(await isGateShut(sql, database!.name))) return
  const towns = await sql<{ code: string }[]>`
    select distinct municipality_code as code from town_key order by code`
  for (const { code } of towns) {
    if (await store.hasTown(code)) continue
    throw new Error(
      `This database was restored, and the keys of municipality ${code} are not here. Put the newest ` +
        'copy of the folder keyd/ into the data dir, then start again; see "Keys" in docs/runbook.md.',
    )
  }
}
