/** What the page of tickets shows of one town: tasks that an issue settles, sheets, and printings. */
import type { PlainDate } from '../../../domain/course.ts'
import type { IssueReason } from '../../../domain/ticket-slips.ts'
import { look, type Sql, withPurpose } from '../../client.ts'
import type { RunState, TaskKind, WithdrawnBecause } from '../../schema/index.ts'

export type TicketTask = { taskId: string; kind: TaskKind | 'slipsUsedUp'; openedOn: PlainDate }
export type SheetLine = {
  sheetId: string
  reason: IssueReason
  issuedOn: PlainDate
  isByHand: boolean
  withdrawnBecause: WithdrawnBecause | null
}
export type RunLine = {
  runId: string
  askedOn: PlainDate
  state: RunState
  sheets: number
  isByHand: boolean
}
export type TicketsOfTown = {
  tasks: TicketTask[]
  waiting: SheetLine[]
  /** However many are shown. */
  waitingTotal: number
  withdrawn: SheetLine[]
  runs: RunLine[]
}

const shownAtMost = 100
const runsShownAtMost = 30

type Concerned = { residentId: string }

/** One look for each line about somebody. */
export async function ticketsOfTown(sql: Sql, municipalityCode: string): Promise<TicketsOfTown> {
  const scope = { municipalityCode, purpose: 'printTicket' } as const
  return withPurpose(sql, scope, async (tx) => {
    const tasks = await tx<(TicketTask & Concerned)[]>`
      select id as "taskId", kind, opened_on as "openedOn", resident_id as "residentId" from task
       where municipality_code = ${municipalityCode} and done_at is null and resident_id is not null
         and kind in ('issueTicket', 'slipsUsedUp', 'ticketByHand')
       order by opened_on, id limit ${shownAtMost}`
    const sheets = (state: 'waiting' | 'withdrawn') => tx<(SheetLine & Concerned)[]>`
      select id as "sheetId", reason, issued_on as "issuedOn", by_hand as "isByHand",
             withdrawn_because as "withdrawnBecause", resident_id as "residentId"
        from ticket_sheet
       where municipality_code = ${municipalityCode} and state = ${state}
       order by issued_at desc, id limit ${shownAtMost}`
    const waiting = await sheets('waiting')
    const withdrawn = await sheets('withdrawn')
    await look(tx, [
      ...tasks.map((row) => lookAt(municipalityCode, row, 'tasks')),
      ...[...waiting, ...withdrawn].map((row) => lookAt(municipalityCode, row, 'ticket')),
    ])
    const [count] = await tx<{ total: number }[]>`
      select count(*)::int as total from ticket_sheet
       where municipality_code = ${municipalityCode} and state = 'waiting' and not by_hand`
    const runs = await tx<RunLine[]>`
      select id as "runId", asked_on as "askedOn", state, sheets, by_hand as "isByHand"
        from ticket_run where municipality_code = ${municipalityCode}
       order by asked_at desc, id limit ${runsShownAtMost}`
    return { tasks, waiting, waitingTotal: count!.total, withdrawn, runs }
  })
}

/** Those that take part, for a printer who prints for all. */
export async function townsThatPrint(sql: Sql): Promise<{ code: string; name: string }[]> {
  return sql<{ code: string; name: string }[]>`
    select m.code, m.prefecture || m.name as name
      from municipality m join municipality_setting s on s.municipality_code = m.code
     order by m.code`
}

function lookAt(municipalityCode: string, { residentId }: Concerned, field: 'tasks' | 'ticket') {
  return { municipalityCode, residentId, fields: [field] }
}
