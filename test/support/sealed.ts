import type { Vault } from '../../vault/vault.ts'
import { freshDatabase, type TestDatabase } from './db.ts'
import { startTestKeyd, type TestKeyd, type TestKeydOptions } from './keyd.ts'

/** A database of one test file with the real keyd that holds its keys. */
export type SealedDatabase = TestDatabase & {
  keyd: TestKeyd
  /** As the api has it. */
  vault: Vault
}

export async function sealedDatabase(options: TestKeydOptions = {}): Promise<SealedDatabase> {
  const database = await freshDatabase()
  const keyd = await startTestKeyd(database, options)
  return {
    ...database,
    keyd,
    vault: keyd.vault('api'),
    drop: async () => {
      await keyd.stop()
      await database.drop()
    },
  }
}
