import { expect, test } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import { dosesStillNeeded, slipsOf } from '../../../domain/ticket-slips.ts'

const dose = (claimedDoseNumber: number, givenOn: string, productCode = 'pfizer') => ({
  ...{ claimedDoseNumber, productCode, givenOn: givenOn as PlainDate },
})

test.each([
  ['nobody’s dose is on record', [], [1, 2]],
  ['the first is', [dose(1, '2021-06-01')], [2]],
  ['the first of three is', [dose(1, '2022-11-01', 'pfizer6moTo4y')], [2, 3]],
])('when %s, slips are made for what is left', (_, doses, needed) => {
  expect(dosesStillNeeded(doses)).toEqual(needed)
})

test.each([
  ['noSlipStillNeeded', [dose(1, '2021-06-01'), dose(2, '2021-06-22')]],
  // The claim on a slip may be wrong; that there were two is known.
  ['noSlipStillNeeded', [dose(1, '2021-06-01'), dose(1, '2021-06-22')]],
  ['firstDoseUnrecorded', [dose(2, '2021-06-22')]],
])('%s is refused', (code, doses) => {
  expect(() => dosesStillNeeded(doses)).toThrowError(expect.objectContaining({ code }))
})

test('each dose has a slip to be vaccinated and one to be screened only', () => {
  expect(slipsOf([2])).toEqual([
    { slipKind: 'vaccination', claimedDoseNumber: 2 },
    { slipKind: 'screenedOnly', claimedDoseNumber: 2 },
  ])
})
