import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, canReach, giveTo } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'

export const SUPERUSER = 'postgres'

/** Clusters of data dirs that the server's account cannot reach. */
const ELSEWHERE = '/var/lib/sesshu'
const BELONGS_TO = 'belongs-to'

/** What programs of PostgreSQL see: none of our own settings, and never another server's PG*. */
export const serverEnvironment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/**
 * The folder of the cluster of `dataDir`, always `dataDir/pg`, or what that links to. Throws when
 * the link came along with a copied data dir: two data dirs must never share one cluster.
 */
export async function clusterFolder(dataDir: string, account?: Account): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: account ? 0o711 : 0o700 })
  const home = await realpath(dataDir)
  if (account && (await readdir(home)).length === 0) await chmod(home, 0o711)
  const place = join(home, 'pg')
  const linked = await readlink(place).catch(() => undefined)
  if (linked !== undefined) {
    await assertOwnLink(linked, home)
    return linked
  }
  if (account === undefined || (await canReach(home, account))) return place
  if (await exists(place)) return place
  return await makeLinkedFolder(home, place, account)
}

async function makeLinkedFolder(home: string, place: string, account: Account): Promise<string> {
  // Not the path alone: a data dir deleted and made anew must not meet its forerunner's cluster.
  const key = createHash('sha256').update(home).update(randomBytes(16)).digest('hex').slice(0, 16)
  const folder = join(ELSEWHERE, key)
  await mkdir(folder, { recursive: true, mode: 0o711 })
  await chown(folder, account.uid, account.gid)
  await writeFile(join(folder, BELONGS_TO), home)
  await symlink(join(folder, 'pg'), place)
  return join(folder, 'pg')
}

/** Deletes a stopped data dir, and its cluster where that lies elsewhere. */
export async function deleteDataDir(dataDir: string): Promise<void> {
  const cluster = await readlink(join(dataDir, 'pg')).catch(() => undefined)
  if (cluster !== undefined) {
    const folder = dirname(cluster)
    const owner = await readFile(join(folder, BELONGS_TO), 'utf8').catch(() => undefined)
    if (owner === (await realpath(dataDir))) await rm(folder, { recursive: true, force: true })
  }
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
}

async function assertOwnLink(cluster: string, home: string): Promise<void> {
  const record = join(dirname(cluster), BELONGS_TO)
  const owner = await readFile(record, 'utf8').catch(() => undefined)
  if (owner === undefined || owner === home) return
  const ownersLink = await readlink(join(owner, 'pg')).catch(() => undefined)
  if (ownersLink === cluster) {
    throw new Error(
      `${home}/pg links to the database of ${owner}. Copy a data dir with "cp -rL", ` +
        'so that the copy gets a database of its own.',
    )
  }
  await writeFile(record, home)
}

/** Makes the cluster if there is none. A half-made one is never taken for a cluster. */
export async function ensureCluster(
  clusterDir: string,
  binaries: PostgresBinaries,
  superuserPassword: () => Promise<string>,
  account?: Account,
): Promise<void> {
  if (await exists(join(clusterDir, 'PG_VERSION'))) {
    await assertMajorVersion(clusterDir, binaries)
  } else {
    await initialise(clusterDir, binaries, await superuserPassword(), account)
  }
  await chmod(clusterDir, 0o700)
  if (account && (await stat(clusterDir)).uid !== account.uid) await giveTo(clusterDir, account)
}

async function initialise(
  clusterDir: string,
  binaries: PostgresBinaries,
  password: string,
  account?: Account,
): Promise<void> {
  const draft = `${clusterDir}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  const secrets = await mkdtemp(join(tmpdir(), 'sesshu-initdb-'))
  const passwordFile = join(secrets, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (account) {
    for (const path of [draft, secrets, passwordFile]) {
      await chown(path, account.uid, account.gid)
    }
  }
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${draft}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      { cwd: '/', env: serverEnvironment, ...(account && { uid: account.uid, gid: account.gid }) },
    )
    await rename(draft, clusterDir)
  } finally {
    await rm(secrets, { recursive: true, force: true })
  }
}

async function assertMajorVersion(clusterDir: string, binaries: PostgresBinaries): Promise<void> {
  const made = (await readFile(join(clusterDir, 'PG_VERSION'), 'utf8')).trim()
  const major = binaries.version.split('.')[0]
  if (made === major) return
  throw new Error(
    `${clusterDir} was made by PostgreSQL ${made}; the programs here are ${major}. ` +
      'Restore a backup into a new data dir.',
  )
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  )
}
