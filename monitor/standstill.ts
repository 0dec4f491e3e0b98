/**
 * Whether mails wait and none leaves: looked at every minute, so that a sender that stopped is known within a
 * quarter of an hour and not the next morning. The line is served from its head: while mails leave, however
 * many wait, its head is another one each time.
 */
import { type Sql, withPurpose } from '../db/client.ts'
import { raise } from '../db/queries/monitor/results.ts'
import { closeStandstill, type FirstInLine, firstInLine } from '../db/queries/monitor/standstill.ts'
import { type TownSetting, townSettings } from '../db/queries/monitor/towns.ts'
import { type Day, dayOf, minuteOf } from './days.ts'
import { isQuiet } from './rule.ts'

const everywhere = { municipalityCode: [], purpose: 'watchNotices' } as const
/** Wall time; with a look a minute an alarm is raised well within 15 minutes. */
export const patienceMs = 10 * 60_000

export type Standstill = {
  /** Answers the towns whose mails stand still. `wallMs` is now, `businessMs` the campaign's now (epoch ms). */
  look(now: { wallMs: number; businessMs: number }): Promise<string[]>
}

type Seen = { attemptId: string; sinceMs: number }

/** What stood at the head of each town's line is kept here: begun anew, the watch waits that long anew. */
export function watchForStandstill(sql: Sql, patience = patienceMs): Standstill {
  const seen = new Map<string, Seen>()
  return {
    look: ({ wallMs, businessMs }) =>
      withPurpose(sql, everywhere, async (tx) => {
        const day = dayOf(businessMs)
        const towns = townsAtWork(await townSettings(tx), day, minuteOf(businessMs))
        const waiting = (await firstInLine(tx)).filter(({ town }) => towns.has(town))
        remember(seen, waiting, wallMs)
        const standing = [...seen]
          .filter(([, { sinceMs }]) => wallMs - sinceMs >= patience)
          .map(([town]) => town)
          .sort()
        await closeStandstill(tx, standing, day)
        await raise(tx, standing.map(alarmOf), day)
        return standing
      }),
  }
}

function townsAtWork(settings: TownSetting[], day: Day, minute: number): Set<string> {
  const atWork = settings.filter(
    (one) => one.sendFromMinute <= minute && minute < one.sendUntilMinute && !isQuiet(day, one),
  )
  return new Set(atWork.map(({ town }) => town))
}

function remember(seen: Map<string, Seen>, waiting: FirstInLine[], wallMs: number): void {
  const heads = new Map(waiting.map(({ town, attemptId }) => [town, attemptId]))
  for (const town of seen.keys()) if (!heads.has(town)) seen.delete(town)
  for (const [town, attemptId] of heads) {
    if (seen.get(town)?.attemptId !== attemptId) seen.set(town, { attemptId, sinceMs: wallMs })
  }
}

function alarmOf(town: string) {
  return {
    ...{ town, kind: 'mailsStandStill', about: town, detail: null },
    ...{ courseId: null, noticeKind: null, occasion: null, round: null },
  }
}
