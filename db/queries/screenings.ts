/** What a visit without a dose leads to: a later first reminder, and in time a new sheet. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from './plan-input.ts'
import { replan } from './replan.ts'
import { openTask } from './tasks.ts'

export type Screened = {
  scanId: string
  home: CourseHome
  courseId: string | null
  sheet: { municipalityCode: string; index: Uint8Array }
  today: PlainDate
}

/** A sheet has two slips for a visit without a dose, one for each dose of the series. */
const screenedOnlySlips = 2

/** After the screening was written, in its transaction, with the course locked. */
export async function settleScreening(tx: Tx, screened: Screened): Promise<void> {
  const { courseId, today } = screened
  if (courseId) await replan(tx, courseId, { cause: 'replanned', today, tell: true })
  if (await usesLastSlip(tx, screened)) {
    const { scanId: occasion, home } = screened
    await openTask(tx, {
      ...home,
      kind: 'slipsUsedUp',
      courseId,
      occasion,
      round: 0,
      openedOn: today,
    })
  }
}

/** A slip handed in twice is used once: the task is opened by the visit that took the last one. */
async function usesLastSlip(tx: Tx, { scanId, sheet }: Screened): Promise<boolean> {
  const used = await tx<{ scanId: string }[]>`
    select scan_id as "scanId" from ticket_slip
     where municipality_code = ${sheet.municipalityCode} and ticket_index = ${sheet.index}
       and slip_kind = 'screenedOnly'`
  return used.length >= screenedOnlySlips && used.some((slip) => slip.scanId === scanId)
}
