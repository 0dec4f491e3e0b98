import { partsOf, tokyoDateOf, weekdayOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import type { Lang } from '../domain/course-words.ts'
import { formatEraDate } from '../domain/era.ts'

const weekdays = {
  ja: ['日', '月', '火', '水', '木', '金', '土'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
} as const

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'],
  ...['September', 'October', 'November', 'December'],
]

/** `2021年6月9日（水）` or `9 June 2021 (Wed)`. */
export function dayWords(on: PlainDate, lang: Lang): string {
  const weekday = weekdays[lang][weekdayOf(on)]
  return lang === 'ja'
    ? `${dateWords(on, lang)}（${weekday}）`
    : `${dateWords(on, lang)} (${weekday})`
}

function dateWords(on: PlainDate, lang: Lang): string {
  const { year, month, day } = partsOf(on)
  return lang === 'ja' ? `${year}年${month}月${day}日` : `${day} ${months[month - 1]} ${year}`
}

/** `1957年4月1日（昭和32年4月1日）` or `1 April 1957`. */
export function birthDayWords(on: PlainDate, lang: Lang): string {
  return lang === 'ja' ? `${dateWords(on, lang)}（${formatEraDate(on)}）` : dateWords(on, lang)
}

/** `2021年6月` or `June 2021`. */
export function monthWords(month: PlainDate, lang: Lang): string {
  const { year, month: number } = partsOf(month)
  return lang === 'ja' ? `${year}年${number}月` : `${months[number - 1]} ${year}`
}

const tokyoOffsetMs = 9 * 3_600_000

/** Day, hour and minute in Tokyo. */
export function momentWords(ms: number, lang: Lang): string {
  const clock = new Date(ms + tokyoOffsetMs).toISOString().slice(11, 16)
  return `${dayWords(tokyoDateOf(new Date(ms)), lang)} ${clock}`
}

export function numberWords(n: number): string {
  return n.toLocaleString('en-US')
}

/** With one decimal; nothing is a share of nothing. */
export function shareWords(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`
}
