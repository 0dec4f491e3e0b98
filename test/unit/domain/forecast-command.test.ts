// `npx sesshu forecast`: its JSON, its text, and what it says of bad input.
import { runCommand } from 'citty'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { forecastCommand } from '../../../cli/commands/forecast.ts'
import { CommandError } from '../../../cli/common.ts'

let printed = ''
beforeEach(() => {
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

async function run(...args: string[]): Promise<unknown> {
  return (await runCommand(forecastCommand, { rawArgs: args })).result
}

async function refusal(...args: string[]): Promise<CommandError> {
  const error = await run(...args).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(CommandError)
  return error as CommandError
}

const person = ['--assess', '2021-12-31', '--born', '1950-05-05']

describe('forecast', () => {
  it('prints one line of JSON, every repeated dose in it', async () => {
    const doses = ['--dose', '208:2021-11-10', '--dose=208:2021-11-01']
    expect(await run('--profile', 'cdc-2022', ...person, ...doses, '--json')).toBe(0)
    expect(printed.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(printed)).toEqual({
      evaluations: [
        { date: '2021-11-01', cvx: '208', status: 'valid', reason: null },
        { date: '2021-11-10', cvx: '208', status: 'notValid', reason: 'tooSoon' },
      ],
      forecast: {
        status: 'due',
        doseNumber: 2,
        earliest: '2021-12-01',
        recommended: '2021-12-01',
        pastDue: '2022-01-04',
      },
    })
  })

  it('uses the Japanese rules by default, and names their findings', async () => {
    await run(...person, '--dose', '208:2021-06-01', '--dose', '208:2021-06-10', '--json')
    expect(JSON.parse(printed)).toEqual({
      evaluations: [
        { date: '2021-06-01', cvx: '208', status: 'valid', reason: null },
        {
          date: '2021-06-10',
          cvx: '208',
          status: 'valid',
          reason: 'intervalTooShort',
          findings: [{ code: 'intervalTooShort', actualDays: 9, minimumDays: 19 }],
        },
      ],
      forecast: { status: 'complete' },
    })
  })

  it('prints lines for people', async () => {
    await run(...person, '--dose', '210:2021-12-01')
    expect(printed).toBe(
      [
        '2021-12-01  210  valid',
        'notComplete  dose 2  earliest 2021-12-29  recommended 2022-01-26  pastDue 2022-02-23  latest 2022-02-23',
        '',
      ].join('\n'),
    )
  })

  it.each([
    [['--born', '1950-05-05'], '--assess is missing.'],
    [['--assess', '2021-12-31'], '--born is missing.'],
    [['--assess', '2021-12-31', '--born', '1950-02-30'], '--born 1950-02-30: '],
    [[...person, '--profile', 'eu-2021'], '--profile: Profiles are jp-2021, cdc-2021, cdc-2022.'],
    [[...person, '--dose', '2021-06-01'], '--dose 2021-06-01: not CVX:YYYY-MM-DD.'],
    [[...person, '--dose', 'pfizer:2021-06-01'], '--dose pfizer:2021-06-01: not CVX'],
    [[...person, '--dose', '208:2021-06-31'], '--dose 208:2021-06-31: '],
    [[...person, '--dose'], '--dose : not CVX'],
    [[...person, '--dose', '208:2022-01-01'], '(doseInFuture).'],
    [
      [...person, '--dose', '208:2021-06-01', '--dose', '208:1949-01-01'],
      '--dose 208:1949-01-01: ',
    ],
    [[...person, '--dose', '140:2021-06-01'], '(unknownVaccine).'],
    [['--assess', '2021-12-31', '--born', '2022-01-01'], '(bornAfterAssessment).'],
    [[...person, ...Array(51).fill('--dose=208:2021-06-01')], 'More than 50 doses.'],
  ])('with %j says what is wrong and ends with 2', async (args, message) => {
    const error = await refusal(...args)
    expect(error.message).toContain(message)
    expect(error.whatToDo).toMatch(/\.$/)
    expect(error.exitCode).toBe(2)
    expect(printed).toBe('')
  })
})
