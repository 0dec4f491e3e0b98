/** The telephone after the last reminder: what comes of a call, and when it is tried again. */
import { addDays } from './calendar.ts'
import type { PlainDate } from './course.ts'

export const callOutcomes = [
  /** Spoken to, and told what is missing. */
  'reached',
  'willCome',
  'alreadyHadIt',
  'declines',
  'notReached',
  'wrongNumber',
] as const
export type CallOutcome = (typeof callOutcomes)[number]

/** Who gave a number, or where it stands. No register of residents has one. */
export const phoneSources = ['person', 'family', 'screeningForm', 'ownPapers'] as const
export type PhoneSource = (typeof phoneSources)[number]

/** Days until the next try where nobody says another day. */
const nextTryAfterDays: Partial<Record<CallOutcome, number>> = {
  // long enough to go, and for the dose to be recorded (80% are after a week)
  willCome: 14,
  notReached: 1,
}

/** Undefined: the call settles the task. */
export function nextTryOn(
  outcome: CallOutcome,
  today: PlainDate,
  wished?: PlainDate,
): PlainDate | undefined {
  const days = nextTryAfterDays[outcome]
  if (outcome === 'wrongNumber') return wished ?? today
  return days === undefined ? undefined : (wished ?? addDays(today, days))
}

/** Calls are not put off for longer than this: a task that nobody sees for months is none. */
export const nextTryWithinDays = 60

/** A number as it is dialled in Japan, without dashes; undefined for what is none. */
export function plainPhone(text: string): string | undefined {
  const plain = text
    .slice(0, 40)
    .normalize('NFKC')
    .replaceAll(/[\s()\-‐-―−ー.]/g, '')
    .replace(/^\+81/, '0')
  return /^0\d{9,10}$/.test(plain) ? plain : undefined
}

/** Read out and dialled in groups: the last four, the four before, the rest. */
export function groupedPhone(plain: string): string {
  return plain.replace(/^(\d+)(\d{4})(\d{4})$/, '$1-$2-$3')
}
