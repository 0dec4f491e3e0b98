/**
 * One look at everything: who is owed a notice by the end of a day, who got one, who was left out and
 * why. Reads facts and evidence page by page, writes debts, alarms and the day's lines.
 */
import { type Sql, type Tx, withPurpose } from '../db/client.ts'
import {
  departuresOf,
  giveTo,
  knownSources,
  type Owner,
  ownerless,
  takeDown,
  takeSendersWord,
} from '../db/queries/monitor/departures.ts'
import { type FactRow, factsAfter } from '../db/queries/monitor/facts.ts'
import {
  type AlarmRow,
  beginRun,
  closeEnded,
  countLeft,
  type DebtRow,
  debtsOf,
  endRun,
  keepCounts,
  keepDebts,
  raise,
  reckonEffect,
  runDays,
} from '../db/queries/monitor/results.ts'
import {
  mergedCourses,
  type TownSetting,
  townSettings,
  unkeyedPaper,
} from '../db/queries/monitor/towns.ts'
import {
  type Alarm,
  assessCourse,
  type Matched,
  possibleNotices,
  type Situation,
} from './assess.ts'
import { type Day, laterDay } from './days.ts'
import {
  type CourseFactsSeen,
  type Departure,
  defaultSettings,
  type GraceOf,
  type UnkeyedPaper,
} from './facts.ts'
import { graceDifferences, gracesUntil } from './graces.ts'
import type { Journal } from './journal.ts'
import { isDerived, noticeIdFor } from './notice-id.ts'

export type WatchDeps = {
  /** As the role sesshu_monitor. */
  sql: Sql
  /** Undefined where no journal of mails can be read: then the sender's word is taken, and the page says so. */
  mails: Journal | undefined
  letters: Journal
  toBusinessMs: (wallMs: number) => number
  marginMs: number
}

export type Watched = { courses: number; departures: number; alarms: number; missed: number }

const coursesAtOnce = 1_000
const filesAtOnce = 500
const everywhere = { municipalityCode: [], purpose: 'watchNotices' } as const

/** Answers where differences are counted, all of them in sentences of their own elsewhere. */
export async function watchDay(deps: WatchDeps, day: Day): Promise<Watched> {
  const { sql } = deps
  const inWatch = <T>(work: (tx: Tx) => Promise<T>) => withPurpose(sql, everywhere, work)
  const { begunOn, lastDay } = await inWatch(async (tx) => {
    const { first, last } = await runDays(tx)
    await beginRun(tx, { day, mailsKnownBy: deps.mails ? 'journal' : 'sender' })
    return { begunOn: first ?? day, lastDay: last }
  })
  const departures = await takeEvidence(deps, inWatch, begunOn)
  const look = await inWatch(async (tx): Promise<Look> => {
    const settings = await townSettings(tx)
    const grace = await gracesUntil(tx, day, settings)
    const towns = new Map(settings.map((one) => [one.town, one]))
    const papers = await unkeyedPaper(tx, day)
    return { deps, day, begunOn, grace, towns, papers, merged: await mergedCourses(tx) }
  })
  const sum: Watched = { courses: 0, departures, alarms: 0, missed: 0 }
  const counts = new Map<string, number>()
  let after: string | null = null
  for (;;) {
    const page: PageResult = await inWatch((tx) => lookAtPage(tx, look, after))
    sum.courses += page.courses
    sum.alarms += page.alarms
    for (const word of page.counted) counts.set(word, (counts.get(word) ?? 0) + 1)
    if (page.last === undefined) break
    after = page.last
  }
  sum.alarms += await inWatch((tx) => lookAtTheRest(tx, look))
  await inWatch(async (tx) => {
    const lines = [...counts].map(([text, count]) => {
      const [town, what] = text.split(' ') as [string, string]
      return { town, what, count }
    })
    sum.missed = lines
      .filter(({ what }) => what === 'missed')
      .reduce((all, { count }) => all + count, 0)
    await keepCounts(tx, day, lines)
    await countLeft(tx, lastDay ?? day, day)
    await reckonEffect(tx, day)
    await endRun(tx, day, sum)
  })
  return sum
}

type InWatch = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** Every file once; of a mail server without a journal, what the sender says. */
async function takeEvidence(deps: WatchDeps, inWatch: InWatch, begunOn: Day): Promise<number> {
  let taken = 0
  if (deps.mails) {
    const { mails } = deps
    const names = await mails.names()
    for (let at = 0; at < names.length; at += filesAtOnce) {
      const some = names.slice(at, at + filesAtOnce)
      const known = await inWatch((tx) => knownSources(tx, some))
      const fresh = some.filter((name) => !known.has(name))
      const departures = (await Promise.all(fresh.map((name) => mails.read(name)))).flat()
      taken += await inWatch((tx) => takeDown(tx, departures))
    }
  } else {
    taken += await inWatch((tx) => takeSendersWord(tx, begunOn))
  }
  for (const name of await deps.letters.names()) {
    const departures = await deps.letters.read(name)
    taken += await inWatch((tx) => takeDown(tx, departures))
  }
  return taken
}

type Look = {
  deps: WatchDeps
  day: Day
  begunOn: Day
  grace: GraceOf
  towns: Map<string, TownSetting>
  papers: UnkeyedPaper[]
  /** Courses that turned out to be another one's: their notices are its own by now. */
  merged: Map<string, string[]>
}

type PageResult = { courses: number; alarms: number; counted: string[]; last: string | undefined }

