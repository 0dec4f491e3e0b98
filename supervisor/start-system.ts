import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { cliTokenName, importTokenName } from '../auth/machines.ts'
import { codecKeysName } from '../codec/keys.ts'
import { type DataDir, dataDirAt, lockDataDir, makeDataDir } from '../config/data-dir.ts'
import { keepPorts, type Ports } from '../config/ports.ts'
import { writeStatus } from '../config/system-status.ts'
import { inspectingUrl, OWNER_ROLE, processRoles, type RoleUrls, urlFor } from '../db/roles.ts'
import { type Credentials, openCredentials, type ServerLog, SUPERUSER } from '../db/server.ts'
import type { Place } from './place.ts'
import type { ProcessStatus } from './process.ts'
import { recover } from './recover.ts'
import { DATABASE } from './servers.ts'
import { type Part, Supervisor } from './supervisor.ts'
import { systemParts } from './system.ts'
import { type Exposed, settleTls, type Tls } from './tls/settle.ts'

export type StartOptions = {
  dataDir: string
  /** Servers of its own whatever the environment says: made-up people never reach a real one. */
  own: boolean
  demo?: boolean
  /** The pages are heard beyond this machine too, over https. */
  exposed?: Exposed
  /** A folder in which sticks appear, such as a mount point. */
  sticks?: string
  /** Runs a witness of the ledger too, in a folder beside the data dir. */
  witness?: boolean
  log: ServerLog
  /** Instead of the kept or preferred ones. */
  ports?: Partial<Ports>
  /** Replaces the list of parts, for tests of the supervisor itself. */
  parts?: (place: Place, credentials: Credentials, log: ServerLog) => Part[]
}

export type SystemUrls = {
  web: string
  /** Beyond this machine. */
  https?: Tls
  /** The Temporal UI, when it is ours. */
  ui?: string
  temporalAddress: string
  temporalNamespace: string
  /** The owner's: for migrations and outside checks only. */
  databaseUrl: string
  superuserUrl?: string
  smtp: string
  roles: RoleUrls
}

export type System = {
  dir: DataDir
  urls: SystemUrls
  /** Of Temporal's payloads: without them a client reads none. */
  codecKeys: string
  uses: { ownDatabase: boolean; ownTemporal: boolean; ownMailSink: boolean }
  processes(): ProcessStatus[]
  /** A real signal, SIGKILL by default, to the process group; the supervisor starts it again. */
  kill(name: string, signal?: NodeJS.Signals): number
  /** All parts, or those named. Throws after `timeoutMs`, saying which are late and why. */
  waitHealthy(timeoutMs: number, names?: string[]): Promise<void>
  /** Ends every process at once; `stop` still has to be awaited. */
  force(): void
  stop(): Promise<void>
}

const REAL_NAMESPACE = 'sesshu'
/** The campaign clock is refused outside it. */
export const DEMO_NAMESPACE = 'sesshu-demo'

/**
 * Begins a whole system in a data dir and returns at once; see `waitHealthy`. Throws `DataDirInUse`
 * when another one runs there. What a killed supervisor left behind is ended first.
 */
