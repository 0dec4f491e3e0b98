import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defineCommand } from 'citty'
import { toString as drawCode } from 'qrcode'
import { DataDirInUse, DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { isLoopbackHost } from '../../config/transport.ts'
import { drainOnSignals } from '../../supervisor/signals.ts'
import { type System, startSystem } from '../../supervisor/start-system.ts'
import { SystemStopped } from '../../supervisor/supervisor.ts'
import { type Exposed, type Tls, TlsError } from '../../supervisor/tls/settle.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

/** PostgreSQL, migrations and the pages; nothing is of use without them. */
const PAGES = ['database', 'api']
const PAGES_WITHIN_MS = 120_000
/** Long enough to build Temporal on a slow machine. */
const ALL_WITHIN_MS = 15 * 60_000
const LOOK_EVERY_MS = 500

type Say = { line(text: string): void; progress(text: string): void }

export const upCommand = defineCommand({
  meta: { name: 'up', description: 'Run the system; state survives restarts' },
  args: {
    ...commonArgs,
    host: {
      type: 'string',
      description: 'An address or name of this machine under which tablets reach it, over https',
      valueHint: 'address',
    },
    'tls-cert': {
      type: 'string',
      description: 'Its certificate with the chain (PEM); without one, an authority is made',
      valueHint: 'file',
    },
    sticks: {
      type: 'string',
      description: 'Where sealed sticks appear, such as /media; besides sticks/ in the data dir',
      valueHint: 'path',
    },
    'tls-key': { type: 'string', description: 'The key of that certificate', valueHint: 'file' },
  },
  run: async ({ args }) =>
    await up(args['data-dir'] ?? DEFAULT_DATA_DIR, args.json ?? false, {
      exposed: exposedBy(args),
      sticks: args.sticks,
    }),
})

type How = { exposed: Exposed | undefined; sticks: string | undefined }

async function up(dataDir: string, json: boolean, how: How): Promise<number> {
  const progress = (text: string): void => void process.stderr.write(`${text}\n`)
  const line = json ? progress : (text: string): void => void process.stdout.write(`${text}\n`)
  const system = await begin(dataDir, progress, how)
  const drained = drainOnSignals(system, progress)
  for (const text of serversOf(system)) line(text)
  const served = serve(system, { line, progress }, json)
  const failure = await Promise.race([drained.then(() => undefined), served])
  if (failure === undefined) return exitCodes.ok
  await system.stop()
  throw failure
}

type Flags = {
  host?: string | undefined
  'tls-cert'?: string | undefined
  'tls-key'?: string | undefined
}

/** Flags go before the environment; this machine's own address needs no https. Throws `CommandError`. */
export function exposedBy(
  flags: Flags,
  env: Record<string, string | undefined> = process.env,
): Exposed | undefined {
  const host = flags.host || env.SESSHU_HOST
  const certFile = flags['tls-cert'] || env.SESSHU_TLS_CERT
  const keyFile = flags['tls-key'] || env.SESSHU_TLS_KEY
  if (host && !isLoopbackHost(host)) {
    return { host, ...(certFile && { certFile }), ...(keyFile && { keyFile }) }
  }
  if (!certFile && !keyFile) return undefined
  throw new CommandError(
    'A certificate was given, and no address beyond this machine.',
    'Add --host with the address or name that stands in the certificate.',
    exitCodes.usage,
  )
}

async function begin(
  dataDir: string,
  progress: (text: string) => void,
  { exposed, sticks }: How,
): Promise<System> {
  try {
    const log = { info: progress, warn: progress }
    const surroundings = {
      ...(exposed && { exposed }),
      ...(sticks && { sticks: resolve(sticks) }),
    }
    return await startSystem({ dataDir, own: false, log, ...surroundings })
  } catch (error) {
    if (error instanceof TlsError) throw new CommandError(error.message, error.whatToDo)
    if (!(error instanceof DataDirInUse)) throw error
    throw new CommandError(error.message, 'Nothing was started.')
  }
}

/** Resolves with an error when the pages do not come up; never resolves while all is well. */
async function serve(system: System, say: Say, json: boolean): Promise<CommandError> {
  const watch = new AbortController()
  const telling = tellDetails(system, say, watch.signal)
  try {
    await system.waitHealthy(PAGES_WITHIN_MS, PAGES)
    say.line(`Pages:        ${system.urls.web}`)
    if (system.urls.https) for (const text of await forTablets(system.urls.https)) say.line(text)
    const isHealthy = await tellUntilHealthy(system, say)
    if (isHealthy && json) process.stdout.write(`${JSON.stringify(addressesOf(system))}\n`)
  } catch (error) {
    if (!(error instanceof SystemStopped)) {
      const whatToDo = 'The logs stand in the data dir, under log/.'
      return new CommandError((error as Error).message, whatToDo)
    }
  } finally {
    watch.abort()
    await telling
  }
  return await never()
}

/** While all is well the command ends by a signal alone. */
function never(): Promise<never> {
  return new Promise(() => {})
}

/** What is late is told and waited for: the pages work without it. */
async function tellUntilHealthy(system: System, say: Say): Promise<boolean> {
  try {
    await system.waitHealthy(ALL_WITHIN_MS)
    if (system.urls.ui) say.line(`Temporal UI:  ${system.urls.ui}`)
    say.line('Everything is up. Ctrl-C stops it.')
    return true
  } catch (error) {
    if (!(error instanceof SystemStopped)) say.progress((error as Error).message)
    return false
  }
}

/** What takes long, and what does not start: whose port is taken says so in its log. */
async function tellDetails(system: System, say: Say, signal: AbortSignal): Promise<void> {
  const told = new Map<string, string>()
  while (!signal.aborted) {
    for (const { name, state, detail } of system.processes()) {
      if (!detail || told.get(name) === detail || state === 'stopping') continue
      told.set(name, detail)
      const where = state === 'restarting' ? ` (tried again; log/${name}.log says why)` : ''
      say.progress(`${name}: ${detail}${where}`)
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
  }
}

function serversOf({ urls, uses, dir }: System): string[] {
  return [
    `Data:         ${dir.root}`,
    `Database:     ${withoutPassword(urls.databaseUrl)} (${whose(uses.ownDatabase, 'DATABASE_URL')})`,
    `Temporal:     ${urls.temporalAddress}, namespace ${urls.temporalNamespace} ` +
      `(${whose(uses.ownTemporal, 'TEMPORAL_ADDRESS or a profile')})`,
    `Mail:         ${withoutPassword(urls.smtp)} (${whose(uses.ownMailSink, 'SMTP_URL')})`,
  ]
}

function whose(isOwn: boolean, setting: string): string {
  return isOwn ? 'its own' : `given by ${setting}`
}

function withoutPassword(text: string): string {
  const url = new URL(text)
  url.password = ''
  url.search = ''
  return url.toString()
}

/** A tablet trusts nothing yet: whoever holds it compares the fingerprint with this one. */
async function forTablets({ origin, authority }: Tls): Promise<string[]> {
  const lines = [`Tablets:      ${origin}/scan`]
  if (!authority) return lines
  const page = `${origin}/ca`
  return [
    ...lines,
    `Certificate:  ${page} (a tablet warns once, then opens it; it is given the authority there)`,
    `Fingerprint:  ${authority.fingerprint}`,
    await drawCode(page, { type: 'terminal', small: true }),
  ]
}

function addressesOf({ urls, uses, dir }: System): object {
  return {
    dataDir: dir.root,
    web: urls.web,
    ...(urls.https && {
      https: urls.https.origin,
      authorityFingerprint: urls.https.authority?.fingerprint,
    }),
    ui: urls.ui,
    temporalAddress: urls.temporalAddress,
    temporalNamespace: urls.temporalNamespace,
    database: withoutPassword(urls.databaseUrl),
    mail: withoutPassword(urls.smtp),
    own: uses,
  }
}
