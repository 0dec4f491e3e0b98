/**
 * Files that clerks ask for: asked on a page, made by the worker, fetched on the page again. A row names
 * nobody; whom a file tells of is looked at as it is made, in the name of whoever asked.
 */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ResidentKey } from '../../vault/vault.ts'
import type { Sql, Tx } from '../client.ts'
import type { FileKind, FileState } from '../schema/paper.ts'

export type { FileKind, FileState } from '../schema/paper.ts'

/** Bulk files of one municipality in a day of real time: far more than honest work needs. */
export const filesADayAtMost = 30

export type FileKey = { municipalityCode: string; fileId: string }

export type FileAsked = {
  municipalityCode: string
  kind: FileKind
  /** Codes and days alone. */
  asked: Record<string, string | number>
  approvalId?: string
}

/** Throws `tooManyFiles`. */
export async function askForFile(
  sql: Sql | Tx,
  file: FileAsked,
  today: PlainDate,
): Promise<string> {
  const { municipalityCode, kind, asked, approvalId = null } = file
  const { id: by, role } = currentActor()
  const fileId = randomUUID()
  const rows = await sql`
    insert into office_file (municipality_code, id, kind, asked, asked_on, asked_by, asked_as, approval_id)
    select ${municipalityCode}, ${fileId}, ${kind}, ${sql.json(asked)}, ${today}, ${by}, ${role},
           ${approvalId}
     where (select count(*) from office_file
             where municipality_code = ${municipalityCode}
               and asked_at > now() - interval '1 day') < ${filesADayAtMost}
    returning 1`
  if (rows.length > 0) return fileId
  throw new DomainError('tooManyFiles', 'The municipality has asked for many files today', 'kind')
}

export type FileToMake = FileKey & {
  kind: FileKind
  asked: Record<string, unknown>
  askedBy: string
  askedAs: string
  /** How often somebody was erased or protected who may stand in it. */
  overtaken: number
}

/** The oldest that is asked for, of any town, and has not been tried just now. */
export async function nextAskedFile(
  sql: Sql,
  tried: string[] = [],
): Promise<FileToMake | undefined> {
  const [row] = await sql<FileToMake[]>`
    select municipality_code as "municipalityCode", id as "fileId", kind, asked,
           asked_by as "askedBy", asked_as as "askedAs", overtaken
      from office_file where state = 'asked' and id <> all(${tried}::uuid[])
     order by asked_at, id limit 1`
  return row
}

export type FileMade = {
  name: string
  rows: number
  pages?: number
  bytes: number
  sha256: string
  lacking: string[]
  leftOut: number
  shortened: number
  key: ResidentKey
}

/** False when somebody was erased or protected since the file was taken in hand: it has to be made anew. */
export async function fileMade(sql: Sql | Tx, file: FileToMake, made: FileMade): Promise<boolean> {
  const { key } = made
  const done = await sql`
    update office_file
       set state = 'made', name = ${made.name}, rows = ${made.rows}, pages = ${made.pages ?? null},
           bytes = ${made.bytes}, sha256 = ${made.sha256}, lacking = ${made.lacking},
           left_out = ${made.leftOut}, shortened = ${made.shortened}, made_at = now(),
           key_version = ${key.keyVersion}, dek_version = ${key.dekVersion}, wrapped = ${key.wrapped}
     where municipality_code = ${file.municipalityCode} and id = ${file.fileId} and state = 'asked'
       and overtaken = ${file.overtaken}`
  return done.count > 0
}

export async function fileRefused(sql: Sql | Tx, file: FileKey, because: string): Promise<void> {
  await sql`
    update office_file set state = 'refused', refused_because = ${because}
     where municipality_code = ${file.municipalityCode} and id = ${file.fileId} and state = 'asked'`
}

export type FileLine = FileKey & {
  kind: FileKind
  asked: Record<string, unknown>
  askedOn: PlainDate
  askedAt: Date
  askedBy: string
  state: FileState
  refusedBecause: string | null
  name: string | null
  rows: number | null
  pages: number | null
  bytes: number | null
  sha256: string | null
  lacking: string[]
  leftOut: number
  shortened: number
  madeAt: Date | null
  fetchedAt: Date | null
  doneAt: Date | null
}

const line = (sql: Sql) => sql`
  municipality_code as "municipalityCode", id as "fileId", kind, asked, asked_on as "askedOn",
  asked_at as "askedAt", asked_by as "askedBy", state, refused_because as "refusedBecause", name, rows, pages, bytes::float8,
  sha256, lacking, left_out as "leftOut", shortened, made_at as "madeAt",
  fetched_at as "fetchedAt", done_at as "doneAt"`

/** Newest first. */
export function listFiles(
  sql: Sql,
  municipalityCode: string,
  kinds: readonly FileKind[],
): Promise<FileLine[]> {
  return sql<FileLine[]>`
    select ${line(sql)} from office_file
     where municipality_code = ${municipalityCode} and kind = any(${[...kinds]})
     order by asked_at desc limit 50`
}

export async function findFile(sql: Sql, file: FileKey): Promise<FileLine | undefined> {
  const [row] = await sql<FileLine[]>`
    select ${line(sql)} from office_file
     where municipality_code = ${file.municipalityCode} and id = ${file.fileId}`
  return row
}

/** The wrapped key of a file that may be fetched; undefined when it may not, or not any more. */
export async function fileKey(sql: Sql, file: FileKey): Promise<ResidentKey | undefined> {
  const [row] = await sql<ResidentKey[]>`
    select municipality_code as "municipalityCode", id as "residentId", wrapped,
           key_version as "keyVersion", dek_version as "dekVersion"
      from office_file
     where municipality_code = ${file.municipalityCode} and id = ${file.fileId} and state = 'made'`
  return row
}

export async function markFetched(sql: Sql, file: FileKey): Promise<void> {
  await sql`
    update office_file set fetched_at = now()
     where municipality_code = ${file.municipalityCode} and id = ${file.fileId} and fetched_at is null`
}

/**
 * Its key goes: whatever copy of it is left cannot be opened. Of a printed register that says nothing of
 * the binder. False when it was not there to be put away.
 */
export async function putAway(sql: Sql, file: FileKey): Promise<boolean> {
  const by = currentActor().id
  const done = await sql`
    update office_file
       set state = 'gone', wrapped = null,
           done_at = case when kind <> 'registerPrint' then now() end,
           done_by = case when kind <> 'registerPrint' then ${by} end
     where municipality_code = ${file.municipalityCode} and id = ${file.fileId} and state = 'made'`
  return done.count > 0
}

/**
 * Its pages lie in the binder from now on, and the file is put away. Also of a file that is gone meanwhile:
 * what was fetched may have been printed. False of one that nobody fetched, and of one that is bound.
 */
export async function bindPrint(sql: Sql, file: FileKey): Promise<boolean> {
  const done = await sql`
    update office_file
       set state = 'gone', wrapped = null, done_at = now(), done_by = ${currentActor().id}
     where municipality_code = ${file.municipalityCode} and id = ${file.fileId}
       and kind = 'registerPrint' and state in ('made', 'gone')
       and fetched_at is not null and done_at is null`
  return done.count > 0
}
