/**
 * Brings a backup back as a new data dir: its cluster, then the write-ahead log of the backup and of
 * any further folder, to the end or to an instant. What it was made from is only read.
 */
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { type Account, giveTo, postgresAccount } from '../server/account.ts'
import { clusterFolder, deleteDataDir } from '../server/cluster.ts'
import { isAlive } from '../server/postmaster.ts'
import type { ServerSettings } from '../server/settings.ts'
import { type RunningPostgres, type ServerLog, startPostgres } from '../server.ts'
import { shutGate } from './gate.ts'
import { BackupUnusable, findBackup, type Manifest, verifyBackup } from './manifest.ts'
import { isWalFile } from './wal.ts'

export type RestoreOptions = {
  from: string
  /** New, or empty. */
  dataDir: string
  /** Folders of further WAL: an archive, or the `pg_wal` of a cluster that no longer starts. */
  wal?: string[]
  /** Nothing committed after this instant comes back; without it everything does. */
  toTime?: Date
  log: ServerLog
  onProgress?: (line: string) => void
  /** Whose gate is shut until erasures are replayed; `sesshu` unless told otherwise. */
  database?: string
}

export type Restored = {
  backup: string
  manifest: Manifest
  server: RunningPostgres
  /** When the last transaction that came back was committed; none may have followed the backup. */
  lastCommitAt?: string
}

const lookEveryMs = 100
const databaseName = 'sesshu'

/** The server is left running, out of recovery; the caller stops it. Throws `BackupUnusable`. */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const tell = options.onProgress ?? (() => {})
  const { folder, manifest } = await findBackup(options.from)
  assertReachable(manifest, options.toTime)
  await assertEmpty(options.dataDir)
  tell(`checking ${manifest.files.length} files of ${folder}`)
  await verifyBackup(folder, manifest)
  try {
    return await layAndReplay({ ...options, folder, manifest }, tell)
  } catch (error) {
    // It was empty before: whoever tries again finds it so.
    await deleteDataDir(options.dataDir)
    throw error
  }
}

async function layAndReplay(
  options: RestoreOptions & { folder: string; manifest: Manifest },
  tell: (line: string) => void,
): Promise<Restored> {
  const { folder, manifest } = options
  const account = postgresAccount()
  const clusterDir = await clusterFolder(options.dataDir, account)
  const walDir = join(dirname(clusterDir), 'restore-wal')
  tell('copying')
  await copyBeside(folder, manifest, options.dataDir)
  await gatherWal([join(folder, 'wal'), ...(options.wal ?? [])], walDir)
  await layCluster(folder, manifest, clusterDir)
  if (account) await handOver([clusterDir, walDir], account)
  tell('replaying the write-ahead log')
  const server = await recover(options, recoverySettings(walDir, options.toTime))
  try {
    const lastCommitAt = await untilPromoted(server, options, tell)
    await shutGate(server.superuserUrl, options.database ?? databaseName)
    await rm(walDir, { recursive: true, force: true })
    return { backup: folder, manifest, server, ...(lastCommitAt && { lastCommitAt }) }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function assertReachable(manifest: Manifest, toTime: Date | undefined): void {
  if (!toTime || toTime.toISOString() >= manifest.consistentAt) return
  throw new BackupUnusable(
    `The backup is of ${manifest.consistentAt}; it cannot be taken back to ${toTime.toISOString()}.`,
    'Name a later instant, or an older backup together with the WAL that followed it.',
  )
}

async function assertEmpty(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch(() => [])
  if (names.length === 0) return
  throw new BackupUnusable(
    `${dataDir} is not empty.`,
    'Name a folder that does not exist: a restore never writes over anything.',
  )
}

/** The files kept beside the database, back where a system looks for them. */
async function copyBeside(folder: string, manifest: Manifest, dataDir: string): Promise<void> {
  const isBeside = (path: string): boolean => !/^(pg|wal)\//.test(path)
  for (const { path } of manifest.files.filter((file) => isBeside(file.path))) {
    await mkdir(dirname(join(dataDir, path)), { recursive: true, mode: 0o700 })
    await copyFile(join(folder, path), join(dataDir, path))
  }
}

/** The first folder that has a file gives it: the backup's own files have been verified. */
async function gatherWal(folders: string[], walDir: string): Promise<void> {
  await mkdir(walDir, { recursive: true, mode: 0o700 })
  const taken = new Set<string>()
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => undefined)
    if (!names) throw new BackupUnusable(`${folder} cannot be read.`, 'Name a folder of WAL files.')
    for (const name of names.filter((one) => isWalFile(one) && !taken.has(one))) {
      taken.add(name)
      await copyFile(join(folder, name), join(walDir, name))
    }
  }
}

