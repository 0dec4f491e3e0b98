// What a town sends besides, under the watch: a mail before the due date, an invitation, word of a recalled lot,
// queued by the real cohort worker, sent as real mails and letters; each way of losing one raises exactly that alarm.

import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import { lookThroughTowns } from '../../../workers/cohorts.ts'
import { calledUpIn } from '../activities/called-up.ts'
import { dose1On, type Made, on } from '../activities/fixture.ts'
import {
  alarms,
  beginWatch,
  byMail,
  closeWatch,
  drain,
  endWatch,
  expectExactly,
  laterThan,
  look,
  lookFrom,
  mailDir,
  openWatch,
  somebody,
  town,
  world,
} from './watching.ts'

/** Pfizer of 2021-05-01: due on 05-22, and a mail a week before that. */
const preDueOn = on('2021-05-15')
const dueOn = on('2021-05-22')
const calledOn = on('2021-04-12')
const invitedOn = laterThan(calledOn, 60)

beforeAll(openWatch)
afterAll(closeWatch)
beforeEach(async () => {
  await beginWatch()
  await world.sql`
    update municipality_setting
       set pre_due_days = 7, invitation_after_days = 60, lot_recall_notices = true
     where municipality_code = ${town}`
})
afterEach(endWatch)

/** The worker's morning, its mails out, and the evening's letters printed. */
async function cohortsOf(day: PlainDate, ...mailed: Made[]): Promise<void> {
  world.setDay(day, 600)
  const { worker: sql, clock } = world
  await lookThroughTowns({ sql, clock, log: world.deps.log, wakeMailSender: () => {} })
  // Mails are spread over the morning.
  world.setDay(day, 900)
  for (const made of mailed) await drain(made)
  world.setDay(day, 1140)
  const { letters } = await world.seal(town, day)
  if (letters > 0) await world.print(town, day)
}

const calledUp = () => calledUpIn(world, { town }, calledOn)

async function counted(day: PlainDate): Promise<Record<string, number>> {
  const rows = await world.sql<{ what: string; count: number }[]>`
    select what, count from monitor_count where municipality_code = ${town} and day = ${day}`
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]))
}

