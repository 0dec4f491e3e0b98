import { z } from 'zod'
import { shortestDayMs } from '../../config/campaign.ts'
import { plantKinds } from '../../judge/plant.ts'
import { cast } from '../../simulator/cast.ts'
import { defaultDays } from '../../simulator/generate.ts'
import { rateNames } from '../../simulator/rates.ts'
import { mostPeople } from '../../simulator/truth.ts'
import { CommandError, exitCodes } from '../common.ts'

const longestDaySeconds = 3_600

const demoOptions = z.object({
  residents: z.coerce.number().int().min(cast.length).max(mostPeople).default(300),
  days: z.coerce.number().int().min(10).max(1_000).default(defaultDays),
  seed: z.coerce.number().int().min(0).max(4_294_967_295).default(7),
  rates: z.enum(rateNames).default('teaching'),
  'day-seconds': z.coerce
    .number()
    .min(shortestDayMs / 1_000)
    .max(longestDaySeconds)
    .optional(),
  scenario: z.string().min(1).optional(),
  plant: z.enum(plantKinds).optional(),
})
export type DemoOptions = z.infer<typeof demoOptions>

/** Every fault at once, each naming its flag. */
export function parseDemoOptions(args: Record<string, unknown>): DemoOptions {
  const parsed = demoOptions.safeParse(args)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`)
  throw new CommandError(
    `${faults.join('; ')}.`,
    `A demo needs its cast of ${cast.length} residents and days of a second or more; see --help.`,
    exitCodes.usage,
  )
}

const usualDayMs = shortestDayMs
/** Measured room for each resident's share of a day: a scan, its course, its notices. */
const dayMsPerResident = 0.9

/** The wall time of a campaign day: longer for more residents than one machine serves in a second. */
export function dayLengthMs(residents: number): number {
  return Math.max(usualDayMs, Math.ceil(residents * dayMsPerResident))
}
