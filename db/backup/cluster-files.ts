/**
 * Which files of a cluster make a base backup. Source of the list: the PostgreSQL 18 manual, "Making
 * a Base Backup Using the Low Level API".
 */

/** Emptied by every start, or of no meaning to another server; the folders themselves must be there. */
const emptiedFolders = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]

/** Folders that the server expects inside an empty `pg_wal`. */
export const walFolders = ['pg_wal/archive_status', 'pg_wal/summaries']

const neverCopied = [
  'postmaster.pid',
  'postmaster.opts',
  'current_logfiles',
  'backup_label',
  'backup_label.old',
  'tablespace_map',
  'tablespace_map.old',
  'recovery.signal',
  'standby.signal',
]

/** The control file says where recovery begins if nothing else does: it is copied last. */
export const controlFile = 'global/pg_control'

export function isLeftOut(path: string): boolean {
  const [top = '', ...below] = path.split('/')
  const name = below.at(-1) ?? top
  if (neverCopied.includes(path)) return true
  if (emptiedFolders.includes(top) && below.length > 0) return true
  return (
    name.startsWith('pgsql_tmp') || name.startsWith('pg_internal.init') || name.endsWith('.tmp')
  )
}
