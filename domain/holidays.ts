/**
 * Japan's public holidays, as the Cabinet Office publishes them in February for the year after (国民の祝日に
 * ついて, syukujitsu.csv, read 2026-11-26; two kept libraries agree). Dated data, not a rule: in 2021 three
 * of them were moved by a law of their own.
 */
import type { PlainDate } from './course.ts'

const daysByYear: Record<string, string> = {
  2021: '01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23',
  2022: '01-01 01-10 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-18 08-11 09-19 09-23 10-10 11-03 11-23',
  2023: '01-01 01-02 01-09 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23',
  2024: '01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23',
  2025: '01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24',
  2026: '01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23',
  2027: '01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23',
}

/** From the day after on no holiday is known, and every day counts as an ordinary one. */
export const holidaysKnownUntil = '2027-12-31' as PlainDate

const holidays = new Set(
  Object.entries(daysByYear).flatMap(([year, days]) =>
    days.split(' ').map((day) => `${year}-${day}`),
  ),
)

export function isHoliday(day: PlainDate): boolean {
  return holidays.has(day)
}
