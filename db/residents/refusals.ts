import type { NoticeKind } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'

/**
 * Whether the person has told this municipality to send no more reminders. An invitation is one. A notice
 * after a move is none: it says that the old ticket is void, which nobody else tells them; nor is word of a
 * recalled lot.
 */
export async function refusesReminder(
  tx: Tx,
  { municipalityCode, residentId }: CourseHome,
  kind: NoticeKind,
): Promise<boolean> {
  if (kind !== 'reminder' && kind !== 'invitation') return false
  const [row] = await tx`
    select from letter_refusal
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and taken_back_at is null`
  return row !== undefined
}
