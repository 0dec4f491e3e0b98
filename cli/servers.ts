/** The servers that an operator's command talks to: named ones, else those of the data dir. */
import { Client, Connection, isGrpcServiceError } from '@temporalio/client'
import { cliTokenName } from '../auth/machines.ts'
import { sesshuDataConverter } from '../codec/data-converter.ts'
import { CodecError } from '../codec/errors.ts'
import { codecKeysName } from '../codec/keys.ts'
import { nameProcess } from '../config/actor.ts'
import { dataDirAt } from '../config/data-dir.ts'
import { readStatus } from '../config/system-status.ts'
import { temporalIdentity } from '../config/temporal.ts'
import { connect, type Sql } from '../db/client.ts'
import { type ProcessRole, urlFor } from '../db/roles.ts'
import { openCredentials } from '../db/server.ts'
import { CommandError } from './common.ts'
import { findTargets, type Targets } from './doctor/targets.ts'

const grpcNotFound = 5
const connectWithin = '5s'

/** Says on stderr which servers are meant, before anything is asked of them. */
export async function tellTargets(dataDir: string): Promise<Targets> {
  const targets = await findTargets(dataDir)
  for (const line of targets.lines) process.stderr.write(`${line}\n`)
  return targets
}

/** The database's address under a process's own role. Throws when none runs or none is known. */
export async function roleUrl(
  dataDir: string,
  { databaseUrl }: Targets,
  role: ProcessRole,
): Promise<string> {
  if (!databaseUrl) throw notRunning(dataDir)
  const password = (await openCredentials(dataDirAt(dataDir).root)).known(role)
  if (password === undefined) {
    throw new CommandError(
      `${dataDirAt(dataDir).credentials} does not know the password of ${role}.`,
      'Name the data dir of the system with --data-dir.',
    )
  }
  return urlFor(databaseUrl, { role, password })
}

/** Runs `work` on connections of one role and closes them. */
export async function withDatabase<T>(
  url: string,
  name: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  nameProcess('cli')
  const sql = connect(url, { max: 4, name })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Runs `work` on a client of the namespace that is there. Throws when Temporal does not answer. */
export async function withTemporal<T>(
  dataDir: string,
  { temporal }: Targets,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  if (!temporal) throw notRunning(dataDir)
  const connection = await Connection.connect({
    ...temporal.options,
    connectTimeout: connectWithin,
  }).catch((error) => {
    throw new CommandError(
      `Temporal does not answer on ${temporal.options.address} (${(error as Error).message}).`,
      'Scans go on meanwhile. See docs/runbook.md, "Temporal lost".',
    )
  })
  try {
    const namespace = await namespaceThere(connection, temporal.namespaces)
    const dataConverter = sesshuDataConverter(await codecKeysOf(dataDir))
    const identity = temporalIdentity('cli')
    return await work(new Client({ connection, namespace, dataConverter, identity }))
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    throw new CommandError(error.message, `Keys are read from ${codecKeysName} or the data dir.`)
  } finally {
    await connection.close()
  }
}

/** Of a cluster that others use too, by the environment; else those of the data dir. */
async function codecKeysOf(dataDir: string): Promise<string> {
  const dir = dataDirAt(dataDir)
  const keys = process.env[codecKeysName] || (await openCredentials(dir.root)).known(codecKeysName)
  if (keys) return keys
  throw new CommandError(
    `${dir.credentials} holds no keys of Temporal's payloads.`,
    `Name the data dir of the system with --data-dir, or set ${codecKeysName}.`,
  )
}

async function namespaceThere(connection: Connection, names: string[]): Promise<string> {
  for (const namespace of names) {
    try {
      await connection.workflowService.describeNamespace({ namespace })
      return namespace
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== grpcNotFound) throw error
    }
  }
  throw new CommandError(
    `The Temporal server has no namespace ${names.join(' or ')}.`,
    'Make it, then start npx sesshu up, which registers the search attributes.',
  )
}

export type ApiTarget = { url: string; token: string }

/** The api of the system that runs on the data dir. */
export async function apiOf(dataDir: string, tokenName = cliTokenName): Promise<ApiTarget> {
  const dir = dataDirAt(dataDir)
  const port = readStatus(dir)?.parts.find(({ name }) => name === 'api')?.port
  if (port === undefined) throw notRunning(dataDir)
  const token = (await openCredentials(dir.root)).known(tokenName)
  if (token === undefined) {
    throw new CommandError(`${dir.credentials} holds no token.`, 'Start npx sesshu up once.')
  }
  return { url: `http://127.0.0.1:${port}`, token }
}

function notRunning(dataDir: string): CommandError {
  return new CommandError(
    `No system runs on ${dataDirAt(dataDir).root}.`,
    `Start one: npx sesshu up --data-dir ${dataDir}`,
  )
}
