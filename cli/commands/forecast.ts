import { defineCommand } from 'citty'
import { type PlainDate, plainDate } from '../../domain/calendar.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  dosesMax,
  type Evaluation,
  type ForecastDose,
  type ForecastResult,
  forecastDoses,
} from '../../domain/forecast.ts'
import { defaultProfileId, profileIds, profileOf } from '../../domain/profiles.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

const args = {
  ...commonArgs,
  profile: {
    type: 'string',
    default: defaultProfileId,
    description: `Rules to apply: ${profileIds.join(', ')}`,
    valueHint: 'id',
  },
  assess: { type: 'string', description: 'Date of the assessment', valueHint: 'YYYY-MM-DD' },
  born: { type: 'string', description: 'Birth date', valueHint: 'YYYY-MM-DD' },
  dose: {
    type: 'string',
    description: 'A dose given, e.g. 208:2021-06-01; repeat for each',
    valueHint: 'CVX:YYYY-MM-DD',
  },
} as const

/** Evaluates doses and forecasts the next one, by the rules alone: no server, no person. */
export const forecastCommand = defineCommand({
  meta: { name: 'forecast', description: 'Evaluate doses and forecast the next one' },
  args,
  run: ({ args, rawArgs }) => {
    const result = runForecast({
      profile: args.profile,
      assess: args.assess,
      born: args.born,
      doses: valuesOf('dose', rawArgs),
    })
    const text = args.json ? JSON.stringify(asJson(result)) : asText(result)
    process.stdout.write(`${text}\n`)
    return exitCodes.ok
  },
})

type Typed = {
  profile: string
  assess: string | undefined
  born: string | undefined
  doses: string[]
}

function runForecast(typed: Typed): ForecastResult {
  const profile = refusing('--profile', () => profileOf(typed.profile)).id
  const assessedOn = dateFlag('--assess', typed.assess)
  const bornOn = dateFlag('--born', typed.born)
  if (typed.doses.length > dosesMax) {
    throw usage(`More than ${dosesMax} doses.`, 'Give the doses of one person.')
  }
  const doses = typed.doses.map(doseFlag)
  try {
    return forecastDoses({ profile, assessedOn, bornOn, doses })
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const index = error.field?.match(/^doses\.(\d+)$/)?.[1]
    const where = index === undefined ? '--born' : `--dose ${typed.doses[Number(index)]}`
    throw usage(`${where}: ${error.message} (${error.code}).`, 'Correct it and ask again.')
  }
}

function doseFlag(text: string): ForecastDose {
  const [cvx = '', givenOn, ...rest] = text.split(':')
  if (!/^\d{2,3}$/.test(cvx) || givenOn === undefined || rest.length > 0) {
    throw usage(`--dose ${text}: not CVX:YYYY-MM-DD.`, 'Write it like --dose 208:2021-06-01.')
  }
  return { cvx, givenOn: refusing(`--dose ${text}`, () => plainDate(givenOn)) }
}

function dateFlag(flag: string, text: string | undefined): PlainDate {
  if (!text) throw usage(`${flag} is missing.`, `Add ${flag} YYYY-MM-DD.`)
  return refusing(`${flag} ${text}`, () => plainDate(text))
}

function refusing<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    throw usage(`${where}: ${error.message}.`, 'Add --help to see what the command takes.')
  }
}

function usage(message: string, whatToDo: string): CommandError {
  return new CommandError(message, whatToDo, exitCodes.usage)
}

/** citty keeps only the last of a repeated flag. */
function valuesOf(name: string, rawArgs: string[]): string[] {
  const values: string[] = []
  rawArgs.forEach((arg, i) => {
    if (arg === `--${name}`) values.push(rawArgs[i + 1] ?? '')
    else if (arg.startsWith(`--${name}=`)) values.push(arg.slice(name.length + 3))
  })
  return values
}

function asJson({ evaluations, forecast }: ForecastResult) {
  const { status, doseNumber, earliest, recommended, pastDue, latest } = forecast
  return {
    evaluations: evaluations.map(({ date, cvx, status, reason, findings }) => ({
      date,
      cvx,
      status,
      reason,
      ...(findings.length > 0 ? { findings } : {}),
    })),
    forecast: { status, doseNumber, earliest, recommended, pastDue, latest },
  }
}

function asText({ evaluations, forecast }: ForecastResult): string {
  const { status, doseNumber, ...dates } = forecast
  const next = doseNumber === undefined ? [] : [`dose ${doseNumber}`]
  for (const name of ['earliest', 'recommended', 'pastDue', 'latest'] as const) {
    if (dates[name]) next.push(`${name} ${dates[name]}`)
  }
  return [...evaluations.map(evaluationLine), [status, ...next].join('  ')].join('\n')
}

function evaluationLine({ date, cvx, status, reason, findings }: Evaluation): string {
  const words = new Set([...(reason ? [reason] : []), ...findings.map(({ code }) => code)])
  return [date, cvx, status, [...words].join(', ')].join('  ').trimEnd()
}
