/**
 * A process of its own, because only it may hold the password of the state's database role. In the
 * api's hands that password would let whoever takes over the api pose as the state, and the state's
 * pages would prove nothing: a process that can see people cannot show that somebody else cannot.
 * Here the page says what this process got, and this process can get no more.
 */
import { nameProcess } from '../config/actor.ts'
import { dataDirAt } from '../config/data-dir.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { stateSocketOf } from '../config/state-socket.ts'
import { connect } from '../db/client.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { openDesk } from './desk.ts'

const poolSize = 2

const env = readEnvironment(['DATABASE_URL', 'LOG_LEVEL', 'SESSHU_DATA_DIR'])
nameProcess('state')
const log = createLog({ name: 'state', level: env.LOG_LEVEL })
outliveLostConnections(log)
const sql = connect(env.DATABASE_URL, { name: 'sesshu-state', max: poolSize })
await assertRoleOwnsNothing(sql)
const socketPath = stateSocketOf(dataDirAt(env.SESSHU_DATA_DIR))
const desk = await openDesk({ sql, log, socketPath })
announceReady()
log.info("the state's desk is open")

async function close(): Promise<void> {
  await desk.close()
  await sql.end({ timeout: 5 })
  process.exit(0)
}
process.once('SIGTERM', close)
process.once('SIGINT', close)
