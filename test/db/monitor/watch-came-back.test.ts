// What left and came back has not left: a bounced mail, a void letter, a letter that the post returned, each
// in real rows beside the real journal and real manifests. Silence after it arrives as a real alarm mail.

import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import { recordReturn } from '../../../db/queries/returned/record.ts'
import { settleReturn } from '../../../db/queries/returned/settle.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { envelopeMarkOf } from '../../../domain/envelope-mark.ts'
import { readLetterMark } from '../../../domain/returned-post.ts'
import { startBounceKeeper } from '../../../workers/bounces.ts'
import { rewriteAddress } from '../../support/people.ts'
import { type Made, round1On } from '../activities/fixture.ts'
import {
  alarms,
  beginWatch,
  byMail,
  closeWatch,
  endWatch,
  expectExactly,
  laterThan,
  look,
  lookFrom,
  openWatch,
  send,
  somebody,
  town,
  world,
} from './watching.ts'

let api: Sql
beforeAll(async () => {
  await openWatch()
  api = connect(world.db.urls.sesshu_api, { name: 'test api', max: 2 })
})
afterAll(async () => {
  await api?.end({ timeout: 1 })
  await closeWatch()
})
beforeEach(beginWatch)
afterEach(endWatch)

const evening = 1140
const backOn = laterThan(round1On, 3)

/** What a mail server said of the last mail of this course. */
async function bounced(made: Made, day: PlainDate): Promise<void> {
  const [attempt] = (await world.attempts(made.courseId)).slice(-1)
  await world.sql`
    insert into mail_bounce (municipality_code, attempt_id, course_id, status, received_on, via, received_by)
    values (${town}, ${attempt!.id}, ${made.courseId}, '5.1.1', ${day}, 'folder', 'test')`
}

async function keeperRuns(day: PlainDate): Promise<void> {
  world.setDay(day)
  const { worker: sql, clock, dataDir } = world
  const keeper = startBounceKeeper({ sql, clock, log: world.deps.log, dataDir }, 5)
  await expect
    .poll(() => world.sql`select from mail_bounce where settled_on is null`, { timeout: 10_000 })
    .toHaveLength(0)
  await keeper.stop()
}

async function letterLeaves(day: PlainDate): Promise<void> {
  world.setDay(day, evening)
  await world.seal(town, day)
  await world.print(town, day)
}

async function returned(made: Made, day: PlainDate): Promise<string> {
  const [letter] = (await world.attempts(made.courseId)).slice(-1)
  const mark = readLetterMark(envelopeMarkOf(letter!.id, 1, 1))!
  world.setDay(day)
  const { id } = await recordReturn(
    api,
    { municipalityCode: town, mark, reason: 'addressUnknown' },
    day,
  )
  return id
}

async function counted(day: PlainDate): Promise<Record<string, number>> {
  const rows = await world.sql<{ what: string; count: number }[]>`
    select what, count from monitor_count where municipality_code = ${town} and day = ${day}`
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]))
}

describe('a mail that came back', () => {
  test('and nothing followed: it has not left', async () => {
    const made = await byMail()
    await send(made)
    await look(round1On)
    await bounced(made, backOn)
    await lookFrom(backOn, laterThan(backOn, 1))
    await expectExactly('missed', made, 'saidLeft')
    expect(await counted(laterThan(backOn, 1))).toMatchObject({ cameBack: 1, missed: 1 })
  })

  test('its letter follows: nothing is missed, nothing left twice; round 2 counts from the letter', async () => {
    const made = await byMail()
    await send(made)
    await look(round1On)
    await bounced(made, backOn)
    await keeperRuns(backOn)
    await letterLeaves(backOn)
    for (const days of [0, 1, 13]) await look(laterThan(backOn, days))
    expect(await alarms()).toEqual([])
    await lookFrom(laterThan(backOn, 14), laterThan(backOn, 15))
    await expectExactly('missed', made, 'nothingKnown')
    const [effect] = await world.sql`
      select channel, sent from reminder_effect where municipality_code = ${town}`
    expect({ ...effect }).toEqual({ channel: 'letter', sent: 1 })
  })

  test('on the day on which it left: the day’s line has no mail', async () => {
    const made = await byMail()
    await send(made)
    await bounced(made, round1On)
    await look(round1On)
    expect(await counted(round1On)).toEqual({ cameBack: 1, waiting: 1 })
  })

  test('after a later round had left, it is over', async () => {
    const made = await byMail()
    await send(made)
    await look(round1On)
    const [first] = await world.attempts(made.courseId)
    await send(made, 2, laterThan(round1On, 14))
    await world.sql`
      insert into mail_bounce (municipality_code, attempt_id, course_id, status, received_on, via, received_by)
      values (${town}, ${first!.id}, ${made.courseId}, '5.1.1', ${laterThan(round1On, 15)}, 'folder', 'test')`
    for (const days of [14, 15, 16, 20]) await look(laterThan(round1On, days))
    expect(await alarms()).toEqual([])
  })
})

