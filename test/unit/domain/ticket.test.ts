// The ticket line as read, typed and printed: one parser, a code for every fault.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { municipalityCodeCheckDigit } from '../../../domain/municipality-code.ts'
import {
  formatTicketLine,
  parseNw7,
  parseTicket,
  parseTicketLine,
  parseTicketNumber,
} from '../../../domain/ticket.ts'

const line = { slipKind: 'vaccination', claimedDoseNumber: 1, municipalityCode: '131041' } as const
const digits = '211310410000000123'
const read = { ...line, number: '0000000123' }

describe('the line', () => {
  it.each([
    [digits],
    ['２１１３１０４１０００００００１２３'],
    ['2 1 131041 0000000123'],
    ['21-131041-0000000123'],
    ['２１－１３１０４１ー０００００００１２３'],
    ['21‐131041–0000000123\r\n'],
    ['21　131041　0000000123'],
  ])('%j is read', (text) => {
    expect(parseTicketLine(text)).toEqual(read)
  })

  it.each([
    ['21131041000000012', 'ticketLineLength', 'line'],
    ['2113104100000001234', 'ticketLineLength', 'line'],
    ['', 'ticketLineCharacters', 'line'],
    ['21131041000000012B', 'ticketLineCharacters', 'line'],
    ['2'.repeat(65), 'ticketLineCharacters', 'line'],
    ['311310410000000123', 'unknownSlipKind', 'line.slipKind'],
    ['201310410000000123', 'claimedDoseNumberZero', 'line.claimedDoseNumber'],
    ['211310420000000123', 'municipalityCodeCheckDigit', 'line.municipalityCode'],
    ['214810090000000123', 'municipalityCodePrefecture', 'line.municipalityCode'],
    ['211410110000000123', 'ordinanceCityWard', 'line.municipalityCode'],
    ['211310410000000000', 'ticketNumberZero', 'line.number'],
  ])('%j fails as %s', (text, code, field) => {
    expect(() => parseTicketLine(text)).toThrow(expect.objectContaining({ code, field }))
  })

  it('of a screening is told apart', () => {
    expect(parseTicketLine(`1${digits.slice(1)}`).slipKind).toBe('screenedOnly')
  })

  it('is written as it is read', () => {
    const municipalityCodes = fc
      .tuple(fc.integer({ min: 1, max: 47 }), fc.integer({ min: 201, max: 799 }))
      .map(([prefecture, town]) => `${String(prefecture).padStart(2, '0')}${town}`)
      .map((five) => five + municipalityCodeCheckDigit(five))
    fc.assert(
      fc.property(
        fc.record({
          slipKind: fc.constantFrom('vaccination' as const, 'screenedOnly' as const),
          claimedDoseNumber: fc.integer({ min: 1, max: 9 }),
          municipalityCode: municipalityCodes,
          number: fc
            .integer({ min: 1, max: 9_999_999_999 })
            .map((number) => String(number).padStart(10, '0')),
        }),
        (ticketLine) => {
          const text = formatTicketLine(ticketLine)
          expect(text).toMatch(/^\d{18}$/)
          expect(parseTicketLine(text)).toEqual(ticketLine)
        },
      ),
    )
  })

  it('is not written from what could not be read', () => {
    const write = (change: object) => () => formatTicketLine({ ...read, ...change })
    expect(write({ number: '123' })).toThrow(expect.objectContaining({ code: 'ticketLineLength' }))
    expect(write({ claimedDoseNumber: 12, number: '000000123' })).toThrow()
    expect(write({ municipalityCode: '131042' })).toThrow(
      expect.objectContaining({ code: 'municipalityCodeCheckDigit' }),
    )
  })
})

describe('the number alone', () => {
  it.each([['0000000123'], ['０００００００１２３'], ['00000-00123'], [' 000 000 0123 ']])(
    '%j is read',
    (text) => {
      expect(parseTicketNumber(text)).toBe('0000000123')
    },
  )

  it.each([
    ['123', 'ticketNumberLength'],
    ['00000001234', 'ticketNumberLength'],
    ['0000000000', 'ticketNumberZero'],
    ['000000012O', 'ticketNumberCharacters'],
  ])('%j fails as %s', (text, code) => {
    expect(() => parseTicketNumber(text)).toThrow(expect.objectContaining({ code }))
  })

  it('with its issuer is a ticket, each fault under its field', () => {
    expect(parseTicket({ municipalityCode: '131041', number: '00000-00123' })).toEqual({
      municipalityCode: '131041',
      number: '0000000123',
    })
    const fault = (municipalityCode: string, number: string) => () =>
      parseTicket({ municipalityCode, number })
    expect(fault('131042', '0000000123')).toThrow(
      expect.objectContaining({
        code: 'municipalityCodeCheckDigit',
        field: 'ticket.municipalityCode',
      }),
    )
    expect(fault('131041', '0')).toThrow(
      expect.objectContaining({ code: 'ticketNumberLength', field: 'ticket.number' }),
    )
  })
})

describe('the NW-7 bar code', () => {
  it.each([['0000000123'], ['A0000000123A'], ['a0000000123d'], [' B0000000123C\n']])(
    '%j is a number whose issuer is not told',
    (text) => {
      expect(parseNw7(text)).toEqual({ number: '0000000123' })
    },
  )

  it('may hold the whole line', () => {
    expect(parseNw7(`A${digits}B`)).toEqual({ number: '0000000123', line: read })
  })

  it.each([
    ['A0000000123', 'nw7Characters'],
    ['E0000000123E', 'nw7Characters'],
    ['A000000012A', 'ticketNumberLength'],
    ['A0000000000A', 'ticketNumberZero'],
    ['A211310420000000123A', 'municipalityCodeCheckDigit'],
  ])('%j fails as %s', (text, code) => {
    expect(() => parseNw7(text)).toThrow(expect.objectContaining({ code }))
  })
})
