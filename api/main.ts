/** The api process: scans, registers, moves, pages. Scans need PostgreSQL alone. */
import { Connection } from '@temporalio/client'
import { oidcSettings } from '../auth/oidc-settings.ts'
import { nameProcess } from '../config/actor.ts'
import { campaignNamespace } from '../config/campaign.ts'
import { followClock, realClock } from '../config/clock.ts'
import { dataDirAt } from '../config/data-dir.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { repeat } from '../config/repeat.ts'
import { temporalConnectionOptions } from '../config/temporal.ts'
import { sweepExpired } from '../db/auth/sessions.ts'
import { connect } from '../db/client.ts'
import { connectForLooks } from '../db/ledger/record-looks.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { connectOrm } from '../db/orm.ts'
import { matchSweep } from '../db/queries/match-on-move.ts'
import { sweepToldDoses } from '../db/queries/resolve/bind-doses.ts'
import { sweepWaitingScans } from '../db/queries/waiting-scans.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { openVault } from '../vault/open-vault.ts'
import { openWebSpool } from '../web/imports/intake.ts'
import { createApp } from './app.ts'
import { listen } from './listen.ts'
import { oversightSources } from './oversight-sources.ts'
import { watchOversight } from './oversight-watch.ts'
import { startReturnedKeeper } from './returned-keeper.ts'
import { relayWaker } from './wake-relays.ts'
import { startWaveKeeper } from './wave-keeper.ts'

const poolSize = 16
/** Pages never take a connection from scans. */
const pagesPoolSize = 4

const env = readEnvironment([
  'API_HOST',
  'API_PORT',
  'API_TLS_AUTHORITY',
  'API_TLS_CERT',
  'API_TLS_HOST',
  'API_TLS_KEY',
  'API_TLS_PORT',
  'DATABASE_URL',
  'LOG_LEVEL',
  'SESSHU_DATA_DIR',
  'SESSHU_DEMO',
  'SESSHU_METRICS_TOKEN',
  'SESSHU_OIDC_CLIENT_ID',
  'SESSHU_OIDC_CLIENT_SECRET',
  'SESSHU_OIDC_ISSUER',
  'SESSHU_PUBLIC_ORIGIN',
  'SESSHU_KEYD_SOCKET',
  'SESSHU_KEYD_TOKEN',
  'SESSHU_TEMPORAL_UI_URL',
  'SESSHU_WITNESS_FILE',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
])
nameProcess('api')
const log = createLog({ name: 'api', level: env.LOG_LEVEL })
outliveLostConnections(log)
const sql = connect(env.DATABASE_URL, { name: 'sesshu-api', max: poolSize, byKey: true })
await assertRoleOwnsNothing(sql)
const looks = connectForLooks(env.DATABASE_URL, 'sesshu-api')
const vault = openVault({
  socketPath: env.SESSHU_KEYD_SOCKET,
  token: env.SESSHU_KEYD_TOKEN,
  looks,
})
const oversight = oversightSources({
  keydSocket: env.SESSHU_KEYD_SOCKET,
  keydToken: env.SESSHU_KEYD_TOKEN,
  witnessFile: env.SESSHU_WITNESS_FILE,
})
const dataDir = dataDirAt(env.SESSHU_DATA_DIR)
const webSpool = openWebSpool(dataDir, {
  socketPath: env.SESSHU_KEYD_SOCKET,
  token: env.SESSHU_KEYD_TOKEN,
})
const clock = await followClock(sql)
const pages = connectOrm(env.DATABASE_URL, { name: 'sesshu-pages', max: pagesPoolSize })
const temporal = Connection.lazy({
  ...temporalConnectionOptions(env.TEMPORAL_ADDRESS),
  connectTimeout: '1s',
})

const oidc = oidcSettings(env)
const wakeRelays = relayWaker(sql)
const app = createApp(
  {
    sql,
    vault,
    clock,
    log,
    temporal,
    temporalNamespace: env.TEMPORAL_NAMESPACE,
    wakeRelays,
  },
  {
    metricsToken: env.SESSHU_METRICS_TOKEN,
    auth: {
      // Two words of two sources: what is made up stays where it was made up.
      isDemo: env.SESSHU_DEMO && env.TEMPORAL_NAMESPACE === campaignNamespace,
      ...(env.SESSHU_PUBLIC_ORIGIN && { publicOrigin: env.SESSHU_PUBLIC_ORIGIN }),
      ...(oidc && { oidc }),
    },
    web: {
      orm: pages.orm,
      dataDir,
      spool: webSpool.spool,
      stickKeys: webSpool.stickKeys,
      isDemo: env.SESSHU_DEMO,
      oidc: oidc !== undefined,
      oversight: oversight.sources,
      ...(env.API_TLS_AUTHORITY && { authorityFile: env.API_TLS_AUTHORITY }),
      ...(env.SESSHU_TEMPORAL_UI_URL && { temporalUiUrl: env.SESSHU_TEMPORAL_UI_URL }),
    },
  },
)
const { API_TLS_HOST: tlsHost, API_TLS_CERT: certFile, API_TLS_KEY: keyFile } = env
const server = listen(
  (request) => app.fetch(request),
  {
    host: env.API_HOST,
    port: env.API_PORT,
    publicOrigin: env.SESSHU_PUBLIC_ORIGIN,
    ...(tlsHost &&
      certFile &&
      keyFile && { tls: { host: tlsHost, port: env.API_TLS_PORT, certFile, keyFile } }),
  },
  () => {
    log.info({ port: env.API_PORT, https: tlsHost !== undefined }, 'api is listening')
    announceReady()
  },
)

/** What a crash left between a ticket and the scans that waited for it, and after a move-in. */
const sweepEveryMs = 30_000
const sweepMatches = matchSweep({ sql, vault }, log)
const sweeps = [
  async () => {
    await sweepWaitingScans({ sql, vault }, clock.today())
    await sweepToldDoses({ sql, vault }, clock.today())
  },
  () => sweepMatches(clock.today()),
]
for (const round of sweeps) {
  const onFault = (err: unknown) => log.warn({ err }, 'no sweep')
  repeat({ round, onFault, pauseMs: () => sweepEveryMs, isLeisurely: true })
}

const waves = startWaveKeeper({ sql, vault, clock, log, isDemo: env.SESSHU_DEMO, wakeRelays })
const returned = startReturnedKeeper({ sql, clock, log, isDemo: env.SESSHU_DEMO, wakeRelays })

watchOversight({ sql, log, now: () => realClock.now() })

/** Sessions, challenges, tokens and codes that are over. */
const clearEveryMs = 600_000
const clear = setInterval(() => {
  sweepExpired(sql).catch((error) => log.warn({ err: error }, 'nothing was cleared'))
}, clearEveryMs)
clear.unref()

/** Longer than any request takes; a caller that keeps its connection open is not waited for. */
const drainWithinMs = 5_000

/** Requests under way get their answer; then the process ends. */
function drain(): void {
  const hardEnd = setTimeout(() => process.exit(0), drainWithinMs)
  const keepers = Promise.all([waves.stop(), returned.stop()])
  server.close(() => {
    clock.close()
    oversight.close()
    webSpool.close()
    const pools = [sql.end({ timeout: 2 }), looks.end({ timeout: 2 }), pages.close()]
    void Promise.allSettled([keepers, ...pools, vault.close(), temporal.close()]).then(() => {
      clearTimeout(hardEnd)
      process.exit(0)
    })
  })
}
process.once('SIGTERM', drain)
process.once('SIGINT', drain)
