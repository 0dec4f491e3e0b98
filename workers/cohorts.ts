/**
 * Beside the worker's other duties: once a day and town, when its day begins, everybody is looked for who
 * is owed a mail before the due date, an invitation or word of a recalled lot. All from rows; no course
 * has a timer for it. Any number of workers may run side by side: a town's turn is one worker's.
 */
import { lookAgainAfterPaper, queueCohortNotice } from '../activities/queue-cohort.ts'
import type { Clock } from '../config/clock.ts'
import type { Log } from '../config/log.ts'
import { inCampaign, type Repeated, repeat } from '../config/repeat.ts'
import { look, type Sql, withPurpose } from '../db/client.ts'
import {
  type CohortKind,
  type CohortTown,
  cohortOf,
  endTurn,
  heldForPaper,
  keepTurn,
  takeTurn,
  townsToLookThrough,
} from '../db/queries/cohorts.ts'
import { minuteOfCourse } from '../db/queries/facts.ts'
import { tokyoInstant } from '../domain/calendar.ts'
import type { PlainDate } from '../domain/course.ts'
import { sendingMoment } from './sending-moment.ts'

export type CohortDeps = {
  sql: Sql
  clock: Clock
  log: Log
  isDemo: boolean
  wakeMailSender(): void
}

type TurnDeps = Omit<CohortDeps, 'isDemo'> & { leaseMs: number }

const everyMs = { real: 60_000, demo: 100 }
/** A minute of a demo is two months: there a worker that was killed holds a town up for a few days. */
const leasesMs = { real: 60_000, demo: 4_000 }
const renewAfter = 50
/** Beside scans and reminders of the day, which come first. */
const atOnce = 2
/** More than that is no fault of single courses. */
const faultsAtMost = 20
const kinds: CohortKind[] = ['lotRecall', 'preDue', 'invitation']

export function startCohorts(deps: CohortDeps): Repeated {
  const { log, isDemo } = deps
  return repeat({
    round: (signal) =>
      inCampaign(deps, () =>
        lookThroughTowns({ ...deps, leaseMs: isDemo ? leasesMs.demo : leasesMs.real }, signal),
      ),
    onFault: (error) =>
      log.warn({ error }, 'cohorts could not be looked through; it is tried again'),
    pauseMs: () => (isDemo ? everyMs.demo : everyMs.real),
  })
}

/** Every town whose day has begun and that was not looked through on it. */
export async function lookThroughTowns(
  given: Omit<TurnDeps, 'leaseMs'> & Partial<TurnDeps>,
  signal: AbortSignal = AbortSignal.any([]),
): Promise<void> {
  const deps: TurnDeps = { leaseMs: leasesMs.real, ...given }
  const { day, minute } = sendingMoment(deps.clock)
  const towns = await withPurpose(deps.sql, nobody, (tx) => townsToLookThrough(tx, day, minute))
  for (const town of towns) {
    if (signal.aborted) return
    const { municipalityCode } = town
    const isOurs = await withPurpose(deps.sql, nobody, (tx) =>
      takeTurn(tx, municipalityCode, day, deps.leaseMs),
    )
    if (!isOurs) continue
    // One town's fault is no other town's: it is tried again when its turn is over.
    await lookThrough(deps, town, day, signal).catch((error) =>
      deps.log.error(
        { alarm: 'cohortFailed', municipalityCode, day, error },
        'a town was not looked through',
      ),
    )
  }
}

/** Names nobody: settings, and whose turn it is. */
const nobody = { municipalityCode: [], purpose: 'cohortTowns' } as const

async function lookThrough(
  deps: TurnDeps,
  town: CohortTown,
  day: PlainDate,
  signal: AbortSignal,
): Promise<void> {
  const { sql, log, leaseMs } = deps
  const { municipalityCode } = town
  const queued: Partial<Record<CohortKind, number>> = {}
  const inTown = { municipalityCode, purpose: 'sendNotice' } as const
  const renew = () => withPurpose(sql, nobody, (tx) => keepTurn(tx, municipalityCode, day, leaseMs))
  let candidates = 0
  const faults: unknown[] = []
  const note = (courseId: string, error: unknown) => {
    faults.push(error)
    if (faults.length > faultsAtMost) throw error
    const what = { alarm: 'cohortFailed', municipalityCode, day, courseId, error }
    log.error(what, 'a course of a cohort was not looked at')
  }
  const lanes = { signal, renew, note }
  for (const kind of kinds) {
    const ids = await withPurpose(sql, inTown, async (tx) => {
      // Whoever is found is looked at one by one, each with a look of their own.
      await look(tx, [])
      return cohortOf(tx, kind, municipalityCode, day)
    })
    candidates += ids.length
    queued[kind] = await inLanes(ids, lanes, async (courseId) => {
      const notBefore = firstMoment(deps.clock, town, courseId, day)
      const channel = await queueCohortNotice(deps, { courseId, kind, today: day, notBefore })
      if (channel === 'mail') deps.wakeMailSender()
      return channel !== undefined
    })
  }
  const held = await withPurpose(sql, inTown, async (tx) => {
    await look(tx, [])
    return heldForPaper(tx, municipalityCode)
  })
  await inLanes(held, lanes, async (courseId) => {
    await lookAgainAfterPaper(deps, courseId, day)
    return true
  })
  if (signal.aborted) return
  // The turn is not over, and is taken up again for those of whom nobody knows yet.
  if (faults.length > 0) throw faults[0]
  const all = Object.values(queued).reduce((sum, n) => sum + n, 0)
  await withPurpose(sql, nobody, (tx) =>
    endTurn(tx, municipalityCode, day, { candidates, queued: all }),
  )
  if (candidates > 0) log.info({ municipalityCode, day, candidates, queued }, 'cohorts are queued')
}

/** A cohort's mails are spread over the morning as a course's notices are. */
function firstMoment(clock: Clock, town: CohortTown, courseId: string, day: PlainDate): Date {
  const campaignMs = Date.parse(tokyoInstant(day, minuteOfCourse(courseId, town)))
  return new Date(Math.ceil(clock.wallAt(campaignMs)))
}

type Lanes = {
  signal: AbortSignal
  renew: () => Promise<void>
  /** Throws when nothing should be tried any more. */
  note: (id: string, error: unknown) => void
}

/** How many did something. One that fails keeps no other from being looked at. */
async function inLanes(
  ids: string[],
  { signal, renew, note }: Lanes,
  work: (id: string) => Promise<boolean>,
): Promise<number> {
  let next = 0
  let done = 0
  const lane = async () => {
    while (next < ids.length && !signal.aborted) {
      const at = next++
      if (at % renewAfter === renewAfter - 1) await renew()
      const id = ids[at]!
      const didSomething = await work(id).catch((error) => note(id, error))
      if (didSomething) done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return done
}
