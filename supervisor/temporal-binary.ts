import { createHash } from 'node:crypto'
import { access, constants, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { withLock } from '../bin/lock.mjs'
import { downloadProgram } from './download.ts'
import { goBuild, goModuleFolder } from './go-build.ts'
import { isAtLeast, readVersion } from './program-version.ts'

/** Older servers lose an update to a long-idle workflow and cannot skip time. */
export const oldestServer = '1.32.0'

export type FoundProgram = {
  path: string
  /** Of the Temporal server within, or of the UI. */
  version: string
  source: 'path' | 'cache' | 'download' | 'built'
}

export type FindOptions = {
  /** The user's cache folder of this project; by default by XDG_CACHE_HOME or ~/.cache/sesshu. */
  cacheDir?: string
  env?: NodeJS.ProcessEnv
  /** One line for people: what is being waited for. */
  onProgress?: (line: string) => void
  signal?: AbortSignal
  /** Where the official archive is asked for; null asks nobody. */
  downloadUrl?: string | null
}

type Program = {
  name: string
  goPackage: string
  /** Told while it is built, because that is when somebody waits. */
  buildTakes: string
  versionArgs: string[]
  versionPattern: RegExp
  oldest: string
  onPath: boolean
  downloadUrl?: string
}

type Attempt = { where: string; why: string }

// `temporal --version` prints e.g. "temporal version 1.9.0 (Server 1.32.0, UI 2.50.1)".
const serverPattern = /Server v?(\d+\.\d+\.\d+)/

const temporal: Program = {
  name: 'temporal',
  goPackage: 'github.com/temporalio/cli/cmd/temporal',
  buildTakes: 'about three minutes, once',
  versionArgs: ['--version'],
  versionPattern: serverPattern,
  oldest: oldestServer,
  onPath: true,
  downloadUrl: officialDownload(),
}

// No archive of it is published, and no distribution puts it on a PATH: it is always built.
const uiServer: Program = {
  name: 'ui-server',
  goPackage: 'github.com/temporalio/ui-server/v2/cmd/server',
  buildTakes: 'about twenty seconds, once',
  versionArgs: ['--version'],
  versionPattern: /(\d+\.\d+\.\d+)/,
  oldest: '2.50.0',
  onPath: false,
}

const server: Program = {
  name: 'server',
  goPackage: 'go.temporal.io/server/cmd/server',
  buildTakes: 'about four minutes, once',
  versionArgs: ['--version'],
  versionPattern: /(\d+\.\d+\.\d+)/,
  oldest: oldestServer,
  onPath: false,
}

const sqlTool: Program = {
  ...server,
  name: 'sql',
  goPackage: 'go.temporal.io/server/cmd/tools/sql',
  buildTakes: 'under a minute, once',
}

/** Everything that was tried, why it failed, and what to install. */
export class ProgramNotFound extends Error {
  readonly attempts: readonly Attempt[]

  constructor(program: string, attempts: Attempt[]) {
    const tried = attempts.map(({ where, why }) => `  - ${where}: ${why}`).join('\n')
    super(
      `No ${program} could be found or made. Install Go 1.26.8 or newer (or, for the server alone, ` +
        `the Temporal CLI with server ${oldestServer} or newer) and start again. Tried:\n${tried}`,
    )
    this.name = 'ProgramNotFound'
    this.attempts = attempts
  }
}

/**
 * The Temporal CLI with its server: from the PATH, the cache, the official download, or built from
 * tools/temporal. A running cluster (TEMPORAL_ADDRESS) is the caller's question, before this one.
 */
export function findTemporal(options: FindOptions = {}): Promise<FoundProgram> {
  return find(temporal, options)
}

/** The UI server, which alone takes its settings (no write actions) from a file. */
export function findUiServer(options: FindOptions = {}): Promise<FoundProgram> {
  return find(uiServer, options)
}

/** The multi-service server, as a cluster runs it: the one that takes TLS and an authorizer. */
export function findServer(options: FindOptions = {}): Promise<FoundProgram> {
  return find(server, options)
}

/** The multi-service server and its schema tool: only the benches need both, so only they wait. */
export async function buildServerBinaries(
  options: FindOptions = {},
): Promise<{ server: FoundProgram; sql: FoundProgram }> {
  return { server: await find(server, options), sql: await find(sqlTool, options) }
}

export function userCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'sesshu')
}

/** Named by what it was built from: a change of version never meets an old program. */
export async function programFolder(cacheDir: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(goModuleFolder, file)))
  return join(cacheDir, `temporal-${hash.digest('hex').slice(0, 16)}`)
}

