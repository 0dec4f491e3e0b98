import { isGateShut } from '../db/backup/gate.ts'
import type { Sql } from '../db/client.ts'
import type { KeyStore } from './key-store.ts'

type Version = { code: string; version: number }

/**
 * A row of `town_key` stands for a version of a key, which was made before its row and given up after
 * it: keys that the database names and that are not here are lost, or lie elsewhere. Made anew, they would
 * open nothing of what is sealed, and the list of the erased would begin again. Throws, saying what to
 * bring; nothing is written before.
 */
export async function assertKeysAreHere(sql: Sql, store: KeyStore, folder: string): Promise<void> {
  const missing = await missingKeys(sql, store)
  const [first] = missing
  if (!first) return
  const [database] = await sql<{ name: string }[]>`select current_database() as name`
  const wasRestored = await isGateShut(sql, database!.name)
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : ''
  throw new Error(
    `${wasRestored ? 'This database was restored, and its' : 'This database has rows under'} keys ` +
      `that are not in ${folder}: municipality ${first.code}, version ${first.version}${more}. ` +
      'Put the newest copy of the folder keyd/ there, then start again; see \u201cKeys\u201d in ' +
      'docs/runbook.md. New keys would open nothing of what is sealed.',
  )
}

async function missingKeys(sql: Sql, store: KeyStore): Promise<Version[]> {
  const named = await sql<Version[]>`
    select municipality_code as code, version from town_key order by code, version`
  const here = new Map<string, number[]>()
  for (const { code } of named) {
    if (here.has(code)) continue
    here.set(code, (await store.hasTown(code)) ? await store.versions(code) : [])
  }
  return named.filter(({ code, version }) => !here.get(code)!.includes(version))
}
