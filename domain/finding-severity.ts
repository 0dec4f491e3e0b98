/**
 * How grave it is when a rule hit turns out to be what happened, and what follows: a table, because the
 * ministry's lists change. Source: the programme's guide for municipalities (手引き p. 121): wrong use or
 * dose, expired, risk of infection are reported through the prefecture at once (form 4-10-2); the light
 * ones, such as an interval, with the month's list by the 15th (4-10-3). Which rule is which kind follows
 * the ministry's count of errors to 2021-09-30 (interval, unneeded dose, wrong product, wrong age, expired).
 */
import { addDays, addMonths, partsOf, plainDateOf } from './calendar.ts'
import type { PlainDate } from './course.ts'
import type { FindingCode } from './findings.ts'

/** `record`: about the record alone. Whatever comes of it, no error was made to a person. */
export type Severity = 'serious' | 'minor' | 'record'
export const severities = ['serious', 'minor', 'record'] as const

export const findingSeverities: Readonly<Record<FindingCode, Severity>> = {
  productMismatch: 'serious',
  ageOutsideProduct: 'serious',
  lotExpired: 'serious',
  lotRecalled: 'serious',
  sameDayDose: 'serious',
  extraDose: 'serious',
  intervalTooShort: 'minor',
  lotUnknown: 'record',
  doseOrder: 'record',
  claimAgainstCourse: 'record',
  slipAlreadyUsed: 'record',
  ticketRevoked: 'record',
  beforeProductApproved: 'record',
  beforeVenueOpened: 'record',
  beforeTicketIssued: 'record',
}

/** Our own decision, from the day on which it was found: a possible serious error is looked at by the next. */
const daysToCheck: Readonly<Record<Severity, number>> = { serious: 1, minor: 7, record: 14 }

/** Of a code that an older version found and this one does not know, as of one about the record. */
export function severityOf(code: string): Severity {
  return (findingSeverities as Record<string, Severity>)[code] ?? 'record'
}

export function checkWithinDays(code: string): number {
  return daysToCheck[severityOf(code)]
}

export function checkDueOn(code: string, foundOn: PlainDate): PlainDate {
  return addDays(foundOn, checkWithinDays(code))
}

export const reportForms = ['4-10-2', '4-10-3'] as const
export type ReportForm = (typeof reportForms)[number]

/** Undefined: nothing is reported. */
export function reportFormOf(code: string): ReportForm | undefined {
  const severity = severityOf(code)
  if (severity === 'record') return undefined
  return severity === 'serious' ? '4-10-2' : '4-10-3'
}

/** "At once" is the day itself; the month's list is due on the 15th of the next. */
export function reportDueOn(form: ReportForm, decidedOn: PlainDate): PlainDate {
  return form === '4-10-2' ? decidedOn : addDays(addMonths(monthOf(decidedOn), 1), 14)
}

/** The first day of a month. */
export function monthOf(day: PlainDate): PlainDate {
  return plainDateOf({ ...partsOf(day), day: 1 })
}

/** Why somebody decided as they did; no free text, which would name people. */
export const decisionReasons = [
  'paperAgrees',
  'venueConfirmed',
  'personConfirmed',
  'registerConfirmed',
  'paperDiffers',
  'venueSaysOtherwise',
  'personSaysOtherwise',
  'other',
] as const
export type DecisionReason = (typeof decisionReasons)[number]
