/** Proves: the worklist names nobody, counts beside every total with ages, filters by its address. */
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../../db/client.ts'
import { deleteDue } from '../../../db/retention/delete-due.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { dailyClasses } from '../../../domain/retention.ts'
import { aResident, aScan, otherTown, type SeededResident, town } from '../../support/town.ts'
import { aToldDose, type Desk, openDesk } from '../../support/unattached.ts'

let desk: Desk
let holder: SeededResident
let held: string
let courseId: string

beforeAll(async () => {
  desk = await openDesk()
  holder = await aResident(desk.db, { family: '一覧', kana: 'イチラン タロウ' })
  const scan = aScan(holder, { readBy: 'typed' })
  held = scan.scanId
  await desk.post('/api/v1/scans', scan)
  await desk.post('/api/v1/scans', aScan({ municipalityCode: town, ticketNumber: '9999999999' }))
  const person = { name: '一覧 太郎', kana: 'イチラン タロウ', bornOn: '1950-05-05' }
  await desk.post('/api/v1/doses/without-ticket', aToldDose({ person }))
  const dosed = await aResident(desk.db)
  await desk.post('/api/v1/scans', aScan(dosed))
  const [course] = await desk.db.sql`
    select id from course where home_resident_id = ${dosed.residentId}`
  courseId = course!.id
  for (const kind of ['followUp', 'toldVaccinated']) await aTask(kind, dosed.residentId)
  await desk.db.sql`update scan set received_on = '2021-07-01' where id = ${held}`
})
afterAll(() => desk?.close())

async function aTask(kind: string, residentId: string, ofCourse = courseId): Promise<string> {
  const id = randomUUID()
  await desk.db.sql`
    insert into task (municipality_code, id, kind, course_id, resident_id, occasion, opened_on)
    values (${town}, ${id}, ${kind}, ${ofCourse}, ${residentId}, ${randomUUID()}, '2021-07-02')`
  return id
}

describe('the list', () => {
  test('counts each kind with its oldest, as JSON and beside the totals of the town’s page', async () => {
    const { body } = await desk.get('/api/v1/worklist')
    expect(body.counts).toEqual({
      held: { items: 1, oldestOn: '2021-07-01' },
      waiting: { items: 1, oldestOn: '2021-07-05' },
      ticketless: { items: 1, oldestOn: '2021-07-05' },
      tasks: { items: 2, oldestOn: '2021-07-02' },
    })
    expect(body.items).toMatchObject([
      { id: held, why: 'birthYearMissing', sinceOn: '2021-07-01', owner: town, kind: 'typed' },
    ])
    const { html } = await desk.page(`/towns/${town}?lang=en`, 'clerk')
    expect(html).toContain('Besides: 1 held, 1 waiting for their ticket')
    expect(html).toContain('1 doses told without a ticket')
    expect(html).toContain('Held scans: the oldest 4 days ago')
  })

  test('says what is wrong and since when, and names nobody', async () => {
    const pages = await Promise.all(
      ['held', 'waiting', 'ticketless', 'tasks'].map((todo) =>
        desk.page(`/worklist?todo=${todo}&lang=en`),
      ),
    )
    const [first, second, third, fourth] = pages.map(({ html }) => html)
    expect(first).toContain('Without a birth year it is not certain whose it is.')
    expect(first).toContain('4 days ago')
    expect(first).toContain(`/worklist/scans/${held}?lang=en`)
    expect(second).toContain('No ticket of this number is registered.')
    expect(third).toContain('One person has this kana and birth date.')
    expect(fourth).toContain('Follow up the second dose')
    for (const { html } of pages) {
      for (const word of ['一覧 太郎', 'イチラン', holder.ticketNumber]) {
        expect(html).not.toContain(word)
      }
    }
  })

  test('of tasks leaves a look at everybody whom one is about', async () => {
    await desk.get('/api/v1/worklist?todo=tasks')
    const [row] = await desk.db.sql`
      select count(*)::int as looks from ledger_inbox
       where purpose = 'resolve' and course_id = ${courseId} and fields = '{tasks}'`
    expect(row!.looks).toBeGreaterThanOrEqual(2)
  })

  test('is filtered by its address, and an empty one says when it was looked at', async () => {
    const { body } = await desk.get('/api/v1/worklist?todo=tasks&kind=followUp')
    expect(body.items.map((item: { kind: string }) => item.kind)).toEqual(['followUp'])
    expect((await desk.page('/worklist?todo=held&kind=nw7')).html).toContain(
      '0件です（最終確認 12:00）',
    )
    expect((await desk.page('/worklist?todo=nonsense&since=x&id=y')).status).toBe(200)
    expect((await desk.get('/api/v1/worklist?todo=nonsense')).status).toBe(422)
  })

  test('goes on page by page, oldest first, each item once', async () => {
    const row = (n: number) => desk.db.sql`
      insert into task (municipality_code, id, kind, occasion, opened_on, opened_at)
      values (${otherTown}, ${randomUUID()}, 'issueTicket', ${randomUUID()}, '2021-07-01',
              timestamptz '2021-07-01 00:00:00.000001+00' + ${n % 7} * interval '1 microsecond')`
    for (let n = 0; n < 55; n++) await row(n)
    const path = '/api/v1/worklist?todo=tasks'
    const first = (await desk.get(path, 'clerkElsewhere')).body
    const second = (
      await desk.get(`${path}&after=${encodeURIComponent(first.next)}`, 'clerkElsewhere')
    ).body
    const ids = [...first.items, ...second.items].map((item: { id: string }) => item.id)
    expect([first.items.length, second.items.length, new Set(ids).size]).toEqual([50, 5, 55])
    expect(second.next).toBeUndefined()
    const { html } = await desk.page('/worklist?todo=tasks', 'clerkElsewhere')
    expect(html).toContain('次のページ')
  })
})

