/**
 * By when a leak is told to the Personal Information Protection Commission (個人情報保護委員会), and
 * whether it has to be. Counted in calendar days in Tokyo from the day on which it became known.
 *
 * Sources: Number Act (番号法) article 29-4 and its rule of 2015 no. 5, articles 2 and 3; what was
 * under advanced encryption is left out there (ppc.go.jp/all_faq_index/faq2-q4-8/);
 * the days as lawyers explain them: businesslawyers.jp/practices/1433 and 1435 (read 2026-11-25).
 */
import { addDays } from './calendar.ts'
import type { PlainDate } from './course.ts'

export type IncidentFacts = {
  knownOn: PlainDate
  /** Somebody may have meant harm: an intruder, a thief, an insider. */
  isMalicious: boolean
  /** All that was lost was sealed, and the keys were not lost with it. */
  isSealed: boolean
}

export type IncidentDeadlines = {
  /** The rule leaves out what was sealed: then it is written down here, and told to nobody else. */
  mustReport: boolean
  /** 速報: "about three to five days". The first day is aimed at, the last is late. */
  promptFrom: PlainDate
  promptBy: PlainDate
  /** 確報. */
  finalBy: PlainDate
}

/** Dated, as every rule here: a change is a further line. */
export const incidentRules = [
  {
    from: '2022-04-01' as PlainDate,
    promptDays: { aim: 3, last: 5 },
    finalDays: 30,
    finalDaysIfMalicious: 60,
  },
] as const

export function incidentDeadlines(facts: IncidentFacts): IncidentDeadlines {
  const { knownOn, isMalicious, isSealed } = facts
  const rule = incidentRules.findLast(({ from }) => from <= knownOn) ?? incidentRules[0]
  return {
    mustReport: !isSealed,
    promptFrom: addDays(knownOn, rule.promptDays.aim),
    promptBy: addDays(knownOn, rule.promptDays.last),
    finalBy: addDays(knownOn, isMalicious ? rule.finalDaysIfMalicious : rule.finalDays),
  }
}

/** Deadlines that went by without their report; a deadline's own day is still in time. */
export function lateReports(
  told: IncidentFacts & { promptOn: PlainDate | null; finalOn: PlainDate | null },
  today: PlainDate,
): PlainDate[] {
  const { mustReport, promptBy, finalBy } = incidentDeadlines(told)
  if (!mustReport) return []
  return [
    ...(told.promptOn === null && promptBy < today ? [promptBy] : []),
    ...(told.finalOn === null && finalBy < today ? [finalBy] : []),
  ]
}
