/** Proves: a demo's flag that cannot be is answered in plain words, with its name and its range. */
import { expect, test } from 'vitest'
import { parseDemoOptions } from '../../cli/campaign/options.ts'
import { CommandError, exitCodes } from '../../cli/common.ts'

function refusalOf(args: Record<string, string>): CommandError {
  try {
    parseDemoOptions(args)
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
  throw new Error('the options were taken')
}

const days = '--days takes a whole number from 10 to 1000.'

test.each([
  [{ residents: 'abc' }, '--residents takes a whole number from 40 to 200000.'],
  [{ days: '9' }, days],
  [{ days: '10.5' }, days],
  [{ days: '1e99' }, days],
  [{ seed: '' }, '--seed takes a whole number from 0 to 4294967295.'],
  [{ 'day-seconds': 'Infinity' }, '--day-seconds takes a number from 1 to 3600.'],
  [{ rates: 'x' }, '--rates takes one of teaching, measured.'],
  [{ scenario: '' }, '--scenario takes the path of a truth file.'],
  [{ days: 'x', rates: 'y' }, `${days.slice(0, -1)}; --rates takes one of teaching, measured.`],
])('%j is refused', (args, message) => {
  expect(refusalOf(args)).toMatchObject({ message, exitCode: exitCodes.usage })
})

test('what is left out has its default, and numbers are read from text', () => {
  expect(parseDemoOptions({})).toMatchObject({ residents: 300, seed: 7, rates: 'teaching' })
  const sent = { residents: '40', days: '10', seed: '0', 'day-seconds': '1.5' }
  const read = { residents: 40, days: 10, seed: 0, 'day-seconds': 1.5 }
  expect(parseDemoOptions(sent)).toMatchObject(read)
})
