import { loadClientConnectConfig } from '@temporalio/envconfig'
import { dataDirAt } from '../../config/data-dir.ts'
import { type PartStatus, readStatus } from '../../config/system-status.ts'
import { OWNER_ROLE, urlFor } from '../../db/roles.ts'
import { openCredentials } from '../../db/server.ts'
import { DATABASE } from '../../supervisor/servers.ts'
import { DEMO_NAMESPACE } from '../../supervisor/start-system.ts'
import type { TemporalTarget } from './temporal.ts'

/** Which servers are looked at, and a line that says so without a password. */
export type Targets = {
  lines: string[]
  databaseUrl?: string
  temporal?: TemporalTarget
  /** Of the system that runs on the data dir; none when none runs. */
  parts: PartStatus[]
  logFolder: string
}

// A server of our own has one of these, by what was started on the data dir.
const ownNamespaces = ['sesshu', DEMO_NAMESPACE]

/** DATABASE_URL and Temporal's own configuration first, else the system of the data dir. */
export async function findTargets(dataDir: string): Promise<Targets> {
  const dir = dataDirAt(dataDir)
  const parts = readStatus(dir)?.parts ?? []
  const portOf = (name: string) => parts.find((part) => part.name === name)?.port
  const targets: Targets = { lines: [], parts, logFolder: dir.log }

  const given = process.env.DATABASE_URL
  const port = portOf('postgres')
  if (given) {
    targets.databaseUrl = given
    targets.lines.push(`Database: ${hostOf(given)} (DATABASE_URL)`)
  } else if (port) {
    const password = (await openCredentials(dir.root)).known(OWNER_ROLE) ?? ''
    const local = `postgres://127.0.0.1:${port}/${DATABASE}`
    targets.databaseUrl = urlFor(local, { role: OWNER_ROLE, password })
    targets.lines.push(`Database: ${hostOf(local)} (${dir.root})`)
  } else targets.lines.push(`Database: none runs on ${dir.root}`)

  const cluster = loadClientConnectConfig()
  const { address } = cluster.connectionOptions
  const temporalPort = portOf('temporal')
  if (address) {
    const namespace = cluster.namespace ?? 'default'
    targets.temporal = {
      options: { ...cluster.connectionOptions, address },
      namespaces: [namespace],
    }
    targets.lines.push(`Temporal: ${address} (TEMPORAL_ADDRESS or a profile)`)
  } else if (temporalPort) {
    const local = `127.0.0.1:${temporalPort}`
    targets.temporal = { options: { address: local }, namespaces: ownNamespaces }
    targets.lines.push(`Temporal: ${local} (${dir.root})`)
  } else targets.lines.push(`Temporal: none runs on ${dir.root}`)
  return targets
}

function hostOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
