/** What `/supply` shows and its files hold, of the reader's own municipality. */
import { z } from 'zod'
import { countsAtVenues, reserveOf } from '../../db/queries/supply.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { dayKinds, type SupplyPeriod, supplyPeriod } from '../../domain/supply-period.ts'
import type { Page } from '../page.ts'

const day = z.custom<PlainDate>(isPlainDate)
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const querySchema = z.object({
  by: optional(z.enum(dayKinds)),
  from: optional(day),
  to: optional(day),
})

/** Undefined for what is no period. */
export function periodOf(
  query: Record<string, string>,
  today: PlainDate,
): SupplyPeriod | undefined {
  const asked = querySchema.safeParse(query).data
  return asked && supplyPeriod(asked, today)
}

/** Undefined for whoever works for no municipality. */
export function townOf({ who }: Page): string | undefined {
  return who.kind === 'account' && /^\d{6}$/.test(who.office) ? who.office : undefined
}

export function readCounts(page: Page, municipalityCode: string, period: SupplyPeriod) {
  return countsAtVenues(page.sql, { municipalityCode, ...period })
}

export function readReserve(page: Page, municipalityCode: string) {
  return reserveOf(page.sql, municipalityCode, page.clock.today())
}
