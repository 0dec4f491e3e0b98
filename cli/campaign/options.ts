import { z } from 'zod'
import { shortestDayMs } from '../../config/campaign.ts'
import { plantKinds } from '../../judge/plant.ts'
import { cast } from '../../simulator/cast.ts'
import { defaultDays } from '../../simulator/generate.ts'
import { rateNames } from '../../simulator/rates.ts'
import { mostPeople } from '../../simulator/truth.ts'
import { CommandError, exitCodes } from '../common.ts'

const longestDaySeconds = 3_600

/** A flag's number; whatever is wrong with it, its reader gets the whole range in one sentence. */
function numberFlag(kind: 'whole number' | 'number', min: number, max: number) {
  const error = `takes a ${kind} from ${min} to ${max}`
  const number = z.number({ error }).min(min, { error }).max(max, { error })
  // `Number` reads an empty text as 0.
  const read = (sent: unknown) => (String(sent).trim() === '' ? Number.NaN : Number(sent))
  return z
    .unknown()
    .transform(read)
    .pipe(kind === 'number' ? number : number.int({ error }))
}

function oneOf(names: readonly string[]) {
  return { error: `takes one of ${names.join(', ')}` }
}

const demoOptions = z.object({
  residents: numberFlag('whole number', cast.length, mostPeople).default(300),
  days: numberFlag('whole number', 10, 1_000).default(defaultDays),
  seed: numberFlag('whole number', 0, 4_294_967_295).default(7),
  rates: z.enum(rateNames, oneOf(rateNames)).default('teaching'),
  'day-seconds': numberFlag('number', shortestDayMs / 1_000, longestDaySeconds).optional(),
  scenario: z.string().min(1, { error: 'takes the path of a truth file' }).optional(),
  plant: z.enum(plantKinds, oneOf(plantKinds)).optional(),
})
export type DemoOptions = z.infer<typeof demoOptions>

/** Every fault at once, each naming its flag. */
export function parseDemoOptions(args: Record<string, unknown>): DemoOptions {
  const parsed = demoOptions.safeParse(args)
  if (parsed.success) return parsed.data
  const faults = new Map(
    parsed.error.issues.map(({ path, message }) => [`--${path.join('.')}`, message]),
  )
  throw new CommandError(
    `${[...faults].map(([flag, message]) => `${flag} ${message}`).join('; ')}.`,
    `A demo needs its cast of ${cast.length} residents and days of a second or more; see --help.`,
    exitCodes.usage,
  )
}

const usualDayMs = shortestDayMs
/**
 * Measured room for each resident's share of a day: a scan, its course, its notices. The fullest weeks of 20,000
 * want more; the campaign finds that out and slows down (`config/campaign-pace.ts`, `bench/README.md`).
 */
const dayMsPerResident = 1.2

/** The wall time of a campaign day: longer for more residents than one machine serves in a second. */
export function dayLengthMs(residents: number): number {
  return Math.max(usualDayMs, Math.ceil(residents * dayMsPerResident))
}
