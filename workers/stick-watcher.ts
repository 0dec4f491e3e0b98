/**
 * The process that watches for sticks. A stick that hangs in its socket hangs this process alone. It brings
 * files as far as their review; what is applied, a person says (`/imports`).
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { nameProcess } from '../config/actor.ts'
import { followClock, realClock } from '../config/clock.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { repeat } from '../config/repeat.ts'
import { connect } from '../db/client.ts'
import { connectForLooks } from '../db/ledger/record-looks.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { freeOnDisk, openSpool } from '../files/spool.ts'
import { fileKeysOver, receiptSigner } from '../vault/file-keys.ts'
import { keydClient } from '../vault/keyd-client.ts'
import { openVault } from '../vault/open-vault.ts'
import { townReturns } from './sticks/returns.ts'
import { watchSticks } from './sticks/watch.ts'

const connections = 3
const lookEveryMs = 2_000

const env = readEnvironment([
  'SESSHU_DATA_DIR',
  'DATABASE_URL',
  'SESSHU_KEYD_SOCKET',
  'SESSHU_KEYD_TOKEN',
  'SESSHU_STICKS',
  'LOG_LEVEL',
])
nameProcess('stick')
const log = createLog({ name: 'sticks', level: env.LOG_LEVEL })
outliveLostConnections(log)
const own = join(env.SESSHU_DATA_DIR, 'sticks')
await mkdir(own, { recursive: true, mode: 0o700 })

const sql = connect(env.DATABASE_URL, { name: 'sesshu-sticks', max: connections })
await assertRoleOwnsNothing(sql)
const clock = await followClock(sql)
const access = { socketPath: env.SESSHU_KEYD_SOCKET, token: env.SESSHU_KEYD_TOKEN }
const keyd = keydClient(access)
const looks = connectForLooks(env.DATABASE_URL, 'sesshu-sticks')
const vault = openVault({ ...access, looks })
const fileKeys = fileKeysOver(keyd)
const watch = watchSticks(
  {
    sql,
    spool: openSpool(join(env.SESSHU_DATA_DIR, 'imports'), fileKeys),
    fileKeys,
    sign: receiptSigner(keyd),
    today: () => clock.today(),
    now: () => realClock.now(),
    leaveFree: freeOnDisk,
    returnsOf: townReturns({ sql, vault }, clock),
    log,
  },
  [own, ...(env.SESSHU_STICKS ? [env.SESSHU_STICKS] : [])],
)
const watching = repeat({
  round: () => watch.round(),
  onFault: (error) => log.warn({ err: error }, 'sticks could not be looked for'),
  pauseMs: () => lookEveryMs,
})
announceReady()
log.info('watching for sticks')

const stop = async (): Promise<void> => {
  await watching.stop()
  clock.close()
  keyd.close()
  await vault.close()
  await Promise.all([sql.end({ timeout: 5 }), looks.end({ timeout: 5 })])
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