async function lookAtPage(tx: Tx, look: Look, after: string | null): Promise<PageResult> {
  const rows = await factsAfter(tx, { after, atMost: coursesAtOnce, today: look.day })
  if (rows.length === 0) return { courses: 0, alarms: 0, counted: [], last: undefined }
  const courses = rows.map(factsFrom)
  const ids = courses.map(({ courseId }) => courseId)
  const possible = new Map(
    courses.map((facts) => {
      const merged = look.merged.get(facts.courseId) ?? []
      return [facts.courseId, possibleNotices(facts, [facts.courseId, ...merged])]
    }),
  )
  const noticeIds = courses.flatMap((facts) => [
    ...possible.get(facts.courseId)!.keys(),
    ...facts.claims.map(({ noticeId }) => noticeId),
  ])
  const seen = groupedBy(await departuresOf(tx, noticeIds), ({ noticeId }) => noticeId)
  const debts = groupedBy(await debtsOf(tx, ids), ({ courseId }) => courseId)
  const result = {
    alarms: [] as AlarmRow[],
    debts: [] as DebtRow[],
    owners: [] as Owner[],
    counted: [] as string[],
  }
  for (const facts of courses) {
    const left = matched(facts, possible.get(facts.courseId)!, seen)
    const situation = situationOf(look, facts, left, debts.get(facts.courseId) ?? [])
    const verdict = assessCourse(situation)
    const { courseId, town } = facts
    result.alarms.push(...verdict.alarms.map((alarm) => alarmRow(town, courseId, alarm)))
    result.debts.push(...verdict.debts.map((debt) => ({ ...debt, courseId, town })))
    result.counted.push(...verdict.counted.map((what) => `${town} ${what}`))
    result.owners.push(...left.filter(({ isNew }) => isNew).map((one) => ownerOf(facts, one)))
  }
  await giveTo(tx, result.owners)
  await keepDebts(tx, ids, result.debts, look.day)
  await closeEnded(tx, ids, result.alarms, look.day)
  const alarms = await raise(tx, result.alarms, look.day)
  return { courses: rows.length, alarms, counted: result.counted, last: ids.at(-1) }
}

function situationOf(
  { deps, day, begunOn, grace, towns, papers }: Look,
  facts: CourseFactsSeen,
  left: Matched[],
  debtsBefore: DebtRow[],
): Situation {
  const { toBusinessMs, marginMs } = deps
  const settings = towns.get(facts.town) ?? defaultSettings
  return { facts, left, debtsBefore, settings, papers, grace, day, begunOn, toBusinessMs, marginMs }
}

function groupedBy<T>(rows: T[], by: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(by(row), [...(groups.get(by(row)) ?? []), row])
  return groups
}

/**
 * By the id that a notice of this course has. By the sender's table only for a kind that the rule does not
 * reckon, whose row bears out its own id, and for rows older than ids that follow from identities.
 */
function matched(
  facts: CourseFactsSeen,
  possible: ReturnType<typeof possibleNotices>,
  seen: Map<string, (Departure & { isNew: boolean })[]>,
): Matched[] {
  const claims = facts.claims.filter(
    (claim) =>
      !possible.has(claim.noticeId) &&
      (!isDerived(claim.noticeId) || claim.noticeId === noticeIdFor(facts.courseId, claim)),
  )
  const named = new Map([...possible, ...claims.map((claim) => [claim.noticeId, claim] as const)])
  return [...named].flatMap(([id, key]) =>
    (seen.get(id) ?? []).map(({ isNew, ...departure }) => ({ departure, key, isNew })),
  )
}

function ownerOf({ courseId, town }: CourseFactsSeen, { departure, key }: Matched): Owner {
  const { kind, phase, doseNumber, occasion, round } = key
  return { source: departure.source, town, courseId, kind, phase, doseNumber, occasion, round }
}

function alarmRow(
  town: string,
  courseId: string | null,
  { kind, key, about, detail }: Alarm,
): AlarmRow {
  return {
    town,
    kind,
    courseId,
    // A mail before the due date is of the same dose and round as the first reminder after it.
    noticeKind: (key?.phase === 'preDue' ? key.phase : key?.kind) ?? null,
    occasion: key?.occasion ?? null,
    round: key?.round ?? null,
    about: about ?? null,
    detail: detail ?? null,
  }
}

/** Of no town: alarms of mails that nobody owed, for whoever runs the system. */
export const systemTown = 'system'

/** What left and is nobody's; and a grace that no honest reckoning gives. */
async function lookAtTheRest(tx: Tx, { day, grace }: Look): Promise<number> {
  const nobodys = await ownerless(tx)
  const unknown = nobodys.map(({ source, batchTown }) =>
    alarmRow(batchTown ?? systemTown, null, { kind: 'unknownDeparture', about: source }),
  )
  const differences = await graceDifferences(tx, grace, day)
  const differing = differences.map((one) =>
    alarmRow(one.town, null, {
      kind: 'graceDiffers',
      about: `${one.town}-${one.day}`,
      detail: one.longer ? 'longer' : 'shorter',
    }),
  )
  return raise(tx, [...unknown, ...differing], day)
}

function factsFrom(row: FactRow): CourseFactsSeen {
  const { relocationEventId, relocationRecordedOn, ...rest } = row
  const events = row.events as CourseFactsSeen['events']
  const move = events.find(({ id }) => id === relocationEventId)
  const relocation =
    relocationEventId && relocationRecordedOn
      ? {
          eventId: relocationEventId,
          recordedOn: relocationRecordedOn,
          effectiveOn: move?.effectiveOn ?? relocationRecordedOn,
        }
      : null
  return { ...(rest as unknown as CourseFactsSeen), events, relocation }
}

/** The day to look at now: yesterday, unless it was looked at. */
export async function dayToWatch(sql: Sql, yesterday: Day): Promise<Day | undefined> {
  const { last } = await withPurpose(sql, everywhere, (tx) => runDays(tx))
  return last !== null && laterDay(last, yesterday) === last ? undefined : yesterday
}
