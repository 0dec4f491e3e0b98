/**
 * The findings of a course's doses once more, after one of them has changed: each dose is judged against
 * those that were recorded before it, as its scan was, so that an unchanged course keeps its findings. One
 * thing may have come since: the first dose that was missing, and then the order is odd no more.
 */
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
      const codes = against(dose, [...elsewhere, ...doses.slice(0, i)])
      const others = doses.filter((other) => other !== dose)
      const isOrderOdd = against(dose, [...elsewhere, ...others]).includes('doseOrder')
      return [dose.id, codes.filter((code) => code !== 'doseOrder' || isOrderOdd)] as const
    }),
  )
}

function against(dose: RecordedDose, doses: PlanDose[]): FindingCode[] {
  const { lot, ticket } = dose
  return findingsOf(dose, ticket, { doses, ...(lot && { lot }) })
}
