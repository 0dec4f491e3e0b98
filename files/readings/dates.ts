/**
 * Dates as registers write them: by the western year with any separator or none, by era in every
 * spelling, as a spreadsheet's serial day. A date that leaves a choice is a fault, never a guess.
 */
import {
  addDays,
  daysInMonth,
  earliestYear,
  latestYear,
  type PlainDate,
  plainDateOf,
} from '../../domain/calendar.ts'
import { firstYearOfEra, parseEraDate } from '../../domain/era.ts'
import { DomainError } from '../../domain/errors.ts'
import { fault, flagged, type Read } from './note.ts'

const dateCharactersMax = 40

const western = /^(\d{4})(?:[/.,-]|年)(\d{1,2})(?:[/.,-]|月)(\d{1,2})日?$/
const twoDigitYear = /^\d{2}[/.-]\d{1,2}[/.-]\d{1,2}$/
const timeOfDay = /[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/
const weekday = /\(?[日月火水木金土]曜日?\)?$|\([日月火水木金土]\)$/
/** 3200815, 3-20-08-15: 1 Meiji, 2 Taisho, 3 Showa, 4 Heisei, 5 Reiwa, as juki systems code eras. */
const eraDigits =
  /^([1-5])(\d{2})(\d{2})(\d{2})$|^([1-5])[/.-](\d{1,2})[/.-](\d{1,2})[/.-](\d{1,2})$/
const eraOfDigit = ['', 'M', 'T', 'S', 'H', 'R']
const eraSigns: Readonly<Record<string, string>> = { 明: 'M', 大: 'T', 昭: 'S', 平: 'H', 令: 'R' }
const eraWritten =
  /^(明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHR])(元|\d{1,2})(?:[/.,-]|年)(\d{1,2})(?:[/.,-]|月)(\d{1,2})日?$/
const eraPacked = /^(明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHR])(\d{2}|元)(\d{2})(\d{2})$/
const ligatures: Readonly<Record<string, string>> = {
  '㋿': 'R',
  '㍻': 'H',
  '㍼': 'S',
  '㍽': 'T',
  '㍾': 'M',
}
const kanjiDigits = '〇一二三四五六七八九'
/** `不詳`, zeros or blanks where a month or a day should stand. */
const incomplete =
  /不詳|不明|頃|^\d{4}[/.-]?0{1,2}[/.-]?\d{1,2}$|^\d{4}[/.-]?\d{1,2}[/.-]?0{1,2}$|年(?:0{0,2}月|\d{1,2}月0{0,2}日|月)/

/** A day that says "none" in systems that cannot leave a date empty. */
const noDay = /^(?:0{1,8}|9{8}|9999[/.-]?12[/.-]?31)$/

export function isNoDay(text: string): boolean {
  return noDay.test(text)
}

/** Every form but serial days, which are mere numbers: a profile has to name them. */
export function readDate(text: string): Read {
  return fastWestern(text) ?? slowDate(text, 'any')
}

export function readWesternDate(text: string): Read {
  return fastWestern(text) ?? slowDate(text, 'western')
}

export function readEraDate(text: string): Read {
  return slowDate(text, 'era')
}

export function readEraCodeDate(text: string): Read {
  return slowDate(text, 'eraCode')
}

/**
 * Day 1 is 1900-01-01. Day 60 is a 29 February that 1900 did not have; spreadsheets count it, so every
 * later number is one more than the days that passed.
 */
export function readExcelSerial(text: string): Read {
  const days = serialOf(text)
  if (days === undefined) return fault('dateForm')
  if (days === 60) return fault('dateDoesNotExist')
  if (days < 1 || days > 109_574) return fault('dateOutOfRange')
  return addDays('1899-12-31' as PlainDate, days > 60 ? days - 1 : days)
}

/** Workbooks that began on a Mac count from 1904-01-01, which is day 0. */
export function readExcelSerial1904(text: string): Read {
  const days = serialOf(text)
  if (days === undefined) return fault('dateForm')
  if (days < 0 || days > 108_112) return fault('dateOutOfRange')
  return addDays('1904-01-01' as PlainDate, days)
}

function serialOf(text: string): number | undefined {
  const match = text.normalize('NFKC').match(/^(\d{1,6})(?:\.\d+)?$/)
  return match ? Number(match[1]) : undefined
}

/** `YYYYMMDD`, `YYYY-MM-DD` and `YYYY/MM/DD`, which nearly every row has, without a regular expression. */
function fastWestern(text: string): string | undefined {
  const { length } = text
  const gap = length === 10 ? 1 : 0
  if (length !== 8 && length !== 10) return undefined
  if (gap === 1) {
    const sign = text.charCodeAt(4)
    if ((sign !== 45 && sign !== 47) || text.charCodeAt(7) !== sign) return undefined
  }
  const year = digits(text, 0, 4)
  const month = digits(text, 4 + gap, 2)
  const day = digits(text, 6 + 2 * gap, 2)
  if (year < earliestYear || year > latestYear || month < 1 || month > 12 || day < 1)
    return undefined
  if (day > daysInMonth(year, month)) return undefined
  if (gap === 1 && text.charCodeAt(4) === 45) return text
  return `${text.slice(0, 4)}-${text.slice(4 + gap, 6 + gap)}-${text.slice(6 + 2 * gap)}`
}

