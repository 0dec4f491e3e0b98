import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DataDir } from '../config/data-dir.ts'
import type { Ports } from '../config/ports.ts'
import type { RoleUrls } from '../db/roles.ts'
import type { Tls } from './tls/settle.ts'

/** Where one system runs and what its parts talk to; settled before the first process starts. */
export type Place = {
  dir: DataDir
  ports: Ports
  isDemo: boolean
  /** What the command line of this data dir shows. */
  cliTokens: { scans: string; imports: string }
  database: {
    roles: RoleUrls
    /** Only of our own server. */
    superuserUrl?: string
    isOwn: boolean
  }
  temporal: { address: string; namespace: string; isOwn: boolean }
  /** Those of Temporal's payloads: for worker, relay and codec server alone. */
  codecKeys: string
  smtpUrl: string
  hasOwnMailSink: boolean
  /** Where the pages are heard beyond this machine. */
  tls?: Tls
  /** Where sticks appear besides `sticks/` in the data dir. */
  sticks?: string
  /** Beside the data dir, never in it: the folders of a witness, one a log. */
  witnessRoot?: string
}

export const repositoryRoot = resolve(import.meta.dirname, '..')

/** The few variables of ours that every process gets; nothing else is inherited. */
export function plainEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR']
  const env: Record<string, string> = { TZ: 'UTC', LANG: 'C.UTF-8' }
  for (const name of kept) {
    const value = process.env[name]
    if (value) env[name] = value
  }
  return env
}

/**
 * What leads a process to Temporal. With a server of our own a profile of the user must not lead
 * elsewhere, so that the process gets an empty one.
 */
export function temporalEnvironment({ dir, temporal }: Place): Record<string, string> {
  const target = { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace }
  if (temporal.isOwn) {
    const profile = join(dir.run, 'temporal.toml')
    // Not an empty file: the reader trips over one without any profile.
    writeFileSync(profile, '[profile.default]\n')
    return { ...target, TEMPORAL_CONFIG_FILE: profile }
  }
  const users = Object.entries(process.env).filter(
    ([name]) => name.startsWith('TEMPORAL_') || name === 'XDG_CONFIG_HOME',
  )
  return { ...(Object.fromEntries(users) as Record<string, string>), ...target }
}
