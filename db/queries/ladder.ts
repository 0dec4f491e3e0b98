/** A town's ladder of notices as its page and its API show it, and what they change. Names nobody. */
import type { PlainDate } from '../../domain/course.ts'
import type { Sql, Tx } from '../client.ts'
import {
  declareQuietDay,
  noticeSettingsOf,
  quietDaysOf,
  settingChangesOf,
  takeBackQuietDay,
} from './notice-settings.ts'
import { inRegister } from './register-events.ts'
import { agreeToRelease, changeByPerson, releaseAsksOf } from './release/rule.ts'
import { declareUnkeyedPaper, paperIsKeyed, unkeyedPaperOf } from './unkeyed-paper.ts'

const changesShown = 30

type Rest<F extends (tx: Tx, town: string, ...rest: never[]) => unknown> =
  Parameters<F> extends [Tx, string, ...infer R] ? R : never

/** Undefined settings: the town takes no part yet. */
export async function ladderOf(sql: Sql, town: string, today: PlainDate) {
  return inTown(sql, town, async (tx) => {
    const settings = await noticeSettingsOf(tx, town)
    const quietDays = await quietDaysOf(tx, town, today)
    const unkeyedPaper = await unkeyedPaperOf(tx, town)
    const changes = await settingChangesOf(tx, town, changesShown)
    const releaseAsks = await releaseAsksOf(tx, town)
    return { settings, quietDays, unkeyedPaper, changes, releaseAsks }
  })
}
export type Ladder = Awaited<ReturnType<typeof ladderOf>>

/** Each in one transaction of its own, in the caller's name. */
export const ladderDeeds = {
  changeSettings: (sql: Sql, town: string, ...rest: Rest<typeof changeByPerson>) =>
    inTown(sql, town, (tx) => changeByPerson(tx, town, ...rest)),
  agreeToRelease: (sql: Sql, town: string, ...rest: Rest<typeof agreeToRelease>) =>
    inTown(sql, town, (tx) => agreeToRelease(tx, town, ...rest)),
  declareQuietDay: (sql: Sql, town: string, ...rest: Rest<typeof declareQuietDay>) =>
    inTown(sql, town, (tx) => declareQuietDay(tx, town, ...rest)),
  takeBackQuietDay: (sql: Sql, town: string, ...rest: Rest<typeof takeBackQuietDay>) =>
    inTown(sql, town, (tx) => takeBackQuietDay(tx, town, ...rest)),
  declarePaper: (sql: Sql, town: string, ...rest: Rest<typeof declareUnkeyedPaper>) =>
    inTown(sql, town, (tx) => declareUnkeyedPaper(tx, town, ...rest)),
  paperIsKeyed: (sql: Sql, town: string, ...rest: Rest<typeof paperIsKeyed>) =>
    inTown(sql, town, (tx) => paperIsKeyed(tx, town, ...rest)),
}

function inTown<T>(sql: Sql, town: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inRegister(sql, town, work, 'manageTown')
}