/** NaN, of which every comparison is false, is turned into -1. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

type Forms = 'any' | 'western' | 'era' | 'eraCode'

function slowDate(text: string, forms: Forms): Read {
  if (text.length > dateCharactersMax) return fault('dateForm')
  const bare = plainForm(text)
  if (bare === undefined) return fault('dateForm')
  if (forms === 'any' || forms === 'western') {
    const match = bare.match(western) ?? bare.match(/^(\d{4})(\d{2})(\d{2})(?:\d{6})?$/)
    if (match && match[2] !== '00' && match[3] !== '00' && match[2] !== '0' && match[3] !== '0') {
      return westernDay(Number(match[1]), Number(match[2]), Number(match[3]))
    }
  }
  if (forms === 'any' || forms === 'era') {
    const match = bare.match(eraWritten) ?? bare.match(eraPacked)
    if (match) return eraDay(match[1]!, match[2]!, match[3]!, match[4]!)
  }
  if (forms === 'any' || forms === 'eraCode') {
    const match = bare.match(eraDigits)
    if (match) {
      const [digit, year, month, day] = match.slice(match[1] ? 1 : 5, match[1] ? 5 : 9)
      return eraDay(eraOfDigit[Number(digit)]!, year!, month!, day!)
    }
  }
  if (incomplete.test(bare)) return fault('dateIncomplete')
  return fault(twoDigitYear.test(bare) ? 'dateTwoDigitYear' : 'dateForm')
}

/** Width, blanks, weekday, time of day and Chinese numerals are evened out. */
function plainForm(text: string): string | undefined {
  let bare = text
    .replace(/[㋿㍻㍼㍽㍾]/g, (sign) => ligatures[sign]!)
    .normalize('NFKC')
    .trim()
    .replace(/[‐‑–—−ー]/g, '-')
    .toUpperCase()
  const time = bare.match(timeOfDay)
  if (time) {
    if (Number(time[1]) > 23 || Number(time[2]) > 59) return undefined
    bare = bare.slice(0, -time[0].length)
  }
  bare = bare.replace(/\s/g, '').replace(/^西暦/, '')
  if (!/^\d*(?:[日月]$)?$/.test(bare)) bare = bare.replace(weekday, '')
  return /[〇一二三四五六七八九十]/.test(bare) ? withoutKanjiNumerals(bare) : bare
}

/** 二十一 → 21, 二〇二一 → 2021. */
function withoutKanjiNumerals(text: string): string {
  return text.replace(/[〇一二三四五六七八九十]+/g, (numeral) => {
    const at = numeral.indexOf('十')
    if (at < 0) return [...numeral].map((sign) => kanjiDigits.indexOf(sign)).join('')
    const tens = at === 0 ? 1 : kanjiDigits.indexOf(numeral[at - 1]!)
    const ones = at === numeral.length - 1 ? 0 : kanjiDigits.indexOf(numeral[at + 1]!)
    return numeral.length > 3 || at > 1 ? numeral : String(tens * 10 + ones)
  })
}

function westernDay(year: number, month: number, day: number): Read {
  if (year < earliestYear || year > latestYear) return fault('dateOutOfRange')
  try {
    return plainDateOf({ year, month, day })
  } catch {
    return fault('dateDoesNotExist')
  }
}

function eraDay(name: string, yearText: string, month: string, day: string): Read {
  const era = eraSigns[name[0]!] ?? name
  const year = yearText === '元' ? 1 : Number(yearText)
  if (Number(month) === 0 || Number(day) === 0) return fault('dateIncomplete')
  try {
    return parseEraDate(`${era}${year}.${Number(month)}.${Number(day)}`)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return error.code === 'eraMismatch'
      ? runsOver(era, year, Number(month), Number(day))
      : fault(error.code === 'invalidDate' ? 'dateDoesNotExist' : 'dateForm')
  }
}

/**
 * 平成33年3月31日 stands in papers made before the era ended, and can only be one day. A day before
 * its era began is a mistake.
 */
function runsOver(era: string, year: number, month: number, day: number): Read {
  const western = (firstYearOfEra(era) ?? 0) + year - 1
  const date = westernDay(western, month, day)
  const isBefore = year <= 1
  if (typeof date !== 'string' || isBefore) return fault('dateEraMismatch')
  return flagged('eraRanOut', date)
}