/** Under a draft's name until it is whole: a half-laid cluster is never taken for one. */
async function layCluster(folder: string, manifest: Manifest, clusterDir: string): Promise<void> {
  const draft = `${clusterDir}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  for (const path of [...manifest.folders].sort()) {
    await mkdir(inside(draft, path), { recursive: true, mode: 0o700 })
  }
  for (const { path } of manifest.files.filter((file) => file.path.startsWith('pg/'))) {
    await copyFile(join(folder, path), inside(draft, path))
  }
  await writeFile(join(draft, 'recovery.signal'), '')
  await rename(draft, clusterDir)
}

function inside(clusterDir: string, path: string): string {
  return join(clusterDir, path.replace(/^pg\//, ''))
}

async function handOver(paths: string[], account: Account): Promise<void> {
  for (const path of paths) await giveTo(path, account)
}

function recoverySettings(walDir: string, toTime: Date | undefined): ServerSettings {
  const from = `${walDir.replaceAll('%', '%%')}/%f`.replaceAll("'", `'\\''`)
  return {
    restore_command: `cp '${from}' "%p"`,
    recovery_target_timeline: 'latest',
    ...(toTime && {
      // The server takes no "Z" here.
      recovery_target_time: toTime.toISOString().replace('Z', '+00'),
      recovery_target_action: 'promote',
    }),
  }
}

async function recover(
  { dataDir, log, toTime }: RestoreOptions,
  settings: ServerSettings,
): Promise<RunningPostgres> {
  try {
    return await startPostgres({ dataDir, log, settings })
  } catch (error) {
    if (!/PostgreSQL ended/.test((error as Error).message)) throw error
    throw explained(await reasonOfEnd(dataDir), toTime)
  }
}

function explained(error: Error, toTime: Date | undefined): Error {
  if (!toTime || !/recovery ended before configured recovery target/.test(error.message))
    return error
  return new BackupUnusable(
    `The write-ahead log ends before ${toTime.toISOString()}.`,
    'Add the folder with the later WAL (--wal), or leave --to-time out to restore all there is.',
  )
}

/** Resolves when the server takes writes; answers when the last replayed commit was made. */
async function untilPromoted(
  server: RunningPostgres,
  { dataDir, toTime }: RestoreOptions,
  tell: (line: string) => void,
): Promise<string | undefined> {
  const sql = postgres(server.superuserUrl, { max: 1, onnotice: () => {}, connect_timeout: 5 })
  let lastCommit: Date | null = null
  try {
    for (;;) {
      if (!isAlive(server.pid)) throw explained(await reasonOfEnd(dataDir), toTime)
      const [row] = await sql<{ replaying: boolean; last: Date | null }[]>`
        select pg_is_in_recovery() as replaying, pg_last_xact_replay_timestamp() as last`.catch(
        () => [],
      )
      if (row?.last && row.last.getTime() !== lastCommit?.getTime()) {
        lastCommit = row.last
        tell(`replayed to ${lastCommit.toISOString()}`)
      }
      if (row && !row.replaying) return lastCommit?.toISOString()
      await sleep(lookEveryMs)
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** What a server answers whoever knocks before it is up: our own looks, not a reason to end. */
const answerToLooks = 'FATAL:  the database system is '

/** What the server itself said of its end; later lines only say that it went. */
async function reasonOfEnd(dataDir: string): Promise<Error> {
  const text = await readFile(join(dataDir, 'log', 'postgres.log'), 'utf8').catch(() => '')
  const fatal = text.split('\n').filter((line) => line.includes('FATAL:  '))
  const last = fatal.findLast((line) => !line.includes(answerToLooks)) ?? 'it did not say why'
  return new Error(`PostgreSQL ended while it replayed the write-ahead log: ${last}`)
}
