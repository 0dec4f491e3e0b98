/** A birthday as venue staff read it off the form: by era or western year, the day only if it is there. */
import type { PlainDate } from '../../domain/calendar.ts'
import { firstYearOfEra } from '../../domain/era.ts'
import { birthDateTyped, type TypedBirthDate } from '../../domain/typed-birth-date.ts'

export type Birth = { birthYear: number; bornOn?: PlainDate }

const birthYears = { from: 1880, to: 2100 }

/** Undefined for what is no year, or no day where a day was begun. */
export function birthTyped({ era, year, month, day }: TypedBirthDate): Birth | undefined {
  const [y, m, d] = [year, month, day].map((text) => text.normalize('NFKC').trim())
  const first = era === 'AD' ? 1 : firstYearOfEra(era)
  const number = y === '元' ? 1 : /^\d{1,4}$/.test(y!) ? Number(y) : 0
  if (first === undefined || number < 1 || (era !== 'AD' && number > 99)) return undefined
  const birthYear = first + number - 1
  if (birthYear < birthYears.from || birthYear > birthYears.to) return undefined
  if (m === '' && d === '') return { birthYear }
  if (![m, d].every((text) => /^\d{1,2}$/.test(text!))) return undefined
  const bornOn = birthDateTyped({ era, year: String(number), month: m!, day: d! })
  return bornOn && { birthYear: Number(bornOn.slice(0, 4)), bornOn }
}
