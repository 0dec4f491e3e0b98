/** The days for which a venue's doses are counted, and which day of a dose is meant. */
import { addDays } from './calendar.ts'
import type { PlainDate } from './course.ts'

/** Of the shot, of its record, or of its counting (on which what was taken back stands below 0). */
export const dayKinds = ['given', 'recorded', 'counted'] as const
export type DayKind = (typeof dayKinds)[number]

export type SupplyPeriod = { by: DayKind; from: PlainDate; to: PlainDate }

type Asked = { by?: DayKind | undefined; from?: PlainDate | undefined; to?: PlainDate | undefined }

const daysAtMost = 366
const daysByItself = 14

/** Of what is left out, the fortnight up to today. Undefined for no period, or more than 366 days. */
export function supplyPeriod(
  { by = 'given', from, to }: Asked,
  today: PlainDate,
): SupplyPeriod | undefined {
  const last = to ?? (from && from > today ? from : today)
  const first = from ?? addDays(last, 1 - daysByItself)
  if (first > last || addDays(first, daysAtMost) <= last) return undefined
  return { by, from: first, to: last }
}
