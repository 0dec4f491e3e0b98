// What makes a notice wait or takes its place, in a real database: quiet days, hours, unkeyed paper, a call.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withPurpose } from '../../../db/client.ts'
import { claimMails } from '../../../db/queries/mail-attempts.ts'
import { addDays } from '../../../domain/calendar.ts'
import type { NoticeKind, PlainDate } from '../../../domain/course.ts'
import { lookThroughTowns } from '../../../workers/cohorts.ts'
import { sendingMoment } from '../../../workers/sending-moment.ts'
import { type Made, on, round1On, World } from '../activities/fixture.ts'

const mail = 'hanako@example.invalid'

let world: World
let town: string
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())
beforeEach(async () => {
  town = await world.newTown()
})

const set = (settings: Record<string, unknown>) =>
  world.sql`update municipality_setting set ${world.sql(settings)} where municipality_code = ${town}`

async function declarePaper(declaredOn: PlainDate, venue: string | null = null): Promise<string> {
  const id = randomUUID()
  await world.sql`
    insert into unkeyed_paper (municipality_code, id, venue_code, given_from, given_to, declared_on,
                               declared_by)
    values (${town}, ${id}, ${venue}, ${addDays(declaredOn, -20)}, ${declaredOn}, ${declaredOn}, 'test')`
  return id
}

async function toldByHand(made: Made, toldOn: PlainDate, kind: NoticeKind = 'reminder') {
  await world.sql`
    insert into manual_notice (municipality_code, id, resident_id, course_id, kind, told_on, told_by,
                               recorded_on, recorded_by)
    values (${made.town}, ${randomUUID()}, ${made.residentId}, ${made.courseId}, ${kind}, ${toldOn},
            'phone', ${toldOn}, 'test')`
}

describe('a quiet day', () => {
  test('postpones a round to the next day on which the town sends', async () => {
    // Round 1 falls due on a Sunday; the Monday is declared.
    await set({ quiet_weekdays: [0] })
    const monday = addDays(round1On, 1)
    await world.sql`insert into quiet_day values (${town}, ${monday}, '開庁記念日')`
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toEqual([])
    const step = { kind: 'reminder', round: 1, on: addDays(monday, 1) }
    expect(facts.steps).toContainEqual(expect.objectContaining(step))
    world.setDay(addDays(monday, 1))
    await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
  })
})

describe('a town’s hours', () => {
  const claims = () =>
    withPurpose(world.worker, { municipalityCode: [], purpose: 'claimMail' }, (tx) =>
      claimMails(tx, { atMost: 10, leaseMs: 0 }, sendingMoment(world.clock)),
    )

  test.each([
    ['before they begin', 479, 0],
    ['within', 480, 1],
    ['at their last minute', 1199, 1],
    ['after', 1200, 0],
  ])('%s', async (_, minute, mails) => {
    await set({ send_from_minute: 480, send_until_minute: 1200 })
    const made = await world.personWithDose({ town, mail })
    world.setDay(round1On)
    await world.sendNotice(made)
    world.setDay(round1On, minute)
    expect(await claims()).toHaveLength(mails)
    await world.sql`update notice_attempt set settled_at = now(), state = 'withdrawn'`
  })

  test('no mail leaves on a holiday that is quiet', async () => {
    await set({ holidays_are_quiet: true })
    const made = await world.personWithDose({ town, mail })
    world.setDay(round1On)
    await world.sendNotice(made)
    world.setDay(on('2021-07-22'))
    expect(await claims()).toHaveLength(0)
    world.setDay(on('2021-07-26'))
    expect(await claims()).toHaveLength(1)
    await world.sql`update notice_attempt set settled_at = now(), state = 'withdrawn'`
  })
})

describe('paper that is not keyed', () => {
  test('holds round 1 for fourteen days at most, and no longer by being declared again', async () => {
    await declarePaper(addDays(round1On, -2))
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([
      { state: 'held', reason: 'unkeyedPaper' },
    ])
    expect(facts.steps).toMatchObject([{ round: 1, on: addDays(round1On, 12) }])
    await declarePaper(addDays(round1On, 10))
    world.setDay(addDays(round1On, 12))
    const again = await world.sendNotice(made)
    expect(again.steps).toMatchObject([{ round: 1, on: addDays(round1On, 14) }])
    world.setDay(addDays(round1On, 14))
    await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
  })

  test('keyed, what waited leaves on the day after the cohorts were looked through', async () => {
    const id = await declarePaper(addDays(round1On, -2))
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(made)
    await world.sql`update unkeyed_paper set keyed_on = ${round1On}, keyed_by = 'test' where id = ${id}`
    const next = addDays(round1On, 1)
    world.setDay(next, 600)
    const { worker: sql, clock, deps } = world
    await lookThroughTowns({ sql, clock, log: deps.log, wakeMailSender: () => {} })
    expect(await world.news(made.courseId)).toHaveLength(1)
    await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
  })

  test('of a venue holds whoever was there; of another nobody', async () => {
    await world.sql`insert into venue (code, municipality_code, name) values ('1310000009', ${town}, '別会場')`
    const other = await declarePaper(addDays(round1On, -2), '1310000009')
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([{ state: 'queued' }])
    await world.sql`update unkeyed_paper set venue_code = '1310000001' where id = ${other}`
    const there = await world.personWithDose({ town })
    await world.sendNotice(there)
    expect(await world.notices(there.courseId)).toMatchObject([{ reason: 'unkeyedPaper' }])
    // The venue is every test's.
    await world.sql`update unkeyed_paper set keyed_on = ${round1On}, keyed_by = 'test' where id = ${other}`
  })
})

describe('told by hand', () => {
  test.each([
    [0, 'suppressed'],
    [3, 'suppressed'],
    [4, 'queued'],
  ])('%i days before the round is due: %s', async (ago, state) => {
    const made = await world.personWithDose({ town })
    await toldByHand(made, addDays(round1On, -ago))
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    const notices = await world.notices(made.courseId)
    expect(notices).toMatchObject([{ state }])
    if (state === 'suppressed') expect(notices[0]!.reason).toBe('toldByHand')
    expect(facts.steps).toMatchObject([{ round: 2, on: addDays(round1On, 14) }])
  })

  test('between queue and seal it takes the letter back; of another kind it replaces nothing', async () => {
    const called = await world.personWithDose({ town })
    const other = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(called)
    await world.sendNotice(other)
    await toldByHand(called, round1On)
    await toldByHand(other, round1On, 'lotRecall')
    expect(await world.seal(town, round1On)).toEqual({ letters: 1 })
    expect(await world.notices(called.courseId)).toMatchObject([{ reason: 'toldByHand' }])
    expect(await world.notices(other.courseId)).toMatchObject([{ state: 'left' }])
  })
})

test('a changed setting leaves a row that says who, from what, to what', async () => {
  await set({ pre_due_days: 5, quiet_weekdays: [0, 6] })
  await world.sql`insert into quiet_day values (${town}, '2021-07-04', '選挙')`
  const rows = await world.sql`
    select name, before, after from setting_change where municipality_code = ${town} order by id`
  expect(rows).toMatchObject([
    { name: 'pre_due_days', before: '0', after: '5' },
    { name: 'quiet_weekdays', before: '[]', after: '[0, 6]' },
    { name: 'quiet_day', before: null, after: '2021-07-04' },
  ])
})
