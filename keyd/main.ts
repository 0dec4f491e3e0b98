/** The key process: the only one that ever holds a root key, a municipality's key or a data key. */
import { join } from 'node:path'
import { followClock } from '../config/clock.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { connect } from '../db/client.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { openFilesStore } from './files-store.ts'
import type { KeyStore } from './key-store.ts'
import { startKeyd } from './server.ts'

const env = readEnvironment([
  'SESSHU_DATA_DIR',
  'DATABASE_URL',
  'LOG_LEVEL',
  'SESSHU_KEYD_SOCKET',
  'SESSHU_KEYD_CLIENTS',
  'SESSHU_KEYD_PKCS11_MODULE',
  'SESSHU_KEYD_PKCS11_TOKEN',
  'SESSHU_KEYD_PKCS11_PIN',
])
// Without a listener this signal would open the debugger, and with it every key in memory.
process.on('SIGUSR1', () => {})
process.umask(0o077)
const log = createLog({ name: 'keyd', level: env.LOG_LEVEL })
outliveLostConnections(log)
const folder = join(env.SESSHU_DATA_DIR, 'keyd')
const clockSql = connect(env.DATABASE_URL, { name: 'sesshu-keyd-clock', max: 1 })
const clock = await followClock(clockSql)
const keyd = await startKeyd({
  folder,
  socketPath: env.SESSHU_KEYD_SOCKET,
  store: await openStore(),
  databaseUrl: env.DATABASE_URL,
  clients: env.SESSHU_KEYD_CLIENTS,
  today: clock.today,
  log,
})
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
log.info({ store: env.SESSHU_KEYD_PKCS11_MODULE ? 'pkcs11' : 'files' }, 'keyd holds the keys')

async function openStore(): Promise<KeyStore> {
  const module = env.SESSHU_KEYD_PKCS11_MODULE
  if (!module) return openFilesStore(folder)
  // Only here: where no token is used, no foreign code is loaded.
  const { openPkcs11Store } = await import('./pkcs11-store.ts')
  return openPkcs11Store(folder, {
    module,
    token: env.SESSHU_KEYD_PKCS11_TOKEN,
    pin: env.SESSHU_KEYD_PKCS11_PIN ?? '',
  })
}

async function stop(): Promise<void> {
  clock.close()
  await keyd.close()
  await clockSql.end({ timeout: 5 })
}
