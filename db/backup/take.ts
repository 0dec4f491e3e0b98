/**
 * A base backup of a running cluster in our own code: the npm package of PostgreSQL ships servers,
 * not client programs. It holds its own WAL, so that it can be restored without any archive.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { controlFile, isLeftOut, walFolders } from './cluster-files.ts'
import { type CopiedFile, copyHashed, flush, listTree, sha256Of } from './copy.ts'
import { keepWal } from './keep-wal.ts'
import { BackupUnusable, type Manifest, writeManifest } from './manifest.ts'
import { parseLsn, type WalGeometry } from './wal.ts'

export type BackupOptions = {
  /** The folder of backups; each gets a folder of its own, named by the instant of its start. */
  to: string
  /** As the role sesshu_backup, in the system's own database. */
  databaseUrl: string
  clusterDir: string
  /** Kept beside the database: what a restored system cannot do without, by path in the backup. */
  beside: { path: string; from: string }[]
  onProgress?: (line: string) => void
}

export type TakenBackup = { folder: string; manifest: Manifest; bytes: number }

const copiesAtOnce = 4

/** Works while the system does. A backup broken off leaves a folder without a manifest. */
export async function takeBackup(options: BackupOptions): Promise<TakenBackup> {
  const startedAt = new Date().toISOString()
  const folder = join(options.to, `backup-${startedAt.replaceAll(/[-:.]/g, '')}`)
  await mkdir(options.to, { recursive: true, mode: 0o700 })
  await mkdir(folder, { mode: 0o700 })
  // One session from start to stop, however long it lasts: closing it would end the backup.
  const sql = postgres(options.databaseUrl, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: 'sesshu-backup' },
  })
  try {
    const manifest = { startedAt, ...(await copyAll(sql, folder, options)) }
    await flush(folder)
    await writeManifest(folder, manifest)
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
    return { folder, manifest, bytes }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function copyAll(
  sql: postgres.Sql,
  folder: string,
  options: BackupOptions,
): Promise<Omit<Manifest, 'startedAt'>> {
  const tell = options.onProgress ?? (() => {})
  const { clusterDir, beside } = options
  const server = await describeServer(sql)
  tell('waiting for a checkpoint')
  const startLsn = await startBackup(sql)
  const wal = keepWal({
    walDir: join(clusterDir, 'pg_wal'),
    to: join(folder, 'wal'),
    start: parseLsn(startLsn),
    geometry: server,
    position: () => currentPosition(sql),
  })
  try {
    const copied = await copyCluster(clusterDir, folder, tell)
    const { label, map, stoppedAt } = await stopBackup(sql)
    copied.files.push(await writeText(folder, 'pg/backup_label', label))
    if (map.trim() !== '') throw tablespacesOutside(clusterDir)
    const kept = await copyBeside(beside, folder)
    // What was acknowledged until here is in the last file that the switch closes.
    const endedAt = new Date().toISOString()
    const stopLsn = await switchWal(sql)
    tell('write-ahead log')
    const walFiles = await wal.upTo(parseLsn(stopLsn))
    return {
      format: 1,
      postgresVersion: server.version,
      consistentAt: stoppedAt,
      endedAt,
      timeline: server.timeline,
      segmentBytes: Number(server.segmentBytes),
      startLsn,
      stopLsn,
      folders: copied.folders.map((path) => `pg/${path}`),
      files: [...copied.files, ...walFiles, ...kept],
    }
  } finally {
    await wal.stop()
  }
}

async function describeServer(sql: postgres.Sql): Promise<WalGeometry & { version: string }> {
  const [row] = await sql<{ version: string; segmentBytes: string; walFile: string }[]>`
    select current_setting('server_version') as version,
           (select setting from pg_settings where name = 'wal_segment_size') as "segmentBytes",
           pg_walfile_name(pg_current_wal_lsn()) as "walFile"`
  return {
    version: row!.version,
    segmentBytes: BigInt(row!.segmentBytes),
    timeline: Number.parseInt(row!.walFile.slice(0, 8), 16),
  }
}

async function currentPosition(sql: postgres.Sql): Promise<bigint> {
  const [row] = await sql<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`
  return parseLsn(row!.lsn)
}

async function startBackup(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ lsn: string }[]>`select pg_backup_start('sesshu', true)::text as lsn`
  return row!.lsn
}

/** In the same session as the start. The label is what makes a copy a backup. */
async function stopBackup(
  sql: postgres.Sql,
): Promise<{ label: string; map: string; stoppedAt: string }> {
  const [row] = await sql<{ label: string; map: string; now: Date }[]>`
    select labelfile as label, spcmapfile as map, clock_timestamp() as now
      from pg_backup_stop(wait_for_archive => false)`
  return { label: row!.label, map: row!.map, stoppedAt: row!.now.toISOString() }
}

async function switchWal(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ lsn: string }[]>`select pg_switch_wal()::text as lsn`
  return row!.lsn
}

async function copyCluster(
  clusterDir: string,
  folder: string,
  tell: (line: string) => void,
): Promise<{ files: CopiedFile[]; folders: string[] }> {
  const tree = await listTree(clusterDir, isLeftOut)
  if (tree.links.length > 0) throw tablespacesOutside(clusterDir)
  const first = tree.files.filter((path) => path !== controlFile)
  const files: CopiedFile[] = []
  const copy = async (path: string): Promise<void> => {
    const done = await copyHashed(join(clusterDir, path), join(folder, 'pg', path))
    if (done) files.push({ path: `pg/${path}`, ...done })
    if (files.length % 500 === 0) tell(`database files ${files.length}/${tree.files.length}`)
  }
  await eachOf(first, copy)
  await copy(controlFile)
  return { files, folders: [...tree.folders, ...walFolders] }
}

function tablespacesOutside(clusterDir: string): BackupUnusable {
  return new BackupUnusable(
    `${clusterDir} keeps tables outside its own folder (tablespaces).`,
    'Move them into the default tablespace first; such a cluster is not backed up half.',
  )
}

async function copyBeside(beside: BackupOptions['beside'], folder: string): Promise<CopiedFile[]> {
  const files: CopiedFile[] = []
  for (const { path, from } of beside) {
    const found = await stat(from).catch(() => undefined)
    if (!found) continue
    const below = found.isDirectory() ? (await listTree(from, isDraft)).files : ['']
    for (const name of below) {
      const inBackup = name === '' ? path : `${path}/${name}`
      const done = await copyHashed(join(from, name), join(folder, inBackup))
      if (done) files.push({ path: inBackup, ...done })
    }
  }
  return files
}

function isDraft(path: string): boolean {
  return path.endsWith('.part')
}

async function writeText(folder: string, path: string, text: string): Promise<CopiedFile> {
  const bytes = Buffer.from(text)
  await writeFile(join(folder, path), bytes, { mode: 0o600, flush: true })
  return { path, bytes: bytes.length, sha256: sha256Of([bytes]) }
}

async function eachOf<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: copiesAtOnce }, lane))
}
