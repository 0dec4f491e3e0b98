import type { Clock } from '../config/clock.ts'
import type { SendingMoment } from '../db/queries/notices.ts'
import { tokyoDateOf, tokyoMinuteOf } from '../domain/calendar.ts'
import { isHoliday } from '../domain/holidays.ts'

/** Where business time stands, as towns' sending hours are counted. */
export function sendingMoment(clock: Clock): SendingMoment {
  const now = new Date(clock.now())
  const day = tokyoDateOf(now)
  return { day, minute: tokyoMinuteOf(now), isHoliday: isHoliday(day) }
}
