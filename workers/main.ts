/**
 * A worker process: runs workflows and activities, drains queued mails and counts statistics. Any number
 * may run side by side. While Temporal is away it waits and tries again; mails still leave.
 */
import { Client } from '@temporalio/client'
import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createActivities } from '../activities/index.ts'
import { sesshuDataConverter } from '../codec/data-converter.ts'
import { nameProcess } from '../config/actor.ts'
import { followClock } from '../config/clock.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { temporalConnectionOptions, temporalIdentity } from '../config/temporal.ts'
import { connect } from '../db/client.ts'
import { connectForLooks } from '../db/ledger/record-looks.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { setPaces } from '../db/queries/mail-pace.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { createMailer } from '../mail/transport.ts'
import { openVault } from '../vault/open-vault.ts'
import { pause, sdkLogger, workUntilStopped } from './beside-temporal.ts'
import { startBounceKeeper } from './bounces.ts'
import { startCohorts } from './cohorts.ts'
import { ensureEveningBatches } from './evenings.ts'
import { startFileMaker } from './file-maker.ts'
import { startLotKeeper } from './lots.ts'
import { startMailAsker } from './mail-asker.ts'
import { startMailSender } from './mail-sender.ts'
import { asksAtOnce, databaseConnections, mailsAtOnce, workerOptions } from './options.ts'
import { startRetention } from './retention.ts'
import { ensureSearchAttributes } from './search-attributes.ts'
import { startSheetPrinter } from './sheet-printer.ts'
import { startStatistics } from './statistics.ts'
import { keepTellingBatches } from './tell-batches.ts'

/** Should the evenings ever have ended, they begin anew within this. */
const lookAfterEveningsMs = 60_000
const lookForCampaignMs = 100
/** Days of a campaign last a second. */
const tellBatchesEveryMs = { demo: 50, otherwise: 1_000 }

// Workflow code sees the host's time zone.
process.env.TZ = 'UTC'
const env = readEnvironment([
  'SESSHU_DATA_DIR',
  'DATABASE_URL',
  'SESSHU_CODEC_KEYS',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'SMTP_URL',
  'MAIL_FROM',
  'MAIL_RETURN_TO',
  'MAIL_RATES',
  'LOG_LEVEL',
  'SESSHU_DEMO',
  'SESSHU_KEYD_SOCKET',
  'SESSHU_KEYD_TOKEN',
  'SESSHU_PUBLIC_ORIGIN',
])
nameProcess('worker')
const log = createLog({ name: 'worker', level: env.LOG_LEVEL })
outliveLostConnections(log)
const dataConverter = sesshuDataConverter(env.SESSHU_CODEC_KEYS)
// Signals are ours: mails stop before the worker does. A heartbeat would tell the machine's name.
Runtime.install({ logger: sdkLogger(log), shutdownSignals: [], workerHeartbeatInterval: 0 })

const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
process.once('SIGINT', () => stopping.abort())

const sql = connect(env.DATABASE_URL, { name: 'sesshu-worker', max: databaseConnections })
await assertRoleOwnsNothing(sql)
const looks = connectForLooks(env.DATABASE_URL, 'sesshu-worker')
const vault = openVault({
  socketPath: env.SESSHU_KEYD_SOCKET,
  token: env.SESSHU_KEYD_TOKEN,
  looks,
})
const clock = await followClock(sql)
const mailer = createMailer({
  smtpUrl: env.SMTP_URL,
  from: env.MAIL_FROM,
  returnTo: env.MAIL_RETURN_TO,
  connections: mailsAtOnce,
})
const myAddress = env.SESSHU_PUBLIC_ORIGIN && new URL('/my', env.SESSHU_PUBLIC_ORIGIN).href
const mailing = { sql, vault, clock, log, mailer, myAddress }
await setPaces(sql, env.MAIL_RATES)
const sender = startMailSender({ ...mailing, concurrency: mailsAtOnce })
const asker = startMailAsker({ ...mailing, concurrency: asksAtOnce, isDemo: env.SESSHU_DEMO })
const bounceKeeper = startBounceKeeper({
  ...{ sql, clock, log, dataDir: env.SESSHU_DATA_DIR, isDemo: env.SESSHU_DEMO },
})
const statistician = startStatistics({ sql, clock, log, isDemo: env.SESSHU_DEMO })
const lotKeeper = startLotKeeper({ sql, clock, log, isDemo: env.SESSHU_DEMO })
const cohorts = startCohorts({
  ...{ sql, clock, log, isDemo: env.SESSHU_DEMO },
  wakeMailSender: () => sender.wake(),
})
const retention = startRetention({ sql, clock, log, dataDir: env.SESSHU_DATA_DIR })
const printing = {
  sql,
  vault,
  clock,
  log,
  dataDir: env.SESSHU_DATA_DIR,
  ...(myAddress && { myAddress }),
}
const printer = startSheetPrinter({ ...printing, isDemo: env.SESSHU_DEMO })
const fileMaker = startFileMaker({ ...printing, isDemo: env.SESSHU_DEMO })
const activities = createActivities({
  ...printing,
  wakeMailSender: () => sender.wake(),
})

await workUntilStopped({ stopping: stopping.signal, log }, work)
const keepers = [
  ...[asker, bounceKeeper, cohorts, statistician, lotKeeper],
  ...[retention, printer, fileMaker],
]
await Promise.all([sender.stop(), ...keepers.map((keeper) => keeper.stop())])
mailer.close()
clock.close()
await vault.close()
await Promise.all([sql.end({ timeout: 5 }), looks.end({ timeout: 5 })])

/** Until told to stop; throws when the server cannot be reached or refuses for good. */
async function work(bundle: { code: string }): Promise<void> {
  const namespace = env.TEMPORAL_NAMESPACE
  const connection = await NativeConnection.connect(temporalConnectionOptions(env.TEMPORAL_ADDRESS))
  const over = new AbortController()
  try {
    await ensureSearchAttributes(connection, namespace)
    const parts = { connection, namespace, workflowBundle: bundle, activities, dataConverter }
    const worker = await Worker.create(workerOptions({ ...parts, isDemo: env.SESSHU_DEMO }))
    const identity = temporalIdentity('worker')
    const client = new Client({ connection, namespace, dataConverter, identity })
    await worker.runUntil(besideWorker(client, AbortSignal.any([stopping.signal, over.signal])))
  } finally {
    over.abort()
    await connection.close()
  }
}

/** Looks after the evenings until the end is asked for; then mails stop first. */
async function besideWorker(client: Client, end: AbortSignal): Promise<void> {
  announceReady()
  log.info('worker is at work')
  // Asked before a demo's first day, the next evening would be one of real time, years ahead of it.
  while (env.SESSHU_DEMO && !clock.isCampaign() && !end.aborted) await pause(lookForCampaignMs, end)
  if (!end.aborted) await ensureEveningBatches(client)
  const everyMs = env.SESSHU_DEMO ? tellBatchesEveryMs.demo : tellBatchesEveryMs.otherwise
  const telling = keepTellingBatches({ sql, client, log, everyMs }, end)
  while (!end.aborted) {
    await pause(lookAfterEveningsMs, end)
    if (end.aborted) break
    await ensureEveningBatches(client).catch((error) =>
      log.warn({ error }, 'the evenings could not be looked after'),
    )
  }
  await telling
  if (stopping.signal.aborted) await sender.stop()
}
