import postgres from 'postgres'
import { dataDirAt } from '../../config/data-dir.ts'
import { connectForLooks } from '../../db/ledger/record-looks.ts'
import { urlFor } from '../../db/roles.ts'
import { openCredentials } from '../../db/server.ts'
import { keydAccess } from '../../supervisor/keyd-process.ts'
import type { Place } from '../../supervisor/place.ts'
import type { System } from '../../supervisor/start-system.ts'
import { openVault } from '../../vault/open-vault.ts'
import type { Arranged } from './people.ts'

/** The database of a running system under its superuser, and its own keyd as the api has it. */
export async function arrangedIn(
  dataDir: string,
  { urls }: System,
): Promise<Arranged & { close(): Promise<void> }> {
  const sql = postgres(urlFor(urls.superuserUrl as string, { database: 'sesshu' }), {
    max: 2,
    onnotice: () => {},
  })
  const dir = dataDirAt(dataDir)
  const access = await keydAccess({ dir } as Place, await openCredentials(dir.root), 'api')
  const looks = connectForLooks(urls.roles.sesshu_api, 'test')
  const vault = openVault({
    socketPath: access.SESSHU_KEYD_SOCKET,
    token: access.SESSHU_KEYD_TOKEN,
    looks,
  })
  return {
    sql,
    vault,
    close: async () => {
      await vault.close()
      await Promise.all([sql.end({ timeout: 1 }), looks.end({ timeout: 1 })])
    },
  }
}
