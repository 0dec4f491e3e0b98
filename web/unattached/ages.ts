import { daysBetween } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { momentWords, numberWords } from '../format.ts'
import type { Page } from '../page.ts'

/** How long something has waited, in business days of the system's clock. */
export function ageWords(page: Page, on: PlainDate): string {
  const { unattached } = page.words
  const days = daysBetween(on, page.clock.today())
  return days <= 0 ? unattached.ageToday : unattached.ageDays(numberWords(days))
}

/** `14:05`, by the clock that the system lives by. */
export function clockWords(page: Page): string {
  return momentWords(page.clock.now(), page.lang).slice(-5)
}