describe('a task', () => {
  const rowOf = async (id: string) =>
    (await desk.db.sql`select done_by as by, outcome from task where id = ${id}`)[0]

  test('is closed with an outcome, by its form and over HTTP, once', async () => {
    const [one, two] = [
      await aTask('followUp', holder.residentId),
      await aTask('noticeByHand', holder.residentId),
    ]
    const bare = await desk.press(`/worklist/tasks/${one}`, {})
    expect(bare.to).toBe('/worklist?todo=tasks&said=malformed')
    const done = await desk.press(`/worklist/tasks/${one}`, { outcome: 'reached' })
    expect(done.to).toBe('/worklist?todo=tasks&said=taskDone')
    expect(await rowOf(one)).toEqual({ by: desk.ids.clerk, outcome: 'reached' })
    const path = `/api/v1/tasks/${two}/settle`
    expect((await desk.post(path, { outcome: 'lost' }, 'clerk')).status).toBe(422)
    expect((await desk.post(path, { outcome: 'notNeeded' }, 'clerkElsewhere')).status).toBe(404)
    expect((await desk.post(path, { outcome: 'notNeeded' }, 'clerk')).status).toBe(200)
    expect((await desk.post(path, { outcome: 'notNeeded' }, 'clerk')).status).toBe(404)
    const looks = await desk.looks(holder.residentId)
    expect(looks.filter(({ purpose }) => purpose === 'resolve')).not.toEqual([])
  })
})

