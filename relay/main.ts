/** A relay process: brings news from the outbox to the courses. Any number may run side by side. */
import { Client, Connection } from '@temporalio/client'
import { sesshuDataConverter } from '../codec/data-converter.ts'
import { nameProcess } from '../config/actor.ts'
import { followClock } from '../config/clock.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { temporalConnectionOptions, temporalIdentity } from '../config/temporal.ts'
import { connect } from '../db/client.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { outboxChannel } from '../db/queries/outbox.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { type Bell, createBell } from './bell.ts'
import { relayRound } from './relay.ts'

/** A wake-up may be lost; the relay looks by itself this often. */
const lookEveryMs = 500
const awayBackoffMs = { first: 250, most: 5_000 }
const faultPauseMs = 1_000

const env = readEnvironment([
  'DATABASE_URL',
  'LOG_LEVEL',
  'SESSHU_CODEC_KEYS',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
])
nameProcess('relay')
const log = createLog({ name: 'relay', level: env.LOG_LEVEL })
outliveLostConnections(log)
const sql = connect(env.DATABASE_URL, { name: 'sesshu-relay', max: 4 })
await assertRoleOwnsNothing(sql)
const clock = await followClock(sql)
const connection = Connection.lazy(temporalConnectionOptions(env.TEMPORAL_ADDRESS))
const client = new Client({
  connection,
  namespace: env.TEMPORAL_NAMESPACE,
  dataConverter: sesshuDataConverter(env.SESSHU_CODEC_KEYS),
  identity: temporalIdentity('relay'),
})

let isStopping = false
const bell = createBell()
await sql.listen(outboxChannel, () => bell.ring())
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
announceReady()
log.info('relay is at work')

await relayUntilStopped(bell)
clock.close()
await Promise.allSettled([sql.end({ timeout: 5 }), connection.close()])

async function relayUntilStopped(bell: Bell): Promise<void> {
  let backoffMs = awayBackoffMs.first
  while (!isStopping) {
    const result = await relayRound({ sql, client, clock, log }).catch((error) => {
      log.error({ err: error }, 'a round failed')
      return 'failed' as const
    })
    if (result === 'temporalIsAway') {
      await bell.sleep(backoffMs)
      backoffMs = Math.min(backoffMs * 2, awayBackoffMs.most)
      continue
    }
    backoffMs = awayBackoffMs.first
    if (result === 'failed') await bell.sleep(faultPauseMs)
    if (result === 'idle') await bell.waitForRing(lookEveryMs)
  }
}

function stop(): void {
  isStopping = true
  bell.ring()
}
