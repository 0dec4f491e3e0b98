/**
 * The importer: municipal files, in a process, under a role and on a task queue of its own, so that a
 * city's register holds up no course and no mail. It alone opens what arrived. While Temporal is away it
 * waits; what was brought meanwhile lies in its rows and in the spool.
 */
import { join } from 'node:path'
import { Client } from '@temporalio/client'
import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createImportActivities } from '../activities/import-steps.ts'
import { sesshuDataConverter } from '../codec/data-converter.ts'
import { nameProcess } from '../config/actor.ts'
import { followClock } from '../config/clock.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { repeat } from '../config/repeat.ts'
import { temporalConnectionOptions, temporalIdentity } from '../config/temporal.ts'
import { connect } from '../db/client.ts'
import { connectForLooks } from '../db/ledger/record-looks.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { openSpool } from '../files/spool.ts'
import { openFileKeys } from '../vault/file-keys.ts'
import { pause, sdkLogger, workUntilStopped } from './beside-temporal.ts'
import { openImportVault } from './import-vault.ts'
import { importConnections, importerOptions } from './options.ts'
import { spoolSweeper } from './sweep-spool.ts'
import { tellImports } from './tell-imports.ts'

/** A clerk waits for the page behind the upload: what came is looked for this often. */
const lookForNewsMs = 300
const sweepEveryMs = 3_600_000

process.env.TZ = 'UTC'
const env = readEnvironment([
  'SESSHU_DATA_DIR',
  'DATABASE_URL',
  'SESSHU_CODEC_KEYS',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'LOG_LEVEL',
  'SESSHU_KEYD_SOCKET',
  'SESSHU_KEYD_TOKEN',
])
nameProcess('importer')
const log = createLog({ name: 'importer', level: env.LOG_LEVEL })
outliveLostConnections(log)
const dataConverter = sesshuDataConverter(env.SESSHU_CODEC_KEYS)
Runtime.install({ logger: sdkLogger(log), shutdownSignals: [], workerHeartbeatInterval: 0 })

const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
process.once('SIGINT', () => stopping.abort())

const sql = connect(env.DATABASE_URL, {
  name: 'sesshu-importer',
  max: importConnections,
  plansAnew: true,
})
await assertRoleOwnsNothing(sql)
const looks = connectForLooks(env.DATABASE_URL, 'sesshu-importer')
const keyd = { socketPath: env.SESSHU_KEYD_SOCKET, token: env.SESSHU_KEYD_TOKEN }
const vault = openImportVault({ ...keyd, looks })
const fileKeys = openFileKeys(keyd)
const clock = await followClock(sql)
const spool = openSpool(join(env.SESSHU_DATA_DIR, 'imports'), fileKeys)
const activities = createImportActivities({ sql, vault, clock, log, spool })
const sweepSpool = spoolSweeper({ sql, spool })
const sweep = repeat({
  round: () => sweepSpool(clock.today()),
  onFault: (error) => log.warn({ error }, 'the spool was not swept'),
  pauseMs: () => sweepEveryMs,
  isLeisurely: true,
})

await workUntilStopped({ stopping: stopping.signal, log }, work)
await sweep.stop()
clock.close()
fileKeys.close()
await vault.close()
await Promise.all([sql.end({ timeout: 5 }), looks.end({ timeout: 5 })])

/** Until told to stop; throws when the server cannot be reached or refuses for good. */
async function work(bundle: { code: string }): Promise<void> {
  const namespace = env.TEMPORAL_NAMESPACE
  const connection = await NativeConnection.connect(temporalConnectionOptions(env.TEMPORAL_ADDRESS))
  const over = new AbortController()
  try {
    const parts = { connection, namespace, workflowBundle: bundle, activities, dataConverter }
    const worker = await Worker.create(importerOptions(parts))
    const identity = temporalIdentity('importer')
    const client = new Client({ connection, namespace, dataConverter, identity })
    await worker.runUntil(tellUntil(client, AbortSignal.any([stopping.signal, over.signal])))
  } finally {
    over.abort()
    await connection.close()
  }
}

async function tellUntil(client: Client, end: AbortSignal): Promise<void> {
  announceReady()
  log.info('importer is at work')
  while (!end.aborted) {
    await tellImports(sql, client).catch((error) =>
      log.warn({ error }, 'a workflow could not be told of its import'),
    )
    await pause(lookForNewsMs, end)
  }
}
