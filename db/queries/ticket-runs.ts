/**
 * Printings of sheets. A run is asked for by somebody of the town, made by the worker, and marked as
 * printed by whoever took the paper out; a sheet goes along with it from `waiting` to `printed`.
 */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { IssueReason } from '../../domain/ticket-slips.ts'
import { type Sql, type Tx, withPurpose } from '../client.ts'
import { look } from '../looks.ts'
import type { RunState, WithdrawnBecause } from '../schema/tickets.ts'

export type RunKey = { municipalityCode: string; runId: string }

const scopeOf = ({ municipalityCode }: { municipalityCode: string }) =>
  ({ municipalityCode, purpose: 'printTicket' }) as const

/** No more than one document holds; the rest waits for the next run. */
const sheetsPerRunAtMost = 2_000

export type RunToAsk = {
  municipalityCode: string
  /** One sheet; left out, all that wait and may be posted. Those handed over are printed one by one. */
  sheetId?: string | undefined
}

/** Throws `nothingToPrint`. */
export async function askForRun(
  sql: Sql,
  asked: RunToAsk,
  today: PlainDate,
): Promise<{ runId: string; sheets: number }> {
  const { municipalityCode, sheetId } = asked
  return withPurpose(sql, scopeOf(asked), async (tx) => {
    const runId = randomUUID()
    const waiting = await tx<{ id: string; residentId: string; isByHand: boolean }[]>`
      select id, resident_id as "residentId", by_hand as "isByHand" from ticket_sheet
       where municipality_code = ${municipalityCode} and state = 'waiting'
         and ${sheetId === undefined ? tx`not by_hand` : tx`id = ${sheetId}`}
       order by issued_at, id limit ${sheetsPerRunAtMost} for update`
    const looks = waiting.map(({ residentId }) => ({ municipalityCode, residentId }))
    await look(
      tx,
      looks.map((row) => ({ ...row, fields: ['ticket'] })),
    )
    const [first] = waiting
    if (!first) throw new DomainError('nothingToPrint', 'No sheet waits to be printed', 'sheetId')
    await tx`
      insert into ticket_run (municipality_code, id, asked_on, asked_by, by_hand, sheets)
      values (${municipalityCode}, ${runId}, ${today}, ${currentActor().id}, ${first.isByHand},
              ${waiting.length})`
    await tx`
      update ticket_sheet set state = 'asked', run_id = ${runId}
       where municipality_code = ${municipalityCode} and id = any(${waiting.map(({ id }) => id)})`
    return { runId, sheets: waiting.length }
  })
}

/** The oldest that is asked for, of any town; a run names nobody. */
export async function nextAskedRun(
  sql: Sql,
): Promise<(RunKey & { askedOn: PlainDate }) | undefined> {
  const [run] = await sql<(RunKey & { askedOn: PlainDate })[]>`
    select municipality_code as "municipalityCode", id as "runId", asked_on as "askedOn"
      from ticket_run where state = 'asked' order by asked_at, id limit 1`
  return run
}

export type SheetInRun = {
  municipalityCode: string
  sheetId: string
  residentId: string
  reason: IssueReason
  doseNumbers: number[]
  isByHand: boolean
  numberIndex: Uint8Array
  number: Uint8Array | null
  revokedOn: PlainDate | null
  status: string
}

/** Of a run that is still to be made, in the order in which they were issued. */
export async function sheetsOfRun(tx: Tx, { municipalityCode, runId }: RunKey) {
  return tx<SheetInRun[]>`
    select s.municipality_code as "municipalityCode", s.id as "sheetId",
           s.resident_id as "residentId", s.reason, s.dose_numbers as "doseNumbers",
           s.by_hand as "isByHand", s.number_index as "numberIndex", t.number,
           t.revoked_on as "revokedOn", r.status
      from ticket_sheet s
      join resident r on (r.municipality_code, r.id) = (s.municipality_code, s.resident_id)
      left join ticket t on (t.municipality_code, t.number_index) = (s.municipality_code, s.number_index)
     where s.municipality_code = ${municipalityCode} and s.run_id = ${runId} and s.state = 'asked'
     order by s.issued_at, s.id for update of s`
}

/** Whoever tells a protection, a move or a death of one of them waits until the run is made. */
export async function lockCoursesOfRun(tx: Tx, sheets: SheetInRun[]): Promise<void> {
  await tx`
    select from course
     where home_municipality_code = any(${sheets.map((sheet) => sheet.municipalityCode)})
       and home_resident_id = any(${sheets.map((sheet) => sheet.residentId)}::uuid[])
     order by id for update`
}

export async function withdrawSheet(
  tx: Tx,
  { municipalityCode, sheetId }: SheetInRun,
  because: WithdrawnBecause,
): Promise<void> {
  await tx`
    update ticket_sheet set state = 'withdrawn', withdrawn_because = ${because}
     where municipality_code = ${municipalityCode} and id = ${sheetId}`
}

