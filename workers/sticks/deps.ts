import type { Log } from '../../config/log.ts'
import type { Sql } from '../../db/client.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { FileKeys, SignReceipt } from '../../domain/file-keys.ts'
import type { Spool } from '../../files/spool.ts'
import type { Answer } from '../../files/stick/receipt.ts'

export type StickDeps = {
  /** As `sesshu_import`. */
  sql: Sql
  spool: Spool
  fileKeys: FileKeys
  sign: SignReceipt
  /** The business day, by the only clock. */
  today(): PlainDate
  /** Wall time, for what people read on a receipt. */
  now(): number
  /** The town's own files, which leave with its stick. */
  returnsOf(municipalityCode: string): Promise<readonly Answer[]> | readonly Answer[]
  /** Bytes of the disk that a stick's files leave free. */
  leaveFree: number
  log: Log
}

/** For a look that keeps nothing. */
export type CheckDeps = Pick<StickDeps, 'sql' | 'fileKeys' | 'today'>

/** What became of one look at one stick. */
export type StickLook =
  | { outcome: 'refused'; code: string }
  /** It went away meanwhile. */
  | { outcome: 'gone' }
  /** Our own disk has no room for its files. */
  | { outcome: 'noRoom' }
  /** Its files are imports, and somebody's turn has come, or the importer's. */
  | { outcome: 'waiting' }
  /** The receipt lies on it. */
  | { outcome: 'answered' }
  /** Everything is done, but nothing can be written on it. */
  | { outcome: 'notWritable' }
