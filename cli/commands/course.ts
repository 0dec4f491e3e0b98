import { defineCommand } from 'citty'
import { z } from 'zod'
import { followClock } from '../../config/clock.ts'
import { DEFAULT_DATA_DIR } from '../../config/data-dir.ts'
import { type Sql, withPurpose } from '../../db/client.ts'
import { planFields } from '../../db/purposes.ts'
import {
  dosesOf,
  newsOf,
  noticesOf,
  type ReportedDose,
  type ReportedNews,
} from '../../db/queries/course-report.ts'
import { readFacts } from '../../db/queries/facts.ts'
import { homeOf } from '../../db/queries/home-of.ts'
import { PersonNotVisible } from '../../db/queries/plan-input.ts'
import { isProtectedOn } from '../../db/queries/protection.ts'
import { courseWords } from '../../domain/course-words.ts'
import { listRuns } from '../../relay/course-runs.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { roleUrl, tellTargets, withDatabase, withTemporal } from '../servers.ts'

export const courseCommand = defineCommand({
  meta: { name: 'course', description: 'Show one course: facts, doses, notices and its run' },
  args: {
    ...commonArgs,
    id: { type: 'positional', required: true, description: 'The course id, a UUID' },
  },
  run: async ({ args }) => {
    const id = args.id.replace(/^course\//, '')
    if (z.guid().safeParse(id).success) {
      return await show(args['data-dir'] ?? DEFAULT_DATA_DIR, id.toLowerCase(), args.json ?? false)
    }
    throw new CommandError(
      `"${args.id}" is no course id.`,
      'It is a UUID, as in the Temporal UI after "course/".',
      exitCodes.usage,
    )
  },
})

type Report = Awaited<ReturnType<typeof readCourse>>
type Run = { run: string; version?: number } | { run: 'unreachable'; why: string }

async function show(dataDir: string, id: string, json: boolean): Promise<number> {
  const targets = await tellTargets(dataDir)
  const url = await roleUrl(dataDir, targets, 'sesshu_api')
  const report = await withDatabase(url, 'sesshu-course', (sql) => readCourse(sql, id))
  // Temporal may be away: what the database knows is shown all the same.
  const run: Run = await withTemporal(dataDir, targets, (client) =>
    listRuns(client).stateOf(id),
  ).catch((error) => ({ run: 'unreachable', why: (error as Error).message }))
  process.stdout.write(
    json ? `${JSON.stringify({ id, ...report, run })}\n` : words(id, report, run),
  )
  return exitCodes.ok
}

async function readCourse(sql: Sql, id: string) {
  const home = await homeOf(sql, id).catch((error) => {
    if (!(error instanceof PersonNotVisible)) throw error
    throw new CommandError(`There is no course ${id} in this database.`, 'Check the id.')
  })
  const clock = await followClock(sql)
  clock.close()
  const { municipalityCode } = home
  const look = { ...home, courseId: id, fields: planFields }
  const scope = { municipalityCode, purpose: 'showCourse', look } as const
  return await withPurpose(sql, scope, async (tx) => {
    const facts = (await readFacts(tx, [id], clock)).get(id)
    if (!facts) throw new CommandError(`The course ${id} is gone.`, 'Check the id.')
    const [known, notices] = [await dosesOf(tx, id), await noticesOf(tx, id)]
    const hidesPlaces = await isProtectedOn(tx, home, clock.today())
    const doses = hidesPlaces ? known.map((dose) => ({ ...dose, venueCode: null })) : known
    const news = await newsOf(tx, id)
    return { facts, words: courseWords(facts, 'en'), doses, notices, news: news ?? null }
  })
}

/** Of a protected person neither the venue nor that another town recorded it. */
function placeOf({ venueCode, recordedOn }: ReportedDose): string {
  if (venueCode) return `  venue ${venueCode}, recorded ${recordedOn}`
  return recordedOn ? `  recorded ${recordedOn}` : elsewhere
}

function words(id: string, { facts, words: said, doses, notices, news }: Report, run: Run): string {
  return [
    `Course ${id}: ${said.state}`,
    said.next,
    `Version ${facts.version} (${facts.cause}), municipality ${facts.municipalityCode}`,
    `Doses: ${doses.length === 0 ? 'none' : ''}`,
    ...doses.map(
      (dose) =>
        `  ${dose.givenOn}  dose ${dose.claimedDoseNumber}  ${dose.productCode} ${dose.lotNumber}` +
        `${placeOf(dose)}` +
        `${dose.isVoided ? ', voided' : ''}${listed(dose.findings)}`,
    ),
    `Notices: ${notices.length === 0 ? 'none' : ''}`,
    ...notices.map(
      (notice) =>
        `  ${notice.leftOn ?? notice.dueOn}  ${notice.kind} ${notice.round}  ${notice.state}` +
        `${notice.channel ? ` by ${notice.channel}` : ''}${notice.reason ? ` (${notice.reason})` : ''}`,
    ),
    `News: ${newsWords(news)}`,
    `Run: ${runWords(run, facts.version)}`,
    '',
  ].join('\n')
}

const elsewhere = '  recorded by another municipality'

function listed(codes: string[]): string {
  return codes.length === 0 ? '' : `, findings: ${codes.join(', ')}`
}

function newsWords(news: ReportedNews | null): string {
  if (!news) return 'all delivered'
  const { version, tries, setAsideAt, lastError } = news
  const why = lastError ? ` (${lastError})` : ''
  if (setAsideAt) return `version ${version} set aside at ${setAsideAt} after ${tries} tries${why}`
  return `version ${version} on its way, tries so far: ${tries}${why}`
}

function runWords(run: Run, version: number): string {
  if ('why' in run) return `Temporal cannot be asked: ${run.why}`
  if (run.version === undefined) return run.run
  return `${run.run}, goes by version ${run.version}${run.version < version ? ' (older)' : ''}`
}
