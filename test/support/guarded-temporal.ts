/** The multi-service server with the settings of docker-compose.yml, on SQLite in memory. */
import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../config/ports.ts'
import { findServer } from '../../supervisor/temporal-binary.ts'
import { makeTemporalCertificates } from '../../tools/compose/temporal-certificates.ts'

export type GuardedTemporal = {
  address: string
  /** One folder for each holder of a certificate, as compose mounts them. */
  certificates: string
  /** A token as an identity provider would issue it. */
  token(subject: string, permissions: string[]): string
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..')
const ports = [
  ...['FRONTEND_GRPC_PORT', 'FRONTEND_HTTP_PORT', 'FRONTEND_MEMBERSHIP_PORT'],
  ...['INTERNAL_FRONTEND_GRPC_PORT', 'INTERNAL_FRONTEND_HTTP_PORT'],
  ...['INTERNAL_FRONTEND_MEMBERSHIP_PORT', 'MATCHING_GRPC_PORT', 'MATCHING_MEMBERSHIP_PORT'],
  ...['HISTORY_GRPC_PORT', 'HISTORY_MEMBERSHIP_PORT', 'WORKER_GRPC_PORT'],
  'WORKER_MEMBERSHIP_PORT',
]
const keyId = 'test'

/** `hasAuthorizer`: with what .env.example says to set for tokens. */
export async function startGuardedTemporal(options: {
  hasAuthorizer: boolean
}): Promise<GuardedTemporal> {
  const { path } = await findServer({ onProgress: (line) => console.log(line) })
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-guarded-'))
  const certificates = join(folder, 'tls')
  makeTemporalCertificates(certificates)
  const issuer = tokenIssuer(join(folder, 'jwks.json'))
  const settings = settingsOfCompose({
    ...(options.hasAuthorizer && {
      TEMPORAL_AUTH_AUTHORIZER: 'default',
      TEMPORAL_AUTH_CLAIM_MAPPER: 'default',
      TEMPORAL_JWT_KEY_SOURCE1: `file://${join(folder, 'jwks.json')}`,
    }),
  })
  const dynamicConfig = join(folder, 'dynamic.yaml')
  writeFileSync(dynamicConfig, 'limit.maxIDLength:\n  - value: 255\n')
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    ...rehomed(settings, join(certificates, 'server')),
    ...{ DB: 'sqlite', SQLITE_MODE: 'memory', SQLITE_CACHE: 'shared', LOG_LEVEL: 'error' },
    ...{ NUM_HISTORY_SHARDS: '4', BIND_ON_IP: '127.0.0.1' },
    DYNAMIC_CONFIG_FILE_PATH: dynamicConfig,
  }
  const taken: number[] = []
  for (const name of ports) {
    const port = await freePort(taken)
    taken.push(port)
    env[name] = String(port)
  }
  const out = openSync(join(folder, 'log'), 'a')
  const child = spawn(path, ['start'], { cwd: folder, env, stdio: ['ignore', out, out] })
  closeSync(out)
  const stop = async () => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilItListens(Number(env.FRONTEND_GRPC_PORT), child)
  } catch (error) {
    const log = readFileSync(join(folder, 'log'), 'utf8').slice(-2_000)
    await stop()
    throw new Error(`Temporal did not come up.\n${log}`, { cause: error })
  }
  const address = `127.0.0.1:${env.FRONTEND_GRPC_PORT}`
  return { address, certificates, token: issuer, stop }
}

/** What the service `temporal` is given, apart from its database; variables as in `.env`, or unset. */
function settingsOfCompose(variables: Record<string, string>): Record<string, string> {
  const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  const service = /\n {2}temporal:\n([\s\S]*?)\n {2}\w/.exec(compose)?.[1] ?? ''
  const environment = /\n {4}environment:\n([\s\S]*?)\n {4}\w/.exec(service)?.[1] ?? ''
  const lines = [...environment.matchAll(/^ {6}([A-Z0-9_]+): '?([^'\n]*)'?$/gm)]
  return Object.fromEntries(
    lines.map(([, name = '', value = '']) => [
      name,
      value.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, known, other) => variables[known] ?? other),
    ]),
  )
}

function rehomed(settings: Record<string, string>, folder: string): Record<string, string> {
  const moved = Object.entries(settings).map(([name, value]) => [
    name,
    value.replace(/^\/tls\//, `${folder}/`),
  ])
  return Object.fromEntries(moved)
}

function tokenIssuer(jwksFile: string): GuardedTemporal['token'] {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: keyId, alg: 'RS256', use: 'sig' }
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }))
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return (subject, permissions) => {
    const claims = { sub: subject, permissions, exp: Math.floor(Date.now() / 1000) + 3600 }
    const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
  }
}

async function untilItListens(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`)
    const isListening = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('connect', () => resolve(socket.destroy() !== undefined))
      socket.once('error', () => resolve(false))
    })
    if (isListening) return
    await sleep(100)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(timer)
}