export async function startSystem(options: StartOptions): Promise<System> {
  const dir = dataDirAt(options.dataDir)
  makeDataDir(dir)
  const lock = lockDataDir(dir)
  try {
    await recover(dir.run, (line) => options.log.info(line))
    const credentials = await openCredentials(dir.root)
    const place = await settle(dir, options, credentials)
    const parts = (options.parts ?? systemParts)(place, credentials, options.log)
    const supervisor = new Supervisor({
      parts,
      runDir: dir.run,
      logDir: dir.log,
      onChange: (status) => writeStatus(dir, status),
    })
    supervisor.start()
    return systemOf(place, supervisor, () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

async function settle(
  dir: DataDir,
  options: StartOptions,
  credentials: Credentials,
): Promise<Place> {
  const ports = await keepPorts(dir, (line) => options.log.warn(line), options.ports)
  const env = options.own ? {} : process.env
  return {
    dir,
    ports,
    isDemo: options.demo ?? false,
    cliTokens: {
      scans: await credentials.passwordOf(cliTokenName),
      imports: await credentials.passwordOf(importTokenName),
    },
    codecKeys: env[codecKeysName] || (await credentials.passwordOf(codecKeysName)),
    database: await settleDatabase(dir, env.DATABASE_URL, ports, credentials),
    temporal: settleTemporal(options, ports),
    smtpUrl: env.SMTP_URL || `smtp://127.0.0.1:${ports.smtp}`,
    hasOwnMailSink: !env.SMTP_URL,
    ...(options.exposed && { tls: await settleTls(dir, options.exposed, ports.https) }),
    ...(options.sticks && { sticks: options.sticks }),
    ...(options.witness && { witnessRoot: `${dir.root}-witness` }),
  }
}

/** A new password would not open an old database: better to say so than to try for ever. */
function assertPasswordIsKnown(dir: DataDir, credentials: Credentials): void {
  if (!existsSync(join(dir.pg, 'PG_VERSION')) || credentials.known(SUPERUSER)) return
  throw new Error(
    `${dir.pg} holds a database, but ${dir.credentials} does not know its password. ` +
      'Put that file back, or restore a backup into a new data dir.',
  )
}

async function settleDatabase(
  dir: DataDir,
  given: string | undefined,
  ports: Ports,
  credentials: Credentials,
): Promise<Place['database']> {
  if (!given) assertPasswordIsKnown(dir, credentials)
  const own = `postgres://127.0.0.1:${ports.postgres}/${DATABASE}`
  const at = async (role: string): Promise<string> =>
    urlFor(given ?? own, { role, password: await credentials.passwordOf(role) })
  const roles: Partial<RoleUrls> = { owner: given ?? (await at(OWNER_ROLE)) }
  for (const role of processRoles) roles[role] = await at(role)
  const superuserUrl = urlFor(await at(SUPERUSER), { database: 'postgres' })
  return { roles: roles as RoleUrls, isOwn: !given, ...(!given && { superuserUrl }) }
}

function settleTemporal(options: StartOptions, ports: Ports): Place['temporal'] {
  const given = options.own ? undefined : loadClientConnectConfig()
  const address = given?.connectionOptions.address
  if (given && address) {
    return { address, namespace: given.namespace ?? 'default', isOwn: false }
  }
  const namespace = options.demo ? DEMO_NAMESPACE : REAL_NAMESPACE
  return { address: `127.0.0.1:${ports.temporal}`, namespace, isOwn: true }
}

function systemOf(place: Place, supervisor: Supervisor, release: () => void): System {
  const { dir, ports, database, temporal } = place
  return {
    dir,
    urls: {
      web: `http://127.0.0.1:${ports.web}`,
      ...(place.tls && { https: place.tls }),
      ...(temporal.isOwn && { ui: `http://127.0.0.1:${ports.ui}` }),
      temporalAddress: temporal.address,
      temporalNamespace: temporal.namespace,
      databaseUrl: inspectingUrl(database.roles.owner),
      ...(database.superuserUrl && { superuserUrl: database.superuserUrl }),
      smtp: place.smtpUrl,
      roles: database.roles,
    },
    codecKeys: place.codecKeys,
    uses: {
      ownDatabase: database.isOwn,
      ownTemporal: temporal.isOwn,
      ownMailSink: place.hasOwnMailSink,
    },
    processes: () => supervisor.status(),
    kill: (name, signal) => supervisor.kill(name, signal),
    waitHealthy: (timeoutMs, names) => supervisor.untilReady(timeoutMs, names),
    force: () => supervisor.force(),
    stop: async () => {
      await supervisor.stop()
      release()
    },
  }
}
