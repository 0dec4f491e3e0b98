/** The api without keyd, for `bench privacy`: everything else is composed as `api/main.ts` does it. */
import { serve } from '@hono/node-server'
import { Connection } from '@temporalio/client'
import pino from 'pino'
import { createApp } from '../../api/app.ts'
import { relayWaker } from '../../api/wake-relays.ts'
import { nameProcess } from '../../config/actor.ts'
import { followClock } from '../../config/clock.ts'
import { announceReady } from '../../config/ready.ts'
import { connect } from '../../db/client.ts'
import { bareVault } from './bare-vault.ts'

nameProcess('api')
const { DATABASE_URL = '', API_PORT = '', BENCH_SECRET = '' } = process.env
const sql = connect(DATABASE_URL, { name: 'sesshu-api', max: 16, byKey: true })
const app = createApp(
  {
    sql,
    vault: bareVault(Buffer.from(BENCH_SECRET, 'hex')),
    clock: await followClock(sql),
    log: pino({ level: 'warn' }),
    temporal: Connection.lazy({ address: '127.0.0.1:1' }),
    temporalNamespace: 'default',
    wakeRelays: relayWaker(sql),
  },
  { auth: { isDemo: false } },
)
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(API_PORT) }, announceReady)
process.once('SIGTERM', () => process.exit(0))
