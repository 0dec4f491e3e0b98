/** keyd as an OS process of its own, as in operation, and vaults that speak to it. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { connectForLooks } from '../../db/ledger/record-looks.ts'
import { openVault } from '../../vault/open-vault.ts'
import type { Vault } from '../../vault/vault.ts'
import { temporaryFolder } from './at-stop.ts'
import type { BenchDatabase } from './database.ts'
import { startProcess } from './processes.ts'

const clients = ['api', 'worker', 'import'] as const
/** A bulk question waits in keyd behind others; venues' own are answered in between. */
const patientMs = 120_000
type Client = (typeof clients)[number]

export type BenchKeyd = {
  pid: number
  /** What a process needs to speak to it. */
  environment(client: Client): { SESSHU_KEYD_SOCKET: string; SESSHU_KEYD_TOKEN: string }
  /** The api's vault, in this process. */
  vault: Vault
  /** The importer's. */
  importVault: Vault
  stop(): Promise<void>
}

export async function benchKeyd({ dataDir, urls }: BenchDatabase): Promise<BenchKeyd> {
  // Short: a socket's address has room for a hundred characters.
  const { path: folder, remove } = await temporaryFolder('sesshu-keyd-')
  const socketPath = join(folder, 'keyd.sock')
  const tokens = new Map(clients.map((client) => [client, randomBytes(16).toString('hex')]))
  const hashes = [...tokens].map(([client, token]) => {
    return [client, createHash('sha256').update(token).digest('hex')] as const
  })
  const keyd = await startProcess({
    name: 'keyd',
    entry: 'keyd/main.ts',
    folder: dataDir,
    isReady: socketPath,
    env: {
      DATABASE_URL: urls.sesshu_keyd,
      SESSHU_KEYD_SOCKET: socketPath,
      SESSHU_KEYD_CLIENTS: JSON.stringify(Object.fromEntries(hashes)),
    },
  })
  const environment = (client: Client) => {
    return { SESSHU_KEYD_SOCKET: socketPath, SESSHU_KEYD_TOKEN: tokens.get(client)! }
  }
  const looks = connectForLooks(urls.sesshu_api, 'bench')
  const vault = openVault({ socketPath, token: tokens.get('api')!, looks })
  const importLooks = connectForLooks(urls.sesshu_import, 'bench-import')
  const importVault = openVault({
    ...{ socketPath, token: tokens.get('import')!, looks: importLooks },
    timeoutMs: patientMs,
  })
  return {
    pid: keyd.pid,
    environment,
    vault,
    importVault,
    stop: async () => {
      await Promise.all([vault.close(), importVault.close()])
      await Promise.all([looks.end({ timeout: 2 }), importLooks.end({ timeout: 2 })])
      await keyd.stop()
      await remove()
    },
  }
}
