/**
 * The findings of a course's doses once more, after one of them has changed: each dose is judged against
 * those that were given before it. Doses that came in their order keep their findings; of those that came
 * late or were mended, what is known now is judged, whatever the order in which it became known.
 */
import { compareDates } from './calendar.ts'
import type { PlainDate } from './course.ts'
import type { PlanDose } from './plan.ts'
import { type FindingCode, findingsOf, type KnownTicket, type ScanKnowledge } from './scan.ts'

export type RecordedDose = PlanDose & {
  lotNumber: string
  lot?: NonNullable<ScanKnowledge['lot']>
  ticket: Omit<KnownTicket, 'birthYearMatches'>
}

/**
 * `doses` in the order in which they were recorded, which tells between two of one day and number, voided
 * ones left out; `elsewhere`: what another town tells by consent. By dose id.
 */
export function judgeAgain(
  doses: RecordedDose[],
  elsewhere: PlanDose[] = [],
): Map<string, FindingCode[]> {
  const inOrder = [...doses].sort(asGiven)
  return new Map(
    inOrder.map((dose, i) => {
      const known = { doses: [...elsewhere, ...inOrder.slice(0, i)], ...lotOf(dose) }
      return [dose.id, findingsOf(asScanned(dose), dose.ticket, known)] as const
    }),
  )
}

function asGiven(a: PlanDose, b: PlanDose): number {
  return compareDates(a.givenOn, b.givenOn) || a.claimedDoseNumber - b.claimedDoseNumber
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