/** The Temporal CLI as it is there now; fetches and builds nothing. */
export async function temporalAtHand(
  options: Pick<FindOptions, 'cacheDir' | 'env'> = {},
): Promise<FoundProgram | undefined> {
  const { env = process.env } = options
  const folder = await programFolder(options.cacheDir ?? userCacheDir(env))
  return atHand(temporal, join(folder, temporal.name), env, [])
}

async function atHand(program: Program, path: string, env: NodeJS.ProcessEnv, attempts: Attempt[]) {
  return (await lookOnPath(program, env, attempts)) ?? (await lookInCache(program, path, attempts))
}

async function find(program: Program, options: FindOptions): Promise<FoundProgram> {
  const { env = process.env, onProgress = () => {}, signal } = options
  const attempts: Attempt[] = []
  const folder = await programFolder(options.cacheDir ?? userCacheDir(env))
  const path = join(folder, program.name)
  const found = await atHand(program, path, env, attempts)
  if (found) return found
  return withLock(
    `${path}.lock`,
    async () => {
      const madeMeanwhile = await lookInCache(program, path, [])
      if (madeMeanwhile) return madeMeanwhile
      await clearLeftovers(folder, program.name)
      const made =
        (await tryDownload(program, path, options, attempts)) ??
        (await tryBuild(program, path, { ...options, env, onProgress }, attempts))
      if (made) return made
      throw new ProgramNotFound(program.name, attempts)
    },
    {
      onWait: (pid) => onProgress(`Waiting for process ${pid ?? '?'} to fetch ${program.name} …`),
      ...(signal ? { signal } : {}),
    },
  )
}

async function lookOnPath(program: Program, env: NodeJS.ProcessEnv, attempts: Attempt[]) {
  if (!program.onPath) return undefined
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program.name)
    if (!(await isExecutable(path))) continue
    const checked = await check(program, path)
    if ('version' in checked) return { path, version: checked.version, source: 'path' as const }
    attempts.push({ where: path, why: checked.why })
  }
  if (attempts.length === 0) attempts.push({ where: 'PATH', why: `no '${program.name}' on it` })
  return undefined
}

async function lookInCache(program: Program, path: string, attempts: Attempt[]) {
  if (!(await isExecutable(path))) {
    attempts.push({ where: path, why: 'not there yet' })
    return undefined
  }
  const checked = await check(program, path)
  if ('version' in checked) return { path, version: checked.version, source: 'cache' as const }
  attempts.push({ where: path, why: checked.why })
  return undefined
}

async function tryDownload(
  program: Program,
  path: string,
  options: FindOptions,
  attempts: Attempt[],
): Promise<FoundProgram | undefined> {
  const url = options.downloadUrl === undefined ? program.downloadUrl : options.downloadUrl
  if (!url || !program.downloadUrl) return undefined
  options.onProgress?.(`Asking ${new URL(url).host} for ${program.name} …`)
  try {
    await downloadProgram({
      url,
      target: path,
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    options.signal?.throwIfAborted()
    attempts.push({ where: url, why: messageOf(error) })
    return undefined
  }
  return settle(program, path, 'download', url, attempts)
}

async function tryBuild(
  program: Program,
  path: string,
  options: FindOptions & { env: NodeJS.ProcessEnv; onProgress: (line: string) => void },
  attempts: Attempt[],
): Promise<FoundProgram | undefined> {
  const where = `go build ${program.goPackage}`
  options.onProgress(`Building ${program.name} from source with Go (${program.buildTakes}) …`)
  try {
    await goBuild({
      goPackage: program.goPackage,
      target: path,
      env: options.env,
      onProgress: options.onProgress,
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    options.signal?.throwIfAborted()
    attempts.push({ where, why: messageOf(error) })
    return undefined
  }
  return settle(program, path, 'built', where, attempts)
}

/** A new program is kept only if it runs and is new enough. */
async function settle(
  program: Program,
  path: string,
  source: 'download' | 'built',
  where: string,
  attempts: Attempt[],
): Promise<FoundProgram | undefined> {
  const checked = await check(program, path)
  if ('version' in checked) return { path, version: checked.version, source }
  await rm(path, { force: true })
  attempts.push({ where, why: checked.why })
  return undefined
}

async function check(
  program: Program,
  path: string,
): Promise<{ version: string } | { why: string }> {
  const version = await readVersion(path, program.versionArgs, program.versionPattern)
  if (version === undefined) return { why: 'it does not run or tells no version' }
  if (isAtLeast(version, program.oldest)) return { version }
  return { why: `version ${version} is older than ${program.oldest}` }
}

/** What a killed start left half-made; only ever called while holding the program's lock. */
async function clearLeftovers(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`${name}.part-`)) continue
    await rm(join(folder, entry), { recursive: true, force: true })
  }
}

function officialDownload(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const query = new URLSearchParams({ platform: process.platform, arch })
  return `https://temporal.download/cli/archive/latest?${query}`
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