describe('a task of a course', () => {
  const aCourse = async () => {
    const resident = await aResident(desk.db)
    const { residentId } = resident
    await desk.post('/api/v1/scans', aScan(resident))
    const [row] = await desk.db.sql`select id from course where home_resident_id = ${residentId}`
    return { id: row!.id as string, residentId }
  }
  const taskOf = (course: { id: string; residentId: string }, kind: string) =>
    aTask(kind, course.residentId, course.id)
  const stateOf = async (id: string) =>
    (
      await desk.db.sql`
        select stage, closed_because as because, reminders_wait_until::text as until
          from course where id = ${id}`
    )[0]
  const settle = (id: string, outcome: string) =>
    desk.post(`/api/v1/tasks/${id}/settle`, { outcome }, 'clerk')

  test('ends the wait with the last open search alone', async () => {
    const course = await aCourse()
    const [one, two] = [await taskOf(course, 'findDose'), await taskOf(course, 'toldVaccinated')]
    await desk.db.sql`update course set reminders_wait_until = '2021-08-02' where id = ${course.id}`
    expect((await settle(one, 'notReached')).status).toBe(200)
    expect(await stateOf(course.id)).toMatchObject({ until: '2021-08-02' })
    expect((await settle(two, 'notReached')).status).toBe(200)
    expect(await stateOf(course.id)).toMatchObject({ until: null })
  })

  test('declines the course, once; where there is none to decline it stays open', async () => {
    const course = await aCourse()
    const [one, two] = [await taskOf(course, 'followUp'), await taskOf(course, 'noticeByHand')]
    expect((await settle(one, 'declined')).status).toBe(200)
    expect(await stateOf(course.id)).toMatchObject({ stage: 'closed', because: 'declined' })
    const again = await settle(two, 'declined')
    expect([again.status, again.body.code]).toEqual([409, 'courseIsOver'])
    const pressed = await desk.press(`/worklist/tasks/${two}`, { outcome: 'declined', lang: 'en' })
    expect(pressed.to).toBe('/worklist?todo=tasks&said=courseIsOver&lang=en')
    expect((await desk.page(pressed.to)).html).toContain('The course is over already')
    const [row] = await desk.db.sql`select done_at is null as open from task where id = ${two}`
    expect(row!.open).toBe(true)
  })

  test('waits for a scan that has the course, and does not hold what that scan needs', async () => {
    const course = await aCourse()
    const task = await taskOf(course, 'findDose')
    let settled: ReturnType<typeof settle> | undefined
    await desk.db.sql.begin(async (tx) => {
      await tx`select from course where id = ${course.id} for update`
      settled = settle(task, 'recordFound')
      await setTimeout(300)
      await tx`set local lock_timeout = '500ms'`
      await tx`update task set done_at = now(), done_by = 'system', outcome = 'doseRecorded'
                where id = ${task}`
    })
    expect((await settled)?.status).toBe(404)
    const [row] = await desk.db.sql`select outcome from task where id = ${task}`
    expect(row!.outcome).toBe('doseRecorded')
  })
})

test('what named somebody is deleted when its time is over, and the fact stays', async () => {
  const sql = connect(desk.db.urls.sesshu_worker, { name: 'test-retain', max: 1 })
  const due = (name: string, before: string) =>
    deleteDue(sql, dailyClasses.find((one) => one.name === name)!, {
      day: '2022-08-01' as PlainDate,
      before: before as PlainDate,
    })
  try {
    const begun = await desk.press('/keying', {
      ...{ venueCode: '1310400018', givenOn: '20210609', givenOnAgain: '20210609' },
      ...{ productCode: 'pfizer', lotNumber: 'TEST01', slipsExpected: '1', sumExpected: '' },
    })
    const pile = begun.to.split('/')[2]!
    const fields = {
      number: holder.ticketNumber,
      numberAgain: holder.ticketNumber,
      doseNumber: '1',
    }
    await desk.press(`${begun.to}/slips`, { ...fields, born: '1950', slipKind: 'vaccination' })
    expect(await due('unattachedScans', '2021-08-01')).toBe(3)
    expect(await due('keyedDrafts', '2021-08-01')).toBe(1)
    expect(await due('unattachedKeys', '2021-08-01')).toBeGreaterThanOrEqual(3)
    const [left] = await desk.db.sql`
      select (select count(*)::int from ticketless_dose where stated is not null) as stated,
             (select count(*)::int from keying_slip where batch_id = ${pile}) as slips,
             (select count(*)::int from resident_key where resident_id = ${pile}) as keys`
    expect(left).toEqual({ stated: 0, slips: 0, keys: 0 })
  } finally {
    await sql.end()
  }
  const { html } = await desk.page(`/worklist/scans/${held}?lang=en`)
  expect(html).toContain('Deleted: more than a year has passed.')
  expect((await desk.get('/api/v1/worklist')).body.counts.held.items).toBe(1)
})
