/** Whom a wave calls up, and how fast. */
import type { PlainDate } from './course.ts'

/** Older people first: 65 within fiscal 2021. A wave's parameter; this is where the form begins. */
export const olderBornOnOrBefore = '1957-04-01' as PlainDate

const groupCode = /^[A-Za-z0-9_-]{1,20}$/

/** A code of a town's own list of facilities or groups; never words, which could say what somebody has. */
export function isGroupCode(text: string): boolean {
  return groupCode.test(text)
}
