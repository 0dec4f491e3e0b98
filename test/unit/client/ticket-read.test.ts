// One parser for every way in: what each read is trusted for.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ReadWay, ticketReadOf } from '../../../web/client/ticket-read.ts'

const line = '211310410000000017'
const whole = {
  slipKind: 'vaccination',
  claimedDoseNumber: 1,
  municipalityCode: '131041',
  number: '0000000017',
}
const codeOf = (text: string, way: ReadWay) => {
  try {
    ticketReadOf(text, way)
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}

test.each<[string, ReadWay, string]>([
  [line, 'qr', 'qr'],
  [line, 'typed', 'typed'],
  ['２１ 131041 ００００－０００－０１７', 'typed', 'typed'],
  [`A${line}B`, 'nw7', 'nw7'],
  [`]Q1${line}`, 'wedge', 'qr'],
  [`[Q1${line}`, 'wedge', 'qr'],
  [`]F0a${line}a`, 'wedge', 'nw7'],
])('%s by %s is the whole line, read by %s', (text, way, readBy) => {
  expect(ticketReadOf(text, way)).toEqual({ readBy, number: whole.number, line: whole })
})

test('a scanner that does not say what it read is not believed to have read a QR code', () => {
  expect(ticketReadOf(line, 'wedge')).toMatchObject({ readBy: 'nw7', line: whole })
})

test.each<[string, ReadWay, string]>([
  ['0000000017', 'typed', 'typed'],
  ['0000-000 017', 'typed', 'typed'],
  ['a0000000017d', 'nw7', 'nw7'],
  ['0000000017', 'wedge', 'nw7'],
  [']F0a0000000017b', 'wedge', 'nw7'],
])('%s by %s is a number alone, read by %s', (text, way, readBy) => {
  expect(ticketReadOf(text, way)).toEqual({ readBy, number: '0000000017' })
})

describe('what is no ticket is refused by name', () => {
  test.each<[string, ReadWay, string]>([
    ['https://example.jp/', 'qr', 'ticketLineCharacters'],
    ['0000000017', 'qr', 'ticketLineLength'],
    [line.replace('131041', '131042'), 'qr', 'municipalityCodeCheckDigit'],
    [`${line}1`, 'typed', 'ticketLineLength'],
    ['123456789', 'typed', 'ticketNumberLength'],
    ['0000000000', 'typed', 'ticketNumberZero'],
    ['ab', 'typed', 'ticketNumberCharacters'],
    ['a12b', 'nw7', 'ticketNumberLength'],
    [`]Q1${line.slice(1)}`, 'wedge', 'ticketLineLength'],
  ])('%s by %s: %s', (text, way, code) => {
    expect(codeOf(text, way)).toBe(code)
  })
})

test('whatever is read, only a QR code is a QR read, and a QR read is always whole', () => {
  const ways = fc.constantFrom<ReadWay>('qr', 'nw7', 'wedge', 'typed')
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^(\]?[QF]\d)?[a-d]?\d{0,20}[a-d]?$/))
  fc.assert(
    fc.property(texts, ways, (text, way) => {
      if (codeOf(text, way) !== undefined) return
      const read = ticketReadOf(text, way)
      if (read.readBy !== 'qr') return
      expect(way === 'qr' || /^[[\]]Q/.test(text)).toBe(true)
      expect(read.line?.number).toBe(read.number)
    }),
  )
})
