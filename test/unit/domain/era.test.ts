// Dates by era: the first and last days, the ways of writing them, and what is refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, plainDate } from '../../../domain/calendar.ts'
import { formatEraDate, parseEraDate } from '../../../domain/era.ts'

describe('eras', () => {
  it.each([
    ['令和元年5月1日', '2019-05-01'],
    ['平成31年4月30日', '2019-04-30'],
    ['平成元年1月8日', '1989-01-08'],
    ['昭和64年1月7日', '1989-01-07'],
    ['昭和元年12月25日', '1926-12-25'],
    ['大正15年12月24日', '1926-12-24'],
    ['大正元年7月30日', '1912-07-30'],
    ['明治45年7月29日', '1912-07-29'],
    ['明治33年2月28日', '1900-02-28'],
    ['明治6年1月1日', '1873-01-01'],
    ['令和3年6月9日', '2021-06-09'],
  ])('%s is %s, and back', (text, expected) => {
    expect(parseEraDate(text)).toBe(expected)
    expect(formatEraDate(plainDate(expected))).toBe(text)
  })

  it.each([
    ['S20.8.15', '1945-08-15'],
    ['s20.08.15', '1945-08-15'],
    ['Ｓ２０．８．１５', '1945-08-15'],
    ['S20/8/15', '1945-08-15'],
    ['S20-8-15', '1945-08-15'],
    ['S200815', '1945-08-15'],
    ['昭和２０年　８月１５日', '1945-08-15'],
    ['昭和 20 年 8 月 15 日', '1945-08-15'],
    ['㍼20年8月15日', '1945-08-15'],
    ['㋿3年6月9日', '2021-06-09'],
    ['H元.1.8', '1989-01-08'],
    ['R01.05.01', '2019-05-01'],
    ['令和1年5月1日', '2019-05-01'],
  ])('%j is %s', (text, expected) => {
    expect(parseEraDate(text)).toBe(expected)
  })

  it.each([
    ['令和元年4月30日', 'eraMismatch'],
    ['平成31年5月1日', 'eraMismatch'],
    ['昭和64年1月8日', 'eraMismatch'],
    ['昭和0年12月25日', 'eraMismatch'],
    ['明治5年12月31日', 'eraMismatch'],
    ['平成3年2月29日', 'invalidDate'],
    ['平成3年13月1日', 'invalidDate'],
    ['慶応3年1月1日', 'eraDateFormat'],
    ['20年8月15日', 'eraDateFormat'],
    ['S20.8', 'eraDateFormat'],
    ['1945-08-15', 'eraDateFormat'],
    ['', 'eraDateFormat'],
    [`S20.8.15${' '.repeat(40)}`, 'eraDateFormat'],
  ])('%j fails as %s', (text, code) => {
    expect(() => parseEraDate(text)).toThrow(expect.objectContaining({ code }))
  })

  it('are read as they are written, from 1873 on', () => {
    const days = fc.integer({ min: 0, max: 80_000 })
    fc.assert(
      fc.property(days, (day) => {
        const date = addDays(plainDate('1873-01-01'), day)
        expect(parseEraDate(formatEraDate(date))).toBe(date)
      }),
    )
    expect(() => formatEraDate(plainDate('1872-12-31'))).toThrow(
      expect.objectContaining({ code: 'eraMismatch' }),
    )
  })
})