/** Taken out of its run: it waits again, to be handed over. */
export async function handOver(tx: Tx, { municipalityCode, sheetId }: SheetInRun): Promise<void> {
  await tx`
    update ticket_sheet set state = 'waiting', by_hand = true, run_id = null
     where municipality_code = ${municipalityCode} and id = ${sheetId}`
}

export async function runMade(
  tx: Tx,
  { municipalityCode, runId }: RunKey,
  made: { sheets: number; pdfSha256: string | null },
): Promise<void> {
  await tx`
    update ticket_sheet set state = 'made'
     where municipality_code = ${municipalityCode} and run_id = ${runId} and state = 'asked'`
  await tx`
    update ticket_run
       set state = 'made', sheets = ${made.sheets}, pdf_sha256 = ${made.pdfSha256}, made_at = now()
     where municipality_code = ${municipalityCode} and id = ${runId}`
}

/** Whether it was made and is marked now; a task to hand a sheet over ends with that. */
export async function markPrinted(sql: Sql, key: RunKey): Promise<boolean> {
  const { municipalityCode, runId } = key
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const done = await tx`
      update ticket_run set state = 'printed', printed_at = now(), printed_by = ${currentActor().id}
       where municipality_code = ${municipalityCode} and id = ${runId} and state = 'made'`
    const sheets = await tx<{ id: string; residentId: string }[]>`
      update ticket_sheet set state = 'printed'
       where municipality_code = ${municipalityCode} and run_id = ${runId} and state = 'made'
      returning id, resident_id as "residentId"`
    await look(
      tx,
      sheets.map(({ residentId }) => ({ municipalityCode, residentId, fields: ['ticket'] })),
    )
    await tx`
      update task set done_at = now(), done_by = ${currentActor().id}, outcome = 'handedOver'
       where municipality_code = ${municipalityCode} and kind = 'ticketByHand' and done_at is null
         and occasion = any(${sheets.map(({ id }) => id)}::uuid[])`
    return done.count > 0
  })
}

/** `overtaken`: it is asked for anew just now. `none`: no sheet of it stands in a file. */
export type FileStands = 'stands' | 'printed' | 'overtaken' | 'none'

/**
 * Whether a run's file may be handed out; one look for each person of it, whatever the answer. A file in
 * which a sheet stands that the register has overtaken is handed out no more: the run is asked for anew,
 * and the printer leaves that sheet out, or makes it one to be handed over.
 */
export async function checkFile(sql: Sql, key: RunKey, today: PlainDate): Promise<FileStands> {
  const { municipalityCode, runId } = key
  return withPurpose(sql, scopeOf(key), async (tx) => {
    const [run] = await tx<{ state: RunState }[]>`
      select state from ticket_run where municipality_code = ${municipalityCode} and id = ${runId}
         for no key update`
    const sheets = await sheetsInFile(tx, key, today)
    await look(
      tx,
      sheets.map(({ residentId }) => ({ municipalityCode, residentId, fields: ['ticket'] })),
    )
    if (run?.state === 'printed') return 'printed'
    if (run?.state !== 'made' || sheets.length === 0) return 'none'
    if (!sheets.some(({ isOvertaken }) => isOvertaken)) return 'stands'
    await tx`
      update ticket_sheet set state = 'asked'
       where municipality_code = ${municipalityCode} and run_id = ${runId} and state = 'made'`
    await tx`
      update ticket_run set state = 'asked', made_at = null, pdf_sha256 = null
       where municipality_code = ${municipalityCode} and id = ${runId}`
    return 'overtaken'
  })
}

/** Overtaken: left, died, erased, issued anew, or protected since, though it would be posted. */
function sheetsInFile(tx: Tx, { municipalityCode, runId }: RunKey, today: PlainDate) {
  return tx<{ residentId: string; isOvertaken: boolean }[]>`
    select s.resident_id as "residentId",
           r.status <> 'registered' or t.number is null or t.revoked_on is not null
             or (not s.by_hand and exists (
                   select from protected_under(s.municipality_code, s.resident_id, ${today})))
             as "isOvertaken"
      from ticket_sheet s
      join resident r on (r.municipality_code, r.id) = (s.municipality_code, s.resident_id)
      left join ticket t on (t.municipality_code, t.number_index) = (s.municipality_code, s.number_index)
     where s.municipality_code = ${municipalityCode} and s.run_id = ${runId}
       and s.state in ('made', 'printed')`
}

/** Whose a run is and how far, for whoever wants its file: whether they may is asked after that. */
export async function findRun(
  sql: Sql,
  runId: string,
): Promise<(RunKey & { state: RunState }) | undefined> {
  const [run] = await sql<(RunKey & { state: RunState })[]>`
    select municipality_code as "municipalityCode", id as "runId", state from ticket_run
     where id = ${runId}`
  return run
}