describe('a mail before the due date', () => {
  test('that left is no difference, and counts', async () => {
    const made = await byMail()
    await look(laterThan(preDueOn, -1))
    await cohortsOf(preDueOn, made)
    await lookFrom(preDueOn, laterThan(dueOn, 3))
    expect(await alarms()).toEqual([])
    expect(await counted(preDueOn)).toEqual({ 'left.mail': 1 })
  })

  test('that nobody queued is missed the day after, and for a week after the due date', async () => {
    const made = await byMail()
    await lookFrom(laterThan(preDueOn, -1), preDueOn)
    expect(await alarms()).toEqual([])
    expect(await counted(preDueOn)).toEqual({ waiting: 1 })
    await look(laterThan(preDueOn, 1))
    await expectExactly('missed', made, 'nothingKnown')
    await lookFrom(laterThan(preDueOn, 2), laterThan(dueOn, 7))
    expect(await alarms()).toHaveLength(1)
    await look(laterThan(dueOn, 8))
    expect(await alarms()).toEqual([])
  })

  test('of which the journal knows nothing did not leave, whatever the sender says', async () => {
    const made = await byMail()
    await cohortsOf(preDueOn, made)
    for (const name of readdirSync(mailDir)) rmSync(join(mailDir, name))
    await lookFrom(preDueOn, laterThan(preDueOn, 1))
    await expectExactly('missed', made, 'saidLeft')
  })

  test('is known by its own id when the sender’s rows are gone', async () => {
    const made = await byMail()
    await cohortsOf(preDueOn, made)
    await world.sql`delete from notice_attempt where municipality_code = ${town}`
    await world.sql`delete from notice where municipality_code = ${town}`
    await lookFrom(preDueOn, laterThan(preDueOn, 2))
    expect(await alarms()).toEqual([])
  })

  test('that came back is not made good: the rounds follow', async () => {
    const made = await byMail()
    await cohortsOf(preDueOn, made)
    const [attempt] = await world.attempts(made.courseId)
    await world.sql`
      insert into mail_bounce (municipality_code, attempt_id, course_id, status, received_on, via, received_by)
      values (${town}, ${attempt!.id}, ${made.courseId}, '5.1.1', ${preDueOn}, 'folder', 'test')`
    await lookFrom(preDueOn, laterThan(preDueOn, 3))
    expect(await alarms()).toEqual([])
  })

  test('that is left out for a reason that no fact bears out', async () => {
    const made = await byMail()
    await cohortsOf(preDueOn, made)
    for (const name of readdirSync(mailDir)) rmSync(join(mailDir, name))
    await world.sql`
      update notice set state = 'suppressed', reason = 'mailOnly' where course_id = ${made.courseId}`
    await look(preDueOn)
    await expectExactly('suppressedWithoutReason', made, 'mailOnly')
  })

  test('is owed to nobody without an address, protected, sent home, between towns; nor too late', async () => {
    await somebody()
    const [hidden, sentHome, moving, late] = [
      await byMail(),
      await byMail(),
      await byMail(),
      await byMail(),
    ]
    await world.protect(hidden, dose1On)
    await world.sql`
      insert into screening (municipality_code, id, resident_id, course_id, screened_on, venue_code, scan_id)
      values (${town}, ${randomUUID()}, ${sentHome.residentId}, ${sentHome.courseId},
              ${laterThan(preDueOn, -1)}, '1310000001', ${randomUUID()})`
    await world.planToMoveOut(moving, laterThan(preDueOn, -1), laterThan(preDueOn, -2))
    // Confirmed on the due date: the next morning is too late.
    await world.sql`
      update mail_address set state = 'asked', verified_on = null
       where municipality_code = ${town} and resident_id = ${late.residentId}`
    await lookFrom(laterThan(preDueOn, -1), laterThan(dueOn, -1))
    await world.sql`
      update mail_address set state = 'verified', verified_on = ${dueOn}
       where municipality_code = ${town} and resident_id = ${late.residentId}`
    expect(await counted(preDueOn)).toEqual({
      'held.waitsAfterScreening': 1,
      'held.betweenMunicipalities': 1,
    })
    await lookFrom(dueOn, laterThan(dueOn, 2))
    expect(await alarms()).toEqual([])
  })

  test('is owed by no town that sends none', async () => {
    await world.sql`
      update municipality_setting set pre_due_days = 0 where municipality_code = ${town}`
    await byMail()
    await lookFrom(preDueOn, laterThan(preDueOn, 3))
    expect(await alarms()).toEqual([])
  })

  test('that leaves before its day was not owed', async () => {
    const made = await byMail()
    await cohortsOf(preDueOn, made)
    await world.sql`
      update municipality_setting set pre_due_days = 3 where municipality_code = ${town}`
    await look(preDueOn)
    await expectExactly('notOwed', made, 'tooEarly')
  })
})

describe('an invitation', () => {
  test('that left is no difference; whoever came, has no ticket or is protected gets none', async () => {
    const made = await calledUp()
    const dosed = await calledUp()
    await world.dose(dosed, 1, laterThan(invitedOn, -1))
    await world.replan(dosed.courseId, laterThan(invitedOn, -1))
    const noTicket = await calledUp()
    await world.sql`delete from ticket where resident_id = ${noTicket.residentId}`
    const hidden = await calledUp()
    await world.protect(hidden, calledOn)
    await look(laterThan(invitedOn, -1))
    await cohortsOf(invitedOn)
    await lookFrom(invitedOn, laterThan(invitedOn, 3))
    expect(await alarms()).toEqual([])
    expect(await world.attempts(made.courseId)).toHaveLength(1)
    expect(await counted(invitedOn)).toEqual({
      'left.letter': 1,
      'suppressed.protected': 1,
      byHandOpen: 1,
    })
  })

  test('that nobody queued is missed the day after, until it leaves late', async () => {
    const made = await calledUp()
    await lookFrom(laterThan(invitedOn, -1), laterThan(invitedOn, 1))
    await expectExactly('missed', made, 'nothingKnown')
    await cohortsOf(laterThan(invitedOn, 2))
    await look(laterThan(invitedOn, 2))
    expect(await alarms()).toEqual([{ kind: 'late', detail: null, courseId: made.courseId }])
  })

  test('left out for want of a ticket that stands', async () => {
    const made = await calledUp()
    await cohortsOf(invitedOn)
    rmSync(join(world.dataDir, 'letters'), { recursive: true, force: true })
    await world.sql`
      update notice set state = 'suppressed', reason = 'noTicket' where course_id = ${made.courseId}`
    await look(invitedOn)
    await expectExactly('suppressedWithoutReason', made, 'noTicket')
  })

  test('to somebody protected, and nobody was asked to bring it by hand', async () => {
    const made = await calledUp()
    await world.protect(made, calledOn)
    await cohortsOf(invitedOn)
    await world.sql`delete from task where course_id = ${made.courseId}`
    await lookFrom(invitedOn, laterThan(invitedOn, 2))
    await expectExactly('byHandMissing', made, null as never)
  })
})

