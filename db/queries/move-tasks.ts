/** The tasks that moves open and settle at a municipality. */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from './plan-input.ts'
import { rowList } from './register-events.ts'

type MoveTaskRow = {
  municipalityCode: string
  residentId: string
  moveEventId: string | null
  planEventId: string | null
  isOver: boolean
  hasTicket: boolean
}

/**
 * A person who came with a dose still to come needs a sheet of the new town: the task stands until one
 * is registered, the course is over or the person has moved on. A move-in that was missed and is known
 * now needs no looking after.
 */
export async function settleMoveTasks(tx: Tx, courseId: string, today: PlainDate): Promise<void> {
  const [row] = await tx<MoveTaskRow[]>`
    select c.home_municipality_code as "municipalityCode", c.home_resident_id as "residentId",
           c.relocation_event_id as "moveEventId", r.move_out_event_id as "planEventId",
           c.stage in ('complete', 'closed') as "isOver",
           exists (select from ticket t
                    where t.municipality_code = r.municipality_code and t.resident_id = r.id
                      and t.revoked_on is null) as "hasTicket"
      from course c
      join resident r on r.municipality_code = c.home_municipality_code and r.id = c.home_resident_id
     where c.id = ${courseId}`
  if (!row) return
  const isWanted = row.moveEventId !== null && !row.isOver && !row.hasTicket
  if (isWanted) await openIssueTicket(tx, courseId, row, today)
  await endTasks(tx, courseId, 'issueTicket', isWanted ? row.moveEventId : null, outcomeOf(row))
  await endTasks(tx, courseId, 'moveInMissing', row.planEventId, 'settled')
}

function outcomeOf(row: MoveTaskRow): string {
  if (row.isOver) return 'courseOver'
  return row.hasTicket ? 'ticketRegistered' : 'movedOn'
}

/**
 * Ended because its person had moved on, needed nothing more or had a sheet, it stands again when that was
 * wrong: a sheet that falls by what is told later was none for this move.
 */
async function openIssueTicket(tx: Tx, courseId: string, row: MoveTaskRow, today: PlainDate) {
  await tx`
    insert into task (municipality_code, id, kind, course_id, resident_id, occasion, opened_on)
    values (${row.municipalityCode}, ${randomUUID()}, 'issueTicket', ${courseId}, ${row.residentId},
            ${row.moveEventId}, ${today})
    on conflict (municipality_code, kind, occasion, round) do update
      set done_at = null, done_by = null, outcome = null
      where task.outcome in ('movedOn', 'courseOver', 'ticketRegistered')`
}

/** Ends the open tasks of one kind except the one about `occasion`. */
async function endTasks(
  tx: Tx,
  courseId: string,
  kind: 'issueTicket' | 'moveInMissing',
  occasion: string | null,
  outcome: string,
): Promise<void> {
  await tx`
    update task set done_at = now(), done_by = 'system', outcome = ${outcome}
     where course_id = ${courseId} and kind = ${kind} and done_at is null
       and occasion is distinct from ${occasion}`
}

/**
 * Who looked for a record in the former town has found it once a move-in of that person names the row
 * there; of somebody who has left again nobody looks for it any more.
 */
export async function settleFormerRecordTasks(tx: Tx, rows: CourseHome[]): Promise<void> {
  await tx`
    with looked_for as (
      select k.municipality_code, k.id, r.status,
             exists (
               select from register_event asked
                 join register_event told
                   on (told.municipality_code, told.resident_id, told.previous_municipality_code)
                    = (asked.municipality_code, asked.resident_id, asked.previous_municipality_code)
                where asked.id = k.occasion and told.previous_register_number is not null) as is_found
        from task k
        join resident r on (r.municipality_code, r.id) = (k.municipality_code, k.resident_id)
       where k.kind = 'findFormerRecord' and k.done_at is null
         and (k.municipality_code, k.resident_id) in (select * from ${rowList(tx, rows)}))
    update task k
       set done_at = now(), done_by = 'system',
           outcome = case when f.is_found then 'found' else 'movedOn' end
      from looked_for f
     where (k.municipality_code, k.id) = (f.municipality_code, f.id)
       and (f.is_found or f.status <> 'registered')`
}
