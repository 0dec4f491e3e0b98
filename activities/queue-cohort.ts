/** One course of a cohort: looked at under its lock, and its notice queued when it is owed. */
import type { Tx } from '../db/client.ts'
import type { CohortKind } from '../db/queries/cohorts.ts'
import { recalledDoseOf } from '../db/queries/notice-input.ts'
import { type Channel, decideNotice, findDecision } from '../db/queries/notices.ts'
import { type CourseRow, loadPlanInput } from '../db/queries/plan-input.ts'
import { protectedBy } from '../db/queries/protection.ts'
import { widenScope } from '../db/scope.ts'
import { lastDose } from '../domain/cohort-check.ts'
import type { PlainDate } from '../domain/course.ts'
import type { NoticeIdentity } from '../domain/notice-check.ts'
import { planCourse } from '../domain/plan.ts'
import { decideOwed } from './decide-notice.ts'
import type { ActivityDeps } from './deps.ts'
import { inCourse } from './in-course.ts'
import { openByHand } from './notice-recheck.ts'
import { replanIfChanged } from './replan-if-changed.ts'

export type CohortMember = {
  courseId: string
  kind: CohortKind
  today: PlainDate
  /** When a mail may leave at the earliest. */
  notBefore: Date
}

/** The channel it was queued for; undefined when nothing was queued now. Asked again, it changes nothing. */
export async function queueCohortNotice(
  { sql }: Pick<ActivityDeps, 'sql'>,
  { courseId, kind, today, notBefore }: CohortMember,
): Promise<Channel | undefined> {
  return inCourse(sql, courseId, async (tx, course) => {
    const notice = await identityFor(tx, course, kind, today)
    if (!notice) return undefined
    // Nobody is asked to bring a courtesy by hand.
    if (kind === 'preDue' && (await protectedBy(tx, course, today))) return undefined
    if (kind === 'lotRecall' && course.closedBecause === 'declined') {
      return tellByHand(tx, course, notice, today)
    }
    return decideOwed(tx, course, notice, today, notBefore)
  })
}

async function identityFor(
  tx: Tx,
  course: CourseRow,
  kind: CohortKind,
  today: PlainDate,
): Promise<NoticeIdentity | undefined> {
  switch (kind) {
    case 'preDue': {
      const input = await loadPlanInput(tx, course, today)
      const occasion = lastDose(input)
      const doseNumber = planCourse(input).dosesGiven + 1
      if (occasion === undefined) return undefined
      return { kind: 'reminder', phase: 'preDue', doseNumber, occasion, round: 1 }
    }
    case 'invitation':
      return { kind, doseNumber: 1, occasion: course.id, round: 1 }
    case 'lotRecall': {
      const recalled = await recalledDoseOf(tx, course.id, today)
      if (!recalled) return undefined
      return { kind, doseNumber: recalled.doseNumber, occasion: recalled.recallId, round: 1 }
    }
    default:
      return assertNever(kind)
  }
}

/** Whoever wishes for no more doses gets no automatic notice; but must hear of one that was given. */
async function tellByHand(
  tx: Tx,
  course: CourseRow,
  notice: NoticeIdentity,
  today: PlainDate,
): Promise<undefined> {
  const held = await findDecision(tx, course.id, notice)
  // Held by the former home, it comes along.
  if (held) await widenScope(tx, [held.municipalityCode])
  const when = { dueOn: today, decidedOn: today, heldAt: held?.municipalityCode }
  const decision = { ...when, reason: 'declined' } as const
  const decided = await decideNotice(tx, course, notice, { ...decision, state: 'suppressed' })
  if (decided) await openByHand(tx, course, { ...notice, courseId: course.id, today })
}

/** Paper was keyed, or has held for as long as it may: the course plans its first reminder anew. */
export async function lookAgainAfterPaper(
  { sql }: Pick<ActivityDeps, 'sql'>,
  courseId: string,
  today: PlainDate,
): Promise<void> {
  await inCourse(sql, courseId, (tx, course) => replanIfChanged(tx, course, today, { tell: true }))
}

function assertNever(value: never): never {
  throw new Error(`unexpected ${String(value)}`)
}
