import { join } from 'node:path'
import { Connection, type ConnectionOptions } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { grantCommandLine } from '../auth/grants.ts'
import { migrate } from '../db/migrate.ts'
import { admitRoles, ensureExternalRoles, ensureRoles } from '../db/roles.ts'
import { seedReferenceData } from '../db/seed.ts'
import {
  assertUsable,
  type Credentials,
  PostgresIsRunning,
  type PreparedPostgres,
  preparePostgres,
  type ServerLog,
  stopPostmaster,
} from '../db/server.ts'
import { ensureSearchAttributes } from '../workers/search-attributes.ts'
import { type Place, plainEnvironment } from './place.ts'
import { probeTemporal } from './probes.ts'
import type { ProcessSpec } from './process.ts'
import { keepFinishedCourses } from './retention.ts'
import type { Part } from './supervisor.ts'
import { findTemporal, findUiServer } from './temporal-binary.ts'
import { writeUiConfig } from './ui-config.ts'

export const DATABASE = 'sesshu'
const POSTGRES_STOP_WITHIN_MS = 60_000
const TEMPORAL_STOP_WITHIN_MS = 15_000
const ATTRIBUTES_WITHIN_MS = 30_000

/** PostgreSQL of our own, then its roles and migrations; or only these, on somebody's server. */
export function databaseParts(place: Place, credentials: Credentials, log: ServerLog): Part[] {
  const { roles, superuserUrl, isOwn } = place.database
  const prepareDatabase = async (): Promise<void> => {
    if (superuserUrl) await ensureRoles(superuserUrl, DATABASE, credentials)
    else await ensureExternalRoles(roles.owner, credentials)
    await assertUsable(roles.owner)
    await migrate(roles.owner)
    await seedReferenceData(roles.owner)
    await grantCommandLine(roles.owner, place.cliTokens)
  }
  return [
    ...(isOwn && superuserUrl
      ? [{ needs: [], process: postgresProcess(place, superuserUrl, log) }]
      : []),
    { needs: isOwn ? ['postgres'] : [], task: { name: 'database', run: prepareDatabase } },
  ]
}

/**
 * keyd answers once it has taken everybody who was erased out of the database, whatever backup it came
 * from; until then a restored database lets nobody else in. Needs keyd, and everything else needs it.
 */
export function erasuresPart({ database }: Place): Part {
  const run = async (): Promise<void> => {
    if (database.superuserUrl) await admitRoles(database.superuserUrl, DATABASE)
  }
  return { needs: ['keyd'], task: { name: 'erasures', run } }
}

function postgresProcess(place: Place, superuserUrl: string, log: ServerLog): ProcessSpec {
  return {
    name: 'postgres',
    stopSignal: 'SIGINT',
    forceSignal: 'SIGQUIT',
    stopWithinMs: POSTGRES_STOP_WITHIN_MS,
    launch: async () => {
      const { command, args, env, account, port } = await prepareAlone(place, log)
      return { command, args, env, port, ...(account && { account }) }
    },
    probe: () => assertUsable(superuserUrl),
  }
}

/** A server without a pid file of ours is one that a killed supervisor had only just started. */
async function prepareAlone({ dir, ports }: Place, log: ServerLog): Promise<PreparedPostgres> {
  const options = { dataDir: dir.root, port: ports.postgres, log }
  try {
    return await preparePostgres(options)
  } catch (error) {
    if (!(error instanceof PostgresIsRunning)) throw error
    await stopPostmaster(error.pid)
    return await preparePostgres(options)
  }
}

/** Temporal of our own with its UI, then the search attributes; or only these, on a cluster. */
export function temporalParts(place: Place): Part[] {
  const { address, namespace, isOwn } = place.temporal
  const options: ConnectionOptions = isOwn
    ? { address }
    : { ...loadClientConnectConfig().connectionOptions, address }
  const register = async (): Promise<void> => {
    const connection = await Connection.connect(options)
    try {
      await connection.withDeadline(Date.now() + ATTRIBUTES_WITHIN_MS, () =>
        ensureSearchAttributes(connection, namespace),
      )
      if (isOwn) await keepFinishedCourses(connection, namespace)
    } finally {
      await connection.close()
    }
  }
  const task = { name: 'search-attributes', run: register }
  if (!isOwn) return [{ needs: [], task }]
  return [
    { needs: [], process: temporalProcess(place) },
    { needs: ['temporal'], task },
    { needs: ['temporal'], process: uiProcess(place) },
  ]
}

function temporalProcess({ dir, ports, temporal }: Place): ProcessSpec {
  const { address, namespace } = temporal
  return {
    name: 'temporal',
    stopWithinMs: TEMPORAL_STOP_WITHIN_MS,
    launch: async ({ tell, signal }) => {
      const named = process.env.SESSHU_TEMPORAL_BINARY
      const command = named || (await findTemporal({ onProgress: tell, signal })).path
      return {
        command,
        args: [
          ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1'],
          ...['--port', String(ports.temporal), '--namespace', namespace],
          ...['--db-filename', dir.temporalDb],
          ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
          ...['--log-level', 'warn', '--disable-config-file', '--disable-config-env'],
        ],
        env: plainEnvironment(),
        cwd: dir.root,
        port: ports.temporal,
      }
    },
    probe: () => probeTemporal(address, namespace),
  }
}

function uiProcess({ dir, ports, temporal }: Place): ProcessSpec {
  return {
    name: 'ui',
    launch: async ({ tell, signal }) => {
      const { path } = await findUiServer({ onProgress: tell, signal })
      const { args } = await writeUiConfig(join(dir.run, 'ui'), {
        temporalAddress: temporal.address,
        port: ports.ui,
        defaultNamespace: temporal.namespace,
        codec: {
          endpoint: `http://127.0.0.1:${ports.codec}`,
          signInUrl: `http://127.0.0.1:${ports.web}`,
        },
      })
      return { command: path, args, env: plainEnvironment(), cwd: dir.root, port: ports.ui }
    },
    probe: async () => {
      const response = await fetch(`http://127.0.0.1:${ports.ui}/healthz`)
      if (!response.ok) throw new Error(`the UI answers ${response.status}`)
    },
  }
}
