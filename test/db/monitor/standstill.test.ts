// A mail sender that stopped is known within a quarter of an hour, by a real alarm mail; one that is slow, or a
// town that rests, is none.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import { tokyoInstant } from '../../../domain/calendar.ts'
import { patienceMs, watchForStandstill } from '../../../monitor/standstill.ts'
import { type Made, round1On } from '../activities/fixture.ts'
import {
  alarms,
  arrived,
  beginWatch,
  byMail,
  closeWatch,
  drain,
  endWatch,
  openWatch,
  town,
  world,
} from './watching.ts'

let monitor: Sql
beforeAll(async () => {
  await openWatch()
  monitor = connect(world.db.urls.sesshu_monitor, { name: 'test standstill', max: 1 })
})
afterAll(async () => {
  await monitor?.end({ timeout: 1 })
  await closeWatch()
})
beforeEach(beginWatch)
afterEach(endWatch)

const minuteMs = 60_000
const noon = Date.parse(tokyoInstant(round1On, 720))

async function queued(): Promise<Made> {
  const made = await byMail()
  world.setDay(round1On, 700)
  await world.sendNotice(made, world.reminder(made, 1, round1On))
  return made
}

/** Once a minute, for so long, as the watch's process does; `each` happens before each look. */
async function lookFor(minutes: number, each?: (minute: number) => Promise<void>) {
  const watch = watchForStandstill(monitor)
  let found: string[] = []
  for (let minute = 0; minute <= minutes; minute += 1) {
    await each?.(minute)
    const ms = minute * minuteMs
    found = await watch.look({ wallMs: ms, businessMs: noon + ms })
  }
  return { watch, found }
}

test('a sender that is switched off raises one alarm within 15 minutes, which ends when mails leave', async () => {
  const made = await queued()
  const { found, watch } = await lookFor(9)
  expect(found).toEqual([])
  const ms = patienceMs
  expect(await watch.look({ wallMs: ms, businessMs: noon + ms })).toEqual([town])
  expect(patienceMs).toBeLessThan(14 * minuteMs)
  await watch.look({ wallMs: ms + minuteMs, businessMs: noon + ms + minuteMs })
  expect(await alarms()).toEqual([{ kind: 'mailsStandStill', courseId: null, detail: null }])
  const mails = await arrived()
  expect(mails).toHaveLength(2)
  for (const mail of mails) expect(mail.text).toContain('mails wait, and none has left')
  await drain(made)
  await watch.look({ wallMs: ms + 2 * minuteMs, businessMs: noon + ms + 2 * minuteMs })
  expect(await alarms()).toEqual([])
})

test('many that wait while some leave are none', async () => {
  const waiting: Made[] = []
  for (let n = 0; n < 4; n += 1) waiting.push(await queued())
  const { found } = await lookFor(30, async (minute) => {
    if (minute % 9 === 8) await drain(waiting.shift()!)
  })
  expect(found).toEqual([])
  expect(waiting).toHaveLength(1)
})

test.each([
  ['whose hours are over', { send_from_minute: 480, send_until_minute: 720, notice_minute: 500 }],
  ['that rests on the day', { quiet_weekdays: [0, 1, 2, 3, 4] }],
])('mails of a town %s wait rightly', async (_, settings) => {
  await queued()
  await world.sql`
    update municipality_setting set ${world.sql(settings)} where municipality_code = ${town}`
  expect((await lookFor(12)).found).toEqual([])
})

test('a mail whose moment has not come is not waited for', async () => {
  const made = await queued()
  await world.sql`
    update notice_attempt set leased_until = clock_timestamp() + interval '1 hour'
     where notice_id in (select id from notice where course_id = ${made.courseId})`
  expect((await lookFor(12)).found).toEqual([])
})
