/** Days, moments and numbers as each language writes them. */
import { partsOf, tokyoDateOf } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'],
  ...['September', 'October', 'November', 'December'],
]
const tokyoOffsetMs = 9 * 3_600_000

export type Speech = ReturnType<typeof speechOf>

export function speechOf(lang: 'ja' | 'en') {
  const day = (on: string) => {
    const { year, month, day } = partsOf(on as PlainDate)
    return lang === 'ja' ? `${year}年${month}月${day}日` : `${day} ${months[month - 1]} ${year}`
  }
  return {
    lang,
    day,
    /** In Tokyo, to the minute. */
    moment: (at: string) => {
      const ms = Date.parse(at)
      const clock = new Date(ms + tokyoOffsetMs).toISOString().slice(11, 16)
      return `${day(tokyoDateOf(new Date(ms)))} ${clock}`
    },
    number: (n: number) => n.toLocaleString('en-US'),
    and: lang === 'ja' ? 'と' : ' and ',
    comma: lang === 'ja' ? '、' : ', ',
  }
}
