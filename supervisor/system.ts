import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { codecKeysName } from '../codec/keys.ts'
import { READY_FILE_VARIABLE } from '../config/ready.ts'
import type { ProcessRole } from '../db/roles.ts'
import type { Credentials, ServerLog } from '../db/server.ts'
import { keydAccess, keydProcess } from './keyd-process.ts'
import { type Place, plainEnvironment, repositoryRoot, temporalEnvironment } from './place.ts'
import { probeHttp, probePort, probeReadyFile } from './probes.ts'
import type { Launch, ProcessSpec } from './process.ts'
import { databaseParts, erasuresPart, temporalParts } from './servers.ts'
import type { Part } from './supervisor.ts'

const DRAIN_WITHIN_MS = 30_000
/** A process that lives so long without announcing itself is taken to work. */
const QUIET_START_MS = 5_000
export const MAIL_FROM = 'sesshu@sesshu.invalid'
const mailReturnTo = 'bounces@sesshu.invalid'
/** Nobody's mailbox: alarms of a system that was told no address arrive in its own sink, and nowhere else. */
const OPERATOR_MAIL = 'operator@sesshu.invalid'

/**
 * The whole system, in the order of its start. The pages come up on PostgreSQL and keyd alone: venues
 * scan while Temporal is still being fetched or built. keyd comes first: before it has taken the erased
 * out of a restored database, nobody else connects.
 */
export function systemParts(place: Place, credentials: Credentials, log: ServerLog): Part[] {
  const mailNeeds = place.hasOwnMailSink ? ['mail'] : []
  const codecKeys = { [codecKeysName]: place.codecKeys }
  return [
    ...databaseParts(place, credentials, log),
    { needs: ['database'], process: keydProcess(place, credentials, log) },
    erasuresPart(place),
    { needs: ['erasures'], process: apiProcess(place, credentials) },
    { needs: ['erasures'], process: stateProcess(place) },
    {
      needs: ['erasures'],
      process: announcing(place, 'sealer', 'ledger/sealer-main.ts', 'sesshu_sealer'),
    },
    ...(place.witnessRoot
      ? [{ needs: ['api', 'sealer'], process: witnessProcess(place, place.witnessRoot) }]
      : []),
    ...(place.hasOwnMailSink ? [{ needs: [], process: mailProcess(place) }] : []),
    ...temporalParts(place),
    // Of use beside a UI of ours alone.
    ...(place.temporal.isOwn ? [{ needs: ['temporal'], process: codecProcess(place) }] : []),
    {
      needs: ['erasures', 'search-attributes', ...mailNeeds],
      process: announcing(place, 'worker', 'workers/main.ts', 'sesshu_worker', async () => ({
        ...codecKeys,
        ...(await keydAccess(place, credentials, 'worker')),
        // printed on letters, as the address of the page with the reader's own record
        SESSHU_PUBLIC_ORIGIN: publicOrigin(place),
      })),
    },
    {
      needs: ['erasures'],
      process: announcing(
        place,
        'sticks',
        'workers/stick-watcher.ts',
        'sesshu_import',
        async () => ({
          ...(place.sticks && { SESSHU_STICKS: place.sticks }),
          ...(await keydAccess(place, credentials, 'import')),
        }),
      ),
    },
    {
      needs: ['erasures', 'search-attributes'],
      process: announcing(place, 'importer', 'workers/importer.ts', 'sesshu_import', async () => ({
        ...codecKeys,
        ...(await keydAccess(place, credentials, 'import')),
      })),
    },
    {
      needs: ['erasures', ...mailNeeds],
      process: announcing(place, 'monitor', 'workers/monitor.ts', 'sesshu_monitor', async () => ({
        ...alarmSettings(place),
      })),
    },
    {
      needs: ['erasures', 'search-attributes'],
      process: announcing(place, 'relay', 'relay/main.ts', 'sesshu_relay', async () => codecKeys),
    },
  ]
}

