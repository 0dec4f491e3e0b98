/** Whose next dose is overdue, since when, and what was sent: for a town to call people itself. */
import type { PlainDate, Stage } from '../../../domain/course.ts'
import type { Tx } from '../../client.ts'
import { look } from '../../looks.ts'
import { unlockPeople } from '../../people/keys.ts'
import { type PersonToNotify, readPeopleToNotify } from '../../people/read.ts'
import type { Store } from '../../store.ts'
import { byRegisterNumber, type RegisterRow, type ReturnAsk } from './pages.ts'

export type OverdueAsk = ReturnAsk & {
  /** With names and addresses. Whoever is protected is then left out, and told of by `onLeftOut`. */
  withAddress?: boolean
  onLeftOut?: (people: number) => void
}

export type OverdueRow = {
  registerNumber: string
  doseNumber: number
  dueOn: PlainDate | null
  overdueOn: PlainDate
  daysOverdue: number
  stage: Stage
  noticesLeft: number
  lastNoticeOn: PlainDate | null
  lastChannel: 'mail' | 'letter' | null
  /** Nothing may be sent: somebody of the protecting town goes there. */
  isByHand: boolean
  person?: PersonToNotify
}

type Found = Omit<OverdueRow, 'registerNumber' | 'isByHand' | 'person'> & {
  residentId: string
  courseId: string
}

/** In the order of register numbers. Without addresses nothing that is sealed is opened. */
export function overdueListRows(store: Store, ask: OverdueAsk): AsyncGenerator<OverdueRow[]> {
  const { municipalityCode, withAddress = false, onLeftOut } = ask
  return byRegisterNumber(store, ask, async (tx, people) => {
    const here = people.filter(({ status }) => status === 'registered')
    const overdue = await readOverdue(tx, ask, here)
    await look(
      tx,
      [...overdue.values()].map(({ residentId, courseId }) => {
        return { municipalityCode, residentId, courseId, fields: ['course', 'notices'] }
      }),
    )
    const late = here.filter(({ residentId }) => overdue.has(residentId))
    const told = withAddress ? late.filter(({ isProtected }) => !isProtected) : late
    if (told.length < late.length) onLeftOut?.(late.length - told.length)
    const opened = withAddress ? await openPeople(tx, store, ask, told) : undefined
    return told.map(({ residentId, registerNumber, isProtected: isByHand }): OverdueRow => {
      const { residentId: _, courseId: __, ...row } = overdue.get(residentId)!
      const person = opened?.get(residentId)
      return { registerNumber, ...row, isByHand, ...(person && { person }) }
    })
  })
}

async function readOverdue(
  tx: Tx,
  { municipalityCode, today }: OverdueAsk,
  people: RegisterRow[],
): Promise<Map<string, Found>> {
  const rows = await tx<Found[]>`
    select c.home_resident_id as "residentId", c.id as "courseId", c.stage,
           c.doses_given + 1 as "doseNumber", c.due_on as "dueOn", c.overdue_on as "overdueOn",
           ${today}::date - c.overdue_on as "daysOverdue", coalesce(n.notices, 0)::int as "noticesLeft",
           n.last_on as "lastNoticeOn", n.channel as "lastChannel"
      from course c
      left join lateral (
        select count(*) as notices, max(left_on)::text as last_on,
               (array_agg(channel order by left_on desc))[1] as channel
          from notice
         where municipality_code = ${municipalityCode} and course_id = c.id and state = 'left') n on true
     where c.home_municipality_code = ${municipalityCode}
       and c.home_resident_id = any(${people.map(({ residentId }) => residentId)}::uuid[])
       and c.stage in ('awaitingSecondDose', 'secondDoseOverdue', 'inFollowUp')
       and c.overdue_on <= ${today}`
  return new Map(rows.map((row) => [row.residentId, row]))
}

async function openPeople(
  tx: Tx,
  { vault }: Store,
  { municipalityCode, today }: OverdueAsk,
  people: RegisterRow[],
): Promise<Map<string, PersonToNotify>> {
  const rows = people.map(({ residentId }) => ({ municipalityCode, residentId }))
  const fields = ['name', 'kana', 'address'] as const
  const keys = await unlockPeople(tx, vault, { purpose: 'returnFiles', rows, fields })
  return readPeopleToNotify(tx, keys, rows, today)
}
