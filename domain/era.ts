/**
 * Dates by Japanese era, as registers write them and letters print them.
 *
 * Meiji is read from its sixth year (1873), when Japan took up the Gregorian calendar: earlier days
 * are dates of the lunar calendar, and tables disagree on where the era begins.
 */
import { compareDates, type PlainDate, partsOf, plainDateOf } from './calendar.ts'
import { DomainError } from './errors.ts'

type Era = { nameJa: string; letter: string; from: PlainDate; firstYear: number }

const on = (date: string) => date as PlainDate

/** Youngest first. `from` is the first day that is read; `firstYear` the year that prints as 元年. */
const eras: readonly Era[] = [
  { nameJa: '令和', letter: 'R', from: on('2019-05-01'), firstYear: 2019 },
  { nameJa: '平成', letter: 'H', from: on('1989-01-08'), firstYear: 1989 },
  { nameJa: '昭和', letter: 'S', from: on('1926-12-25'), firstYear: 1926 },
  { nameJa: '大正', letter: 'T', from: on('1912-07-30'), firstYear: 1912 },
  { nameJa: '明治', letter: 'M', from: on('1873-01-01'), firstYear: 1868 },
]

/** `㍻` and its kin are one character each. */
const ligatures: Readonly<Record<string, string>> = {
  '㋿': '令和',
  '㍻': '平成',
  '㍼': '昭和',
  '㍽': '大正',
  '㍾': '明治',
}

const textLengthMax = 32
const written =
  /^(令和|平成|昭和|大正|明治|[RHSTM])(元|\d{1,2})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?$/
const packed = /^([RHSTM])(\d{2})(\d{2})(\d{2})$/

/**
 * `昭和20年8月15日`, `S20.8.15`, `平成元年1月8日`, `R030609`, full-width or not. Throws
 * `eraDateFormat`, `invalidDate`, and `eraMismatch` for a day outside the era that it names.
 */
export function parseEraDate(text: string): PlainDate {
  const match = text.length <= textLengthMax ? matchOf(text) : null
  if (!match) {
    throw new DomainError('eraDateFormat', 'Not a date by era such as 昭和20年8月15日 or S20.8.15')
  }
  const [, name, yearText, monthText, dayText] = match
  const era = eras.find((one) => one.nameJa === name || one.letter === name)!
  const yearOfEra = yearText === '元' ? 1 : Number(yearText)
  const date = plainDateOf({
    year: era.firstYear + yearOfEra - 1,
    month: Number(monthText),
    day: Number(dayText),
  })
  if (eraOf(date) !== era) {
    throw new DomainError('eraMismatch', 'The day does not lie in the era that it names')
  }
  return date
}

/** The western year that prints as 元年 of the era with that letter. */
export function firstYearOfEra(letter: string): number | undefined {
  return eras.find((era) => era.letter === letter)?.firstYear
}

/** `令和3年6月9日`, first years as `元年`. Throws `eraMismatch` before 1873. */
export function formatEraDate(date: PlainDate): string {
  const era = eraOf(date)
  if (!era) throw new DomainError('eraMismatch', 'Eras are written from 1873 on')
  const { year, month, day } = partsOf(date)
  const yearOfEra = year - era.firstYear + 1
  return `${era.nameJa}${yearOfEra === 1 ? '元' : yearOfEra}年${month}月${day}日`
}

function eraOf(date: PlainDate): Era | undefined {
  return eras.find((era) => compareDates(date, era.from) >= 0)
}

function matchOf(text: string): RegExpMatchArray | null {
  const bare = text
    .replace(/[㋿㍻㍼㍽㍾]/g, (ligature) => ligatures[ligature] ?? '')
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/[‐‑–—−]/g, '-')
    .toUpperCase()
  return bare.match(written) ?? bare.match(packed)
}