function apiProcess(place: Place, credentials: Credentials): ProcessSpec {
  const port = place.ports.web
  return {
    name: 'api',
    launch: async () => ({
      ...nodeLaunch(place, 'api/main.ts', 'sesshu_api', {
        API_HOST: '127.0.0.1',
        API_PORT: String(port),
        ...(await keydAccess(place, credentials, 'api')),
        ...(place.isDemo ? {} : surroundings()),
        ...tlsSettings(place),
        ...(place.witnessRoot && { SESSHU_WITNESS_FILE: place.witnessRoot }),
        ...(place.temporal.isOwn && {
          SESSHU_TEMPORAL_UI_URL: `http://127.0.0.1:${place.ports.ui}`,
        }),
      }),
      port,
    }),
    probe: () => probeHttp(`http://127.0.0.1:${port}/health`),
  }
}

function tlsSettings({ tls }: Place): Record<string, string> {
  if (!tls) return {}
  return {
    API_TLS_HOST: tls.host,
    API_TLS_PORT: String(tls.port),
    API_TLS_CERT: tls.certFile,
    API_TLS_KEY: tls.keyFile,
    ...(tls.authority && { API_TLS_AUTHORITY: tls.authority.file }),
  }
}

/**
 * It knows the system by its address alone: no database, no password. A system that is begun anew in
 * the same data dir has a log of another name, and the witness a folder of another name.
 */
function witnessProcess(place: Place, root: string): ProcessSpec {
  return announcingWith(place, 'witness', () => {
    const key = readFileSync(join(place.dir.ledger, 'ledger.pub'), 'utf8')
    return {
      command: process.execPath,
      args: ['--import', 'tsx', 'ledger/witness-main.ts'],
      cwd: repositoryRoot,
      env: {
        ...plainEnvironment(),
        SESSHU_DATA_DIR: place.dir.root,
        SESSHU_WITNESS_DIR: join(root, basename(key.split('+')[0] ?? '')),
        SESSHU_WITNESS_URL: `http://127.0.0.1:${place.ports.web}`,
        LOG_LEVEL: logLevel(),
      },
    }
  })
}

/** It holds the state's password and nothing else; the api, which has the pages, never does. */
export function stateProcess(place: Place): ProcessSpec {
  return announcingWith(place, 'state', () => ({
    command: process.execPath,
    args: ['--import', 'tsx', 'state/main.ts'],
    cwd: repositoryRoot,
    env: {
      ...plainEnvironment(),
      SESSHU_DATA_DIR: place.dir.root,
      DATABASE_URL: place.database.roles.sesshu_statistics,
      LOG_LEVEL: logLevel(),
    },
  }))
}

function mailProcess(place: Place): ProcessSpec {
  const port = place.ports.smtp
  return {
    name: 'mail',
    launch: async () => ({
      command: process.execPath,
      args: ['--import', 'tsx', 'mail/sink-main.ts'],
      cwd: repositoryRoot,
      env: {
        ...plainEnvironment(),
        SESSHU_DATA_DIR: place.dir.root,
        SMTP_PORT: String(port),
        LOG_LEVEL: logLevel(),
      },
      port,
    }),
    probe: () => probePort(port),
  }
}

function codecProcess(place: Place): ProcessSpec {
  const { codec: port, web, ui } = place.ports
  return {
    name: 'codec',
    launch: async () => ({
      command: process.execPath,
      args: ['--import', 'tsx', 'codec/server-main.ts'],
      cwd: repositoryRoot,
      env: {
        ...plainEnvironment(),
        CODEC_HOST: '127.0.0.1',
        CODEC_PORT: String(port),
        [codecKeysName]: place.codecKeys,
        SESSHU_API_URL: `http://127.0.0.1:${web}`,
        SESSHU_CODEC_UI_ORIGIN: `http://127.0.0.1:${ui}`,
        LOG_LEVEL: logLevel(),
      },
      port,
    }),
    probe: () => probeHttp(`http://127.0.0.1:${port}/health`),
  }
}

