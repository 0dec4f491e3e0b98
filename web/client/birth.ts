/** A birthday as venue staff read it off the form: by era or western year, the day only if it is there. */
import { type PlainDate, plainDateOf } from '../../domain/calendar.ts'
import { parseEraDate } from '../../domain/era.ts'
import { DomainError } from '../../domain/errors.ts'

export type BirthTyped = { era: string; year: string; month: string; day: string }
export type Birth = { birthYear: number; bornOn?: PlainDate }

/** Year to which `1` of an era corresponds. */
const firstYears: Readonly<Record<string, number>> = {
  AD: 1,
  R: 2019,
  H: 1989,
  S: 1926,
  T: 1912,
  M: 1868,
}
const birthYears = { from: 1880, to: 2100 }

/** Undefined for what is no year, or no day where a day was begun. */
export function birthTyped({ era, year, month, day }: BirthTyped): Birth | undefined {
  const [y, m, d] = [year, month, day].map((text) => text.normalize('NFKC').trim())
  const first = firstYears[era]
  const number = y === '元' ? 1 : /^\d{1,4}$/.test(y!) ? Number(y) : 0
  if (first === undefined || number < 1 || (era !== 'AD' && number > 99)) return undefined
  const birthYear = first + number - 1
  if (birthYear < birthYears.from || birthYear > birthYears.to) return undefined
  if (m === '' && d === '') return { birthYear }
  const bornOn = dayOf(era, String(number), m!, d!)
  return bornOn && { birthYear: Number(bornOn.slice(0, 4)), bornOn }
}

function dayOf(era: string, year: string, month: string, day: string): PlainDate | undefined {
  try {
    if (era !== 'AD') return parseEraDate(`${era}${year}.${month}.${day}`)
    if (![month, day].every((text) => /^\d{1,2}$/.test(text))) return undefined
    return plainDateOf({ year: Number(year), month: Number(month), day: Number(day) })
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