describe('word of a recalled lot', () => {
  const knownOn = on('2021-08-27')
  const day = laterThan(knownOn, 1)
  let lotNumber = ''
  beforeEach(async () => {
    lotNumber = randomUUID().slice(0, 8)
    // Nothing else is owed to them by then.
    await world.sql`
      update municipality_setting set pre_due_days = 0, invitation_after_days = 0
       where municipality_code = ${town}`
    await look(laterThan(knownOn, -1))
  })

  /** Complete, of that lot: nothing but the recall is owed. */
  async function given(): Promise<Made> {
    const made = await somebody()
    await world.dose(made, 2, laterThan(dose1On, 21))
    await world.replan(made.courseId, knownOn)
    await world.sql`
      update dose set lot_number = ${lotNumber},
                      recorded_at = given_on::timestamp at time zone 'Asia/Tokyo' + interval '12 hours'
       where course_id = ${made.courseId}`
    return made
  }

  async function recalled(): Promise<void> {
    await world.sql`
      insert into lot (product_code, lot_number, recalled_on) values ('pfizer', ${lotNumber}, ${knownOn})`
    await world.sql`
      insert into lot_statement (product_code, lot_number, kind, on_day, known_from, told_by)
      values ('pfizer', ${lotNumber}, 'recall', ${knownOn}, ${knownOn}, 'test')`
  }

  test('that left is no difference; of two doses of one lot there is one word', async () => {
    const made = await given()
    await recalled()
    await cohortsOf(day)
    await lookFrom(knownOn, laterThan(day, 3))
    expect(await world.attempts(made.courseId)).toHaveLength(1)
    expect(await alarms()).toEqual([])
  })

  test('that nobody queued is missed the day after; lifted, it is owed no more', async () => {
    const made = await given()
    await recalled()
    await lookFrom(knownOn, laterThan(day, 1))
    await expectExactly('missed', made, 'nothingKnown')
    await world.sql`update lot set recalled_on = null where lot_number = ${lotNumber}`
    await look(laterThan(day, 2))
    expect(await alarms()).toEqual([])
  })

  test('to whoever wishes for no more doses a person brings it, and somebody must be asked to', async () => {
    const [asked, forgotten] = [await given(), await given()]
    for (const made of [asked, forgotten]) {
      await world.sql`update course set declined_from = ${knownOn} where id = ${made.courseId}`
      await world.replan(made.courseId, knownOn)
    }
    await recalled()
    await cohortsOf(day)
    await world.sql`delete from task where course_id = ${forgotten.courseId}`
    await lookFrom(day, laterThan(day, 2))
    await expectExactly('byHandMissing', forgotten, null as never)
  })

  test('left out as not recalled while the recall stands', async () => {
    const made = await given()
    await recalled()
    await cohortsOf(day)
    rmSync(join(world.dataDir, 'letters'), { recursive: true, force: true })
    await world.sql`
      update notice set state = 'suppressed', reason = 'lotNotRecalled' where course_id = ${made.courseId}`
    await look(day)
    await expectExactly('suppressedWithoutReason', made, 'lotNotRecalled')
  })
})