/** A process that listens on no port tells through a file that it is ready. */
type More = () => Promise<Record<string, string>>

function announcing(
  place: Place,
  name: string,
  entry: string,
  role: ProcessRole,
  more: More = async () => ({}),
): ProcessSpec {
  return announcingWith(place, name, async () => nodeLaunch(place, entry, role, await more()))
}

function announcingWith(
  place: Place,
  name: string,
  launch: () => Launch | Promise<Launch>,
): ProcessSpec {
  const readyFile = join(place.dir.run, `${name}.ready`)
  return {
    name,
    stopWithinMs: DRAIN_WITHIN_MS,
    launch: async () => {
      rmSync(readyFile, { force: true })
      const prepared = await launch()
      return { ...prepared, env: { ...prepared.env, [READY_FILE_VARIABLE]: readyFile } }
    },
    probe: async ({ pid, startedAtMs }) => {
      if (Date.now() - startedAtMs > QUIET_START_MS) return
      await probeReadyFile(readyFile, pid)
    },
  }
}

/** Each process knows the database under its own role alone. */
function nodeLaunch(
  place: Place,
  entry: string,
  role: ProcessRole,
  more: Record<string, string>,
): Launch {
  return {
    command: process.execPath,
    args: ['--import', 'tsx', entry],
    cwd: repositoryRoot,
    env: {
      ...plainEnvironment(),
      ...temporalEnvironment(place),
      SESSHU_DATA_DIR: place.dir.root,
      DATABASE_URL: place.database.roles[role],
      SMTP_URL: place.smtpUrl,
      MAIL_FROM: process.env.MAIL_FROM ?? MAIL_FROM,
      ...mailEnvironment(place),
      SESSHU_DEMO: place.isDemo ? '1' : '0',
      LOG_LEVEL: logLevel(),
      ...more,
    },
  }
}

/** Our own sink takes a mark in the return path; another server only where somebody has said so. */
function mailEnvironment({ hasOwnMailSink }: Place): Record<string, string> {
  const { MAIL_RETURN_TO, MAIL_RATES } = process.env
  const returnTo = MAIL_RETURN_TO || (hasOwnMailSink ? mailReturnTo : '')
  return {
    ...(returnTo && { MAIL_RETURN_TO: returnTo }),
    ...(MAIL_RATES && { MAIL_RATES }),
  }
}

/** Where its alarms go, and by what it knows of mails: our own mail sink keeps each that it took. */
function alarmSettings(place: Place): Record<string, string> {
  const { SESSHU_ALARM_MAIL: address, SESSHU_MAIL_JOURNAL: journal } = process.env
  return {
    SESSHU_ALARM_MAIL: (place.isDemo ? undefined : address) || OPERATOR_MAIL,
    ...(place.hasOwnMailSink
      ? { SESSHU_MAIL_JOURNAL: place.dir.mail }
      : journal && { SESSHU_MAIL_JOURNAL: journal }),
    SESSHU_PUBLIC_ORIGIN: publicOrigin(place),
  }
}

function publicOrigin(place: Place): string {
  return (
    process.env.SESSHU_PUBLIC_ORIGIN || (place.tls?.origin ?? `http://127.0.0.1:${place.ports.web}`)
  )
}

/** What a deployment says of its surroundings; a demo has none. */
function surroundings(): Record<string, string> {
  const names = [
    ...['PUBLIC_ORIGIN', 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'WITNESS_FILE'],
    'METRICS_TOKEN',
  ]
  const said: Record<string, string> = {}
  for (const name of names) {
    const value = process.env[`SESSHU_${name}`]
    if (value) said[`SESSHU_${name}`] = value
  }
  return said
}

function logLevel(): string {
  return process.env.LOG_LEVEL || 'info'
}
