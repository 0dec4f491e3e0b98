/** Proves: every way in which registers write a day is read as that day, and nothing else is. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type PlainDate, partsOf } from '../../../domain/calendar.ts'
import { formatEraDate } from '../../../domain/era.ts'
import {
  readDate,
  readEraCodeDate,
  readExcelSerial,
  readExcelSerial1904,
} from '../../../files/readings/dates.ts'

const day = fc
  .integer({ min: 0, max: 80_000 })
  .map((days) => addDays('1873-01-01' as PlainDate, days))

/** Whatever dates are made of, in any order. */
const nearlyDates = fc
  .array(fc.constantFrom(...'0129年月日元昭令SR/.-〇十 　:T(水㍻０'), { maxLength: 24 })
  .map((signs) => signs.join(''))

describe('dates', () => {
  test.each([
    ['20210609', '2021-06-09'],
    ['2021-06-09', '2021-06-09'],
    ['2021/6/9', '2021-06-09'],
    ['2021.06.09', '2021-06-09'],
    ['2021年6月9日', '2021-06-09'],
    ['２０２１年０６月０９日', '2021-06-09'],
    ['2021年6月9日(水)', '2021-06-09'],
    ['2021/06/09 0:00:00', '2021-06-09'],
    ['2021-06-09T00:00:00', '2021-06-09'],
    ['20210609143000', '2021-06-09'],
    ['西暦2021年6月9日', '2021-06-09'],
    ['昭和20年8月15日', '1945-08-15'],
    ['昭和20年08月15日', '1945-08-15'],
    ['昭20.8.15', '1945-08-15'],
    ['S20.8.15', '1945-08-15'],
    ['s20/08/15', '1945-08-15'],
    ['S 20. 8.15', '1945-08-15'],
    ['Ｓ２０．８．１５', '1945-08-15'],
    ['S200815', '1945-08-15'],
    ['昭和200815', '1945-08-15'],
    ['㍼20年8月15日', '1945-08-15'],
    ['昭和二十年八月十五日', '1945-08-15'],
    ['3200815', '1945-08-15'],
    ['3-20-08-15', '1945-08-15'],
    ['3.20.8.15', '1945-08-15'],
    ['令和元年5月1日', '2019-05-01'],
    ['令元.5.1', '2019-05-01'],
    ['R1.5.1', '2019-05-01'],
    ['5010501', '2019-05-01'],
    ['平成元年1月8日', '1989-01-08'],
    ['平元.1.8', '1989-01-08'],
    ['4010108', '1989-01-08'],
    ['大正元年7月30日', '1912-07-30'],
    ['T15.12.24', '1926-12-24'],
    ['2151224', '1926-12-24'],
    ['明治45年7月29日', '1912-07-29'],
    ['M33.1.1', '1900-01-01'],
    ['明33.01.01', '1900-01-01'],
    ['1330101', '1900-01-01'],
  ])('%s is %s', (text, expected) => {
    expect(readDate(text)).toBe(expected)
  })

  test.each([
    ['2021/02/29', 'dateDoesNotExist'],
    ['20210229', 'dateDoesNotExist'],
    ['昭和20年2月30日', 'dateDoesNotExist'],
    ['2021/13/02', 'dateDoesNotExist'],
    ['21/06/09', 'dateTwoDigitYear'],
    ['06/09/2021', 'dateForm'],
    ['200815', 'dateForm'],
    ['44356', 'dateForm'],
    ['きのう', 'dateForm'],
    ['2021-06-09T00:00:00Z', 'dateForm'],
    ['19450000', 'dateIncomplete'],
    ['1945/08/00', 'dateIncomplete'],
    ['昭和20年 月 日', 'dateIncomplete'],
    ['昭和20年8月不詳', 'dateIncomplete'],
    ['S20.0.0', 'dateIncomplete'],
    ['令和元年4月30日', 'dateEraMismatch'],
    ['9999/01/01', 'dateOutOfRange'],
    ['9'.repeat(41), 'dateForm'],
  ])('%s is %s', (text, code) => {
    expect(readDate(text)).toEqual({ code })
  })

  test('an era that ran out names one day, and is shown', () => {
    expect(readDate('平成33年3月31日')).toEqual({ code: 'eraRanOut', value: '2021-03-31' })
  })

  test('every day is read back from each of its spellings', () => {
    fc.assert(
      fc.property(day, (date) => {
        const { year, month, day: of } = partsOf(date)
        const spellings = [
          date,
          date.replaceAll('-', ''),
          `${year}/${month}/${of}`,
          `${year}年${month}月${of}日`,
          formatEraDate(date),
          formatEraDate(date).replace('元年', '1年'),
          formatEraDate(date)
            .normalize('NFKC')
            .replace(/[年月]/g, '.')
            .replace('日', ''),
        ]
        for (const spelling of spellings) expect(readDate(spelling)).toBe(date)
      }),
    )
  })

  test('no text at all makes it throw', () => {
    fc.assert(
      fc.property(nearlyDates, (text) => {
        const read = readDate(text)
        expect(typeof read === 'string' ? read : read.code).toMatch(/^\w|^\d{4}-/)
      }),
    )
  })

  test('serial days count the 29 February 1900 that never was', () => {
    expect(readExcelSerial('1')).toBe('1900-01-01')
    expect(readExcelSerial('59')).toBe('1900-02-28')
    expect(readExcelSerial('60')).toEqual({ code: 'dateDoesNotExist' })
    expect(readExcelSerial('61')).toBe('1900-03-01')
    expect(readExcelSerial('44356')).toBe('2021-06-09')
    expect(readExcelSerial('44356.5')).toBe('2021-06-09')
    expect(readExcelSerial('0')).toEqual({ code: 'dateOutOfRange' })
    expect(readExcelSerial1904('0')).toBe('1904-01-01')
    expect(readExcelSerial1904('42894')).toBe('2021-06-09')
  })

  test('an era code needs an era that exists', () => {
    expect(readEraCodeDate('6010101')).toEqual({ code: 'dateForm' })
    expect(readEraCodeDate('3641231')).toEqual({ code: 'eraRanOut', value: '1989-12-31' })
  })
})
