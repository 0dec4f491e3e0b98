import { defineCommand } from 'citty'
import { CommandError, commonArgs, exitCodes } from '../common.ts'

const benches: Record<string, (say: (line: string) => void) => Promise<object>> = {
  scan: async (say) =>
    (await import('../../bench/scan.ts')).benchScan({ scans: 8_000, rounds: 5, seconds: 20 }, say),
}

/** Each bench starts servers of its own, prints its floor beside its figure, and cleans up. */
export const benchCommand = defineCommand({
  meta: { name: 'bench', description: `Measure: ${Object.keys(benches).join(', ')}` },
  args: {
    ...commonArgs,
    name: { type: 'positional', description: Object.keys(benches).join(' | '), required: true },
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
    const report = await bench((line) => process.stderr.write(`${line}\n`))
    process.stdout.write(`${JSON.stringify(report, null, args.json ? 0 : 2)}\n`)
    return exitCodes.ok
  },
})
