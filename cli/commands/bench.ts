import { defineCommand } from 'citty'
import { z } from 'zod'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

type Say = (line: string) => void
type BenchOptions = z.output<typeof benchOptions>

const count = (most: number) => z.coerce.number().int().min(1).max(most).optional()
const benchOptions = z.object({
  courses: count(100_000),
  rounds: count(1_000),
  shards: count(4_096),
  relays: count(8),
  register: count(100_000),
  tries: count(1_000_000),
  devices: count(10_000),
  seed: count(2_147_483_647),
  rows: count(5_000_000),
  reminders: count(1_000_000),
  bare: count(100_000),
  pages: count(10_000),
  mails: count(1_000_000),
  connections: count(50),
  gogc: z
    .string()
    .regex(/^(\d{2,5}|off)$/)
    .optional(),
  fewIndexes: z.boolean().optional(),
})

const benches: Record<string, (options: BenchOptions, say: Say) => Promise<object>> = {
  scan: async ({ rounds = 5 }, say) =>
    (await import('../../bench/scan.ts')).benchScan({ scans: 8_000, rounds, seconds: 20 }, say),
  course: async (options, say) => {
    const { courses = 2_000, rounds = 3, shards = 64, relays = 1, gogc, fewIndexes } = options
    const tuned = { ...(gogc && { goGc: gogc }), ...(fewIndexes && { fewIndexes }) }
    return (await import('../../bench/course.ts')).benchCourse(
      { courses, rounds, shards, relays, ...tuned },
      say,
    )
  },
  dpop: async ({ rounds = 3 }, say) =>
    (await import('../../bench/dpop.ts')).benchDpop({ proofs: 5_000, rounds }, say),
  privacy: async ({ rounds = 7 }, say) =>
    (await import('../../bench/privacy.ts')).benchPrivacy({ scans: 1_500, rounds }, say),
  codes: async ({ rounds = 300 }, say) =>
    (await import('../../bench/codes.ts')).benchCodes({ rounds }, say),
  misreads: async ({ register = 100_000, tries = 100_000, devices = 5_000, seed = 1 }, say) =>
    (await import('../../bench/misreads.ts')).benchMisreads(
      { register, tries, devices, seed },
      say,
    ),
  import: async ({ rows = 200_000, seed = 1 }, say) =>
    (await import('../../bench/import.ts')).benchImport({ rows, seed }, say),
  day: async ({ reminders = 85_000, shards = 64, relays = 1, bare = 2_000 }, say) =>
    (await import('../../bench/day.ts')).benchDay({ reminders, shards, relays, bare }, say),
  letters: async ({ pages = 3_000, rounds = 5 }, say) =>
    (await import('../../bench/letters.ts')).benchLetters({ pages, alone: 200, rounds }, say),
  mails: async ({ rounds = 5, mails = 6_000, connections = 4 }, say) =>
    (await import('../../bench/mails.ts')).benchMails({ mails, rounds, connections }, say),
  demo: async (_, say) =>
    (await import('../../bench/demo.ts')).benchDemo(
      { residents: 300, days: 140, seeds: [1, 2, 3, 4, 5] },
      say,
    ),
}

/** Each bench starts servers of its own, prints its floor beside its figure, and cleans up. */
export const benchCommand = defineCommand({
  meta: { name: 'bench', description: `Measure: ${Object.keys(benches).join(', ')}` },
  args: {
    ...commonArgs,
    name: { type: 'positional', description: Object.keys(benches).join(' | '), required: true },
    courses: { type: 'string', description: 'course: how many in each round (default 2000)' },
    rounds: {
      type: 'string',
      description: 'how often (default: scan 5, privacy 7, codes 300, letters 5, others 3)',
    },
    shards: { type: 'string', description: 'course: history shards of Temporal (default 64)' },
    relays: { type: 'string', description: 'course: how many relay processes (default 1)' },
    register: { type: 'string', description: 'misreads: people in the register (default 100000)' },
    tries: { type: 'string', description: 'misreads: how many (default 100000)' },
    devices: { type: 'string', description: 'misreads: enrolled tablets (default 5000)' },
    seed: { type: 'string', description: 'misreads: of births and of misreads (default 1)' },
    rows: { type: 'string', description: 'import: rows of the file (default 200000)' },
    reminders: { type: 'string', description: 'day: how many fall due (default 85000)' },
    bare: { type: 'string', description: 'day: bare courses of the floor (default 2000)' },
    pages: { type: 'string', description: 'letters: in each process and round (default 3000)' },
    mails: { type: 'string', description: 'mails: in each round (default 6000)' },
    connections: { type: 'string', description: 'mails: of the pool (default 4)' },
    gogc: { type: 'string', description: "course: GOGC of Temporal (default Go's own)" },
    fewIndexes: { type: 'boolean', description: 'course: drop visibility indexes nobody asks by' },
  },
  async run({ args }) {
    const bench = benches[args.name]
    if (!bench) {
      throw new CommandError(
        `There is no bench '${args.name}'.`,
        `Choose one of ${Object.keys(benches).join(', ')}.`,
        exitCodes.usage,
      )
    }
    const report = await bench(parseOptions(args), (line) => process.stderr.write(`${line}\n`))
    process.stdout.write(`${JSON.stringify(report, null, args.json ? 0 : 2)}\n`)
    const isWrong = 'asItShould' in report && report.asItShould === false
    return isWrong ? exitCodes.judgedWrong : exitCodes.ok
  },
})

function parseOptions(args: Record<string, unknown>): BenchOptions {
  const parsed = benchOptions.safeParse(args)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`)
  throw new CommandError(`${faults.join('; ')}.`, 'See --help for what it takes.', exitCodes.usage)
}
