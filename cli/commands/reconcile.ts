import { defineCommand } from 'citty'
import { followClock } from '../../config/clock.ts'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import {
  type Compared,
  type Difference,
  type DifferenceKind,
  differenceKinds,
  reconcile,
} from '../../relay/reconcile.ts'
import { repairWith } from '../../relay/repair.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { roleUrl, tellTargets, withDatabase, withTemporal } from '../servers.ts'

/** All are counted; so many are named. */
const listedAtMost = 1_000
const shownPerKind = 20
const defaultAsked = 200

export const reconcileCommand = defineCommand({
  meta: { name: 'reconcile', description: 'Compare the database with Temporal, course by course' },
  args: {
    ...commonArgs,
    repair: { type: 'boolean', description: 'Send differing courses their newest facts again' },
    'clear-set-aside': {
      type: 'boolean',
      description: 'With --repair: also give news that was set aside another round of tries',
    },
    ask: {
      type: 'string',
      description: `Also ask so many runs that look right (default ${defaultAsked})`,
      valueHint: 'runs',
    },
  },
  run: async ({ args }) => {
    if (args['clear-set-aside'] && !args.repair) {
      throw new CommandError(
        '--clear-set-aside changes rows.',
        'Give --repair as well.',
        exitCodes.usage,
      )
    }
    const how = {
      repairs: args.repair ?? false,
      clearsSetAside: args['clear-set-aside'] ?? false,
      askAtMost: args.ask === undefined ? defaultAsked : parseCount(args.ask),
    }
    return await run(args['data-dir'] ?? DEFAULT_DATA_DIR, how, args.json ?? false)
  },
})

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new CommandError(`--ask takes a number, not "${text}".`, 'Such as 1000.', exitCodes.usage)
}

type How = { repairs: boolean; clearsSetAside: boolean; askAtMost: number }

type Outcome = Compared & {
  counts: Record<DifferenceKind, number>
  differences: Difference[]
  repaired?: { enqueued: number; cleared: number }
}

async function run(dataDir: string, how: How, json: boolean): Promise<number> {
  const targets = await tellTargets(dataDir)
  const url = await roleUrl(dataDir, targets, 'sesshu_monitor')
  const outcome = await withDatabase(url, 'sesshu-reconcile', (sql) =>
    withTemporal(dataDir, targets, async (client) => {
      const counts = Object.fromEntries(
        differenceKinds.map((kind) => [kind, 0]),
      ) as Outcome['counts']
      const differences: Difference[] = []
      const repairer = how.repairs ? repairWith(sql, how) : undefined
      const clock = await followClock(sql)
      const compared = await reconcile(
        { sql, client, clock },
        {
          askAtMost: how.askAtMost,
          onDifference: async (difference) => {
            counts[difference.kind] += 1
            if (differences.length < listedAtMost) differences.push(difference)
            await repairer?.take(difference)
          },
          onProgress: (done, all) => {
            if (all > 1) process.stderr.write(`compared ${done}/${all}\n`)
          },
        },
      ).finally(() => clock.close())
      const repaired = await repairer?.finish()
      return { ...compared, counts, differences, ...(repaired && { repaired }) }
    }),
  )
  process.stdout.write(json ? `${JSON.stringify(outcome)}\n` : wordsOf(outcome))
  return Object.values(outcome.counts).some((n) => n > 0) ? exitCodes.failure : exitCodes.ok
}

const meanings: Record<DifferenceKind, string> = {
  missing: 'open courses have no run; --repair starts one',
  stale: 'runs go by older facts; --repair sends the newest',
  extra: 'runs go on although their course is over; --repair tells them',
  unknown: 'runs belong to no course of this database; only shown',
  late: 'courses have a next step more than a day in the past; see docs/runbook.md, "Stuck courses"',
  failing: 'runs fail in their own code; look at the worker’s log',
  setAside: 'news was refused too often; --repair --clear-set-aside tries it again',
}

function wordsOf(outcome: Outcome): string {
  const { openCourses, openRuns, waiting, asked, unanswered, counts, differences } = outcome
  const lines = [
    `${openCourses} open courses, ${openRuns} open runs, ${waiting} with news on its way.`,
  ]
  for (const kind of differenceKinds.filter((one) => counts[one] > 0)) {
    lines.push(`${counts[kind]} ${kind}: ${meanings[kind]}.`)
    const named = differences.filter((one) => one.kind === kind).slice(0, shownPerKind)
    lines.push(...named.map(({ courseId, detail }) => `  ${courseId}  ${detail}`))
    if (counts[kind] > named.length) lines.push(`  … and ${counts[kind] - named.length} more`)
  }
  lines.push(`${asked} runs were asked for their facts${silence(unanswered)}.`)
  if (outcome.repaired) lines.push(wordsOfRepair(outcome.repaired))
  if (Object.values(counts).every((n) => n === 0)) lines.push('Nothing differs.')
  return `${lines.join('\n')}\n`
}

function silence(unanswered: number): string {
  return unanswered === 0 ? '' : `, ${unanswered} did not answer (is a worker running?)`
}

function wordsOfRepair({ enqueued, cleared }: { enqueued: number; cleared: number }): string {
  return `Repaired: ${enqueued} courses enqueued, ${cleared} set-aside rows given another round.`
}
