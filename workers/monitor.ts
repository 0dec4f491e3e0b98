/**
 * The process that watches who is owed a notice and what left. It is apart from the worker, with a role
 * and a mail connection of its own: the worker may be what has failed.
 */
import { join } from 'node:path'
import { nameProcess } from '../config/actor.ts'
import { followClock } from '../config/clock.ts'
import { readEnvironment } from '../config/env.ts'
import { createLog } from '../config/log.ts'
import { announceReady } from '../config/ready.ts'
import { inCampaign, repeat } from '../config/repeat.ts'
import { connect } from '../db/client.ts'
import { outliveLostConnections } from '../db/lost-connection.ts'
import { assertRoleOwnsNothing } from '../db/roles.ts'
import { mailAlarms } from '../monitor/alarm-mail.ts'
import { reckonCosts } from '../monitor/costs.ts'
import { dayOf } from '../monitor/days.ts'
import { letterJournal, mailJournal } from '../monitor/journal.ts'
import { watchForStandstill } from '../monitor/standstill.ts'
import { dayToWatch, watchDay } from '../monitor/watch.ts'

const lookEveryMs = { real: 60_000, demo: 1_000 }
/** Looking takes a part of one connection's time at most, however fast a demo's days go by. */
const restFactors = { real: 5, demo: 15 }
const hourMs = 3_600_000
/**
 * A day is looked at when it began so long ago: at five the next morning, when the evening's letters are
 * printed; in a demo, whose nights last half a second, a day later.
 */
const looksAfterMs = { real: 29 * hourMs, demo: 48 * hourMs }
/** How long a fact may have waited for its lock, beside a mail that was leaving. */
const marginMs = { real: 60_000, demo: 1_000 }

const env = readEnvironment([
  'SESSHU_DATA_DIR',
  'DATABASE_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'SESSHU_ALARM_MAIL',
  'SESSHU_MAIL_JOURNAL',
  'SESSHU_PUBLIC_ORIGIN',
  'SESSHU_DEMO',
  'LOG_LEVEL',
])
nameProcess('monitor')
const log = createLog({ name: 'monitor', level: env.LOG_LEVEL })
outliveLostConnections(log)
const sql = connect(env.DATABASE_URL, { name: 'sesshu-monitor', max: 2 })
await assertRoleOwnsNothing(sql)
const clock = await followClock(sql)
const isDemo = env.SESSHU_DEMO
const afterMs = isDemo ? looksAfterMs.demo : looksAfterMs.real
const toBusinessMs = (wallMs: number) => clock.campaignAt(wallMs)
const journal = env.SESSHU_MAIL_JOURNAL
const deps = {
  sql,
  mails: journal ? mailJournal(journal, toBusinessMs) : undefined,
  letters: letterJournal(join(env.SESSHU_DATA_DIR, 'letters')),
  toBusinessMs,
  marginMs: isDemo ? marginMs.demo : marginMs.real,
}

const standstill = watchForStandstill(sql)

async function look(): Promise<void> {
  const now = Date.now()
  const towns = await standstill.look({ wallMs: now, businessMs: clock.campaignAt(now) })
  if (towns.length > 0) log.error({ alarm: 'mailsStandStill', towns }, 'mails wait and none leaves')
  const day = await dayToWatch(sql, dayOf(clock.now() - afterMs))
  if (day) {
    const watched = await watchDay(deps, day)
    await reckonCosts(sql, day)
    const level = watched.alarms > 0 ? 'warn' : 'info'
    log[level]({ day, ...watched }, 'what is owed and what left was looked at')
  }
  const mailed = await mailAlarms(sql, {
    smtpUrl: env.SMTP_URL,
    from: env.MAIL_FROM,
    operatorMail: env.SESSHU_ALARM_MAIL,
    origin: env.SESSHU_PUBLIC_ORIGIN,
  })
  if (mailed.mails > 0) log.warn(mailed, 'alarms were mailed')
  if (mailed.withoutAddress > 0 && day) log.warn(mailed, 'alarms have no address to be mailed to')
}

const watching = repeat({
  round: () => inCampaign({ clock, isDemo }, look),
  onFault: (error) =>
    log.error({ err: error }, 'the watch could not look, or its alarms not be mailed'),
  pauseMs: ({ tookMs }) =>
    Math.max(
      isDemo ? lookEveryMs.demo : lookEveryMs.real,
      (isDemo ? restFactors.demo : restFactors.real) * tookMs,
    ),
})
announceReady()
log.info({ mailsKnownBy: journal ? 'journal' : 'sender' }, 'watching what is owed and what leaves')

const stop = async (): Promise<void> => {
  await watching.stop()
  clock.close()
  await sql.end({ timeout: 5 })
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
