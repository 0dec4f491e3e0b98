import { customType, date, timestamp } from 'drizzle-orm/pg-core'
import type { PlainDate } from '../../domain/course.ts'

/** A civil date in Asia/Tokyo. A string throughout: an instant would move birthdays by a day. */
export const plainDate = (name: string) => date(name, { mode: 'string' }).$type<PlainDate>()

/** An instant in UTC. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
})