test('a letter that came back from the former town has not left; nothing followed it to the new one', async () => {
  const made = await somebody()
  await send(made)
  await look(round1On)
  await world.moveTo(made, await world.newTown(), laterThan(round1On, 1))
  await returned(made, backOn)
  await lookFrom(backOn, laterThan(backOn, 1))
  expect(await alarms()).toMatchObject([{ kind: 'missed', courseId: made.courseId }])
})

test('a letter that was void before it was posted has not left', async () => {
  const made = await somebody()
  await send(made)
  await world.sql`
    update notice_attempt set state = 'withdrawn', reason = 'reprinted'
     where notice_id in (select id from notice where course_id = ${made.courseId})`
  await lookFrom(round1On, laterThan(round1On, 1))
  await expectExactly('missed', made, 'saidLeft')
})

describe('a letter that the post returned', () => {
  test('waits for an address as a figure of its own, and no longer than nobody knows one', async () => {
    const made = await somebody()
    await send(made)
    await look(round1On)
    await returned(made, backOn)
    for (const days of [0, 1, 10]) await look(laterThan(backOn, days))
    expect(await alarms()).toEqual([])
    expect(await counted(laterThan(backOn, 10))).toEqual({
      'held.addressReturned': 1,
      cameBack: 1,
    })
    // The register tells a newer one, and the keeper that should see it sleeps.
    const newOn = laterThan(backOn, 11)
    const row = { municipalityCode: town, residentId: made.residentId }
    await rewriteAddress(world.db, row, {
      ...{ postcode: '9990077', address: '架空県架空市新町7-7', fromOn: newOn },
    })
    await lookFrom(newOn, laterThan(newOn, 1))
    await expectExactly('missed', made, 'saidHeld')
  })

  test('the stop is lifted and its task stays open: that excuses nobody', async () => {
    const made = await somebody()
    await send(made)
    await look(round1On)
    await returned(made, backOn)
    await look(backOn)
    await world.sql`
      update returned_letter set ended_on = ${backOn}, ended_at = now(), ended_by = 'test',
                                 ended_because = 'sameAddressAgain'`
    await lookFrom(laterThan(backOn, 1), laterThan(backOn, 2))
    await expectExactly('missed', made, 'saidHeld')
  })

  test('nobody was asked to look for the address: that is no excuse either', async () => {
    const made = await somebody()
    await send(made)
    await look(round1On)
    await returned(made, backOn)
    await world.sql`delete from task where course_id = ${made.courseId}`
    await lookFrom(backOn, laterThan(backOn, 1))
    await expectExactly('missed', made, 'saidHeld')
  })

  test('sent once more it has left; a third one is once too often', async () => {
    const made = await somebody()
    await send(made)
    await look(round1On)
    const id = await returned(made, backOn)
    await settleReturn(api, { municipalityCode: town, id }, 'sameAddressAgain', backOn)
    world.setDay(backOn)
    await world.sendNotice(made, world.reminder(made, 1, round1On))
    await letterLeaves(backOn)
    await lookFrom(backOn, laterThan(backOn, 1))
    expect(await alarms()).toEqual([])
    expect(await counted(backOn)).toEqual({ 'left.letter': 1 })
    const [attempt] = (await world.attempts(made.courseId)).slice(-1)
    const third = randomUUID()
    await world.sql`
      insert into notice_departure (source, channel, notice_id, attempt_id, left_on, left_at, pages, batch_town)
      select ${third}, 'letter', notice_id, ${third}, ${laterThan(backOn, 2)}, now(), 1, ${town}
        from notice_attempt where id = ${attempt!.id}`
    await look(laterThan(backOn, 2))
    await expectExactly('sentTwice', made, 'otherAttempt')
  })
})
