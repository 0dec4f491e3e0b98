/**
 * Files that wait for their clerk while another one changes what they were compared with: a stick brings the
 * register and its tickets at once, and the tickets were of people whom nobody knew yet.
 */
import type { LayoutKind } from '../../../domain/municipal-file.ts'
import { type Sql, type Tx, withPurpose } from '../../client.ts'
import { type ImportRef, runScope } from './run.ts'

/** Reasons for which rows could not be taken, and which a file of that kind may have done away with. */
const helpedBy: { [Kind in LayoutKind]?: readonly string[] } = {
  residentRegister: ['unknownResident'],
  moves: ['unknownResident'],
  ticketNumbers: ['ticketUnknown', 'doseWithoutTicket'],
}

/**
 * After that import was applied: whatever of its town waits with such rows is compared once more, by itself.
 * Files in which somebody has decided something, or pressed a button, stay as they are.
 */
export async function compareWaitingAnew(
  sql: Sql,
  { municipalityCode, importId }: ImportRef,
  applied: LayoutKind,
): Promise<void> {
  const codes = helpedBy[applied]
  if (!codes) return
  await withPurpose(sql, runScope(municipalityCode), async (tx) => {
    const waiting = await tx<{ id: string }[]>`
      select f.id from import_run r
        join import_file f on (f.municipality_code, f.id) = (r.municipality_code, r.import_id)
       where r.municipality_code = ${municipalityCode} and r.import_id <> ${importId}
         and r.wish is null and f.state = 'reviewed' and f.rows_applied = 0
         and f.note_counts ?| ${codes as string[]}
         and not exists (select from import_decision d
                          where (d.municipality_code, d.import_id) = (f.municipality_code, f.id))
       order by f.id for update of r`
    await readAnew(
      tx,
      municipalityCode,
      waiting.map(({ id }) => id),
    )
  })
}

/**
 * At the end of a review: whether a file was applied while this one was read, so that rows read before that
 * missed whom it brought. Then it is read once more.
 */
export async function compareAnewIfOvertaken(
  tx: Tx,
  { municipalityCode, importId }: ImportRef,
  begunAt: Date,
): Promise<void> {
  const applied = await tx<{ layout: LayoutKind }[]>`
    select distinct layout from import_file
     where municipality_code = ${municipalityCode} and id <> ${importId} and applied_at >= ${begunAt}`
  const codes = applied.flatMap(({ layout }) => helpedBy[layout] ?? [])
  const overtaken = await tx<{ id: string }[]>`
    select id from import_file
     where (municipality_code, id) = (${municipalityCode}, ${importId}) and state = 'reviewed'
       and note_counts ?| ${codes}
       and (select wish is null from import_run
             where (municipality_code, import_id) = (${municipalityCode}, ${importId}))`
  await readAnew(
    tx,
    municipalityCode,
    overtaken.map(({ id }) => id),
  )
}

async function readAnew(tx: Tx, municipalityCode: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await tx`
    update import_file set state = 'reading'
     where municipality_code = ${municipalityCode} and id = any(${ids}::uuid[])
       and state = 'reviewed'`
  await tx`
    update import_run set news = news + 1
     where municipality_code = ${municipalityCode} and import_id = any(${ids}::uuid[])`
}
