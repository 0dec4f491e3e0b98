/** A real keyd on a temporary socket, and vaults that speak to it as the processes of the system do. */
import { randomBytes } from 'node:crypto'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../config/log.ts'
import type { Sql } from '../../db/client.ts'
import { connectForLooks } from '../../db/ledger/record-looks.ts'
import type { ProcessRole } from '../../db/roles.ts'
import type { FileKeys } from '../../domain/file-keys.ts'
import { type KeydClient, keydClients } from '../../domain/purpose-fields.ts'
import { openFilesStore } from '../../keyd/files-store.ts'
import type { KeyStore } from '../../keyd/key-store.ts'
import { hashOfToken, type Keyd, type KeydOptions, startKeyd } from '../../keyd/server.ts'
import { fileKeysOver } from '../../vault/file-keys.ts'
import { keydClient, type KeydClient as Link } from '../../vault/keyd-client.ts'
import { openVault } from '../../vault/open-vault.ts'
import type { Vault } from '../../vault/vault.ts'
import type { TestDatabase } from './db.ts'

export type TestKeyd = {
  folder: string
  socketPath: string
  /** A vault with that client's token; its looks are written as `role`. */
  vault(client?: KeydClient, role?: ProcessRole): Vault
  /** Keys of sealed files, with that client's token. */
  fileKeys(client?: KeydClient): FileKeys
  /** Speaks the protocol itself. */
  link(client: KeydClient): Link
  token(client: KeydClient): string
  hashes: Partial<Record<KeydClient, string>>
  /** Ends it and starts it again on the same folder. */
  restart(): Promise<void>
  /** Ends it alone, in the orderly way. */
  end(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export type TestKeydOptions = Partial<Omit<KeydOptions, 'folder' | 'store'>> & {
  openStore?: (folder: string) => Promise<KeyStore>
  /** A second keyd beside one of the same database: with a copy of its keys, and a log of its own. */
  keysOf?: TestKeyd
}

/** Tests have no sealer, so that looks stay in the inbox for as long as the test takes. */
const patient = { ledgerStalledAfterSeconds: 3_600, quietMs: 0 }

export async function startTestKeyd(
  database: Pick<TestDatabase, 'urls'>,
  { openStore = openFilesStore, keysOf, ...options }: TestKeydOptions = {},
): Promise<TestKeyd> {
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-keyd-'))
  chmodSync(folder, 0o700)
  for (const part of keysOf ? ['root.key', 'town'] : []) {
    cpSync(join(keysOf!.folder, part), join(folder, part), { recursive: true })
  }
  const socketPath = join(folder, 'keyd.sock')
  const tokens = new Map(keydClients.map((name) => [name, randomBytes(16).toString('hex')]))
  const token = (client: KeydClient): string => tokens.get(client) as string
  const hashes = Object.fromEntries(keydClients.map((name) => [name, hashOfToken(token(name))]))
  const closing: (() => unknown)[] = []
  let keyd: Keyd | undefined
  const start = async (): Promise<void> => {
    keyd = await startKeyd({
      socketPath,
      folder,
      store: await openStore(folder),
      databaseUrl: database.urls.sesshu_keyd,
      log: createLog({ name: 'keyd', level: 'warn' }),
      clients: hashes,
      ...options,
      settings: { ...patient, ...options.settings },
    })
  }
  const end = async (): Promise<void> => {
    await keyd?.close()
    keyd = undefined
  }
  const link = (client: KeydClient): Link => {
    const opened = keydClient({ socketPath, token: token(client), timeoutMs: 5_000 })
    closing.push(() => opened.close())
    return opened
  }
  await start()
  return {
    folder,
    socketPath,
    token,
    hashes,
    start,
    end,
    vault(client = 'api', role = client === 'worker' ? 'sesshu_worker' : 'sesshu_api') {
      const looks: Sql = connectForLooks(database.urls[role], `test-${client}`)
      const vault = openVault({ socketPath, token: token(client), looks })
      closing.push(
        () => vault.close(),
        () => looks.end({ timeout: 1 }),
      )
      return vault
    },
    fileKeys: (client = 'import') => fileKeysOver(link(client)),
    link,
    async restart() {
      await end()
      await start()
    },
    async stop() {
      for (const close of closing) await close()
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
