/** keyd as a process that can be killed; two people agree to everything. */

import { readEnvironment } from '../../config/env.ts'
import { createLog } from '../../config/log.ts'
import { openFilesStore } from '../../keyd/files-store.ts'
import { startKeyd } from '../../keyd/server.ts'

const env = readEnvironment([
  'SESSHU_DATA_DIR',
  'DATABASE_URL',
  'SESSHU_KEYD_SOCKET',
  'SESSHU_KEYD_CLIENTS',
])
await startKeyd({
  folder: env.SESSHU_DATA_DIR,
  socketPath: env.SESSHU_KEYD_SOCKET,
  store: await openFilesStore(env.SESSHU_DATA_DIR),
  databaseUrl: env.DATABASE_URL,
  clients: env.SESSHU_KEYD_CLIENTS,
  approvals: async () => async () => {},
  settings: { ledgerStalledAfterSeconds: 3_600, quietMs: 0 },
  log: createLog({ name: 'keyd', level: 'warn' }),
})
