import { numberWords } from '../format.ts'
import type { Page } from '../page.ts'

/** The largest unit that says enough. */
export function elapsedWords({ words }: Page, seconds: number): string {
  const { operator } = words
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 120) return operator.seconds(numberWords(whole))
  if (whole < 7_200) return operator.minutes(numberWords(Math.floor(whole / 60)))
  if (whole < 172_800) return operator.hours(numberWords(Math.floor(whole / 3_600)))
  return operator.elapsedDays(numberWords(Math.floor(whole / 86_400)))
}
