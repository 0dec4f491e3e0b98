/**
 * The findings of a course's doses once more, after one of them has changed: each dose is judged against
 * those that were recorded before it, as it was when it came. So an unchanged course keeps its findings.
 */
import type { PlainDate } from './course.ts'
import type { PlanDose } from './plan.ts'
import { type FindingCode, findingsOf, type KnownTicket, type ScanKnowledge } from './scan.ts'

export type RecordedDose = PlanDose & {
  lotNumber: string
  lot?: NonNullable<ScanKnowledge['lot']>
  ticket: Omit<KnownTicket, 'birthYearMatches'>
}

/**
 * `doses` in the order in which they were recorded, voided ones left out; `elsewhere`: what another town
 * tells by consent, known all along. By dose id.
 */
export function judgeAgain(
  doses: RecordedDose[],
  elsewhere: PlanDose[] = [],
): Map<string, FindingCode[]> {
  return new Map(
    doses.map((dose, i) => {
      const known = { doses: [...elsewhere, ...doses.slice(0, i)], ...lotOf(dose) }
      return [dose.id, findingsOf(asScanned(dose), dose.ticket, known)] as const
    }),
  )
}

function lotOf({ lot }: RecordedDose): Pick<ScanKnowledge, 'lot'> {
  return lot ? { lot } : {}
}

/** Findings go by what was given; how and by whom it was read plays no part. */
function asScanned(dose: {
  claimedDoseNumber: number
  givenOn: PlainDate
  productCode: string
  lotNumber: string
}) {
  const { claimedDoseNumber, givenOn, productCode, lotNumber } = dose
  return { claimedDoseNumber, givenOn, productCode, lotNumber }
}
