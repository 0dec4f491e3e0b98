// What is sent of a read: the line where there is one, and what was said of the birth.
import { expect, test } from 'vitest'
import type { Slip } from '../../../web/client/desk.ts'
import { scanBody } from '../../../web/client/scan-body.ts'
import { ticketReadOf } from '../../../web/client/ticket-read.ts'

const settings = {
  venueCode: '1310400018',
  givenOn: 'today',
  productCode: 'pfizer',
  lotNumber: 'TEST01',
  confirmedAtMs: 0,
}
const set = {
  scanId: 'r',
  venueCode: '1310400018',
  productCode: 'pfizer',
  lotNumber: 'TEST01',
  source: 'tablet',
}
const slip: Slip = {
  municipalityCode: '131041',
  number: '0000000017',
  slipKind: 'vaccination',
  claimedDoseNumber: 2,
}
const today = '2021-06-09'

test('a QR code is sent as its line, for the system’s day', () => {
  const read = ticketReadOf('211310410000000017', 'qr')
  expect(scanBody({ readId: 'r', read, slip: read.line!, settings, today })).toEqual({
    ...set,
    line: '211310410000000017',
    readBy: 'qr',
    givenOn: today,
  })
})

test('ten digits are sent with what was chosen, and the year of birth', () => {
  const read = ticketReadOf('0000000017', 'typed')
  const other = { ...settings, givenOn: '2021-06-01' }
  const born = { ...slip, birthYear: 1950 }
  expect(scanBody({ readId: 'r', read, slip: born, settings: other, today })).toEqual({
    ...set,
    ticket: { municipalityCode: '131041', number: '0000000017' },
    slipKind: 'vaccination',
    claimedDoseNumber: 2,
    readBy: 'typed',
    birthYear: 1950,
    givenOn: '2021-06-01',
  })
})

test('a whole date of birth says more than its year, and is sent instead', () => {
  const read = ticketReadOf('a0000000017b', 'nw7')
  const born = { ...slip, birthYear: 1950, bornOn: '1950-05-05' }
  const body = scanBody({ readId: 'r', read, slip: born, settings, today })
  expect(body).toMatchObject({ readBy: 'nw7', bornOn: '1950-05-05' })
  expect(body).not.toHaveProperty('birthYear')
})
