/**
 * Clerks at the pages of returned post and of the telephone: real rows after two real rounds of letters,
 * forms pressed as a browser presses them, and the pages looked at in one.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callNoMore } from '../../api/returned-keeper.ts'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { envelopeMarkOf } from '../../domain/envelope-mark.ts'
import { testApi } from '../support/api.ts'
import { browserPath, launchBrowser, serveApp } from '../support/browser.ts'
import { as, type Staff, seedStaff, sessionOf } from '../support/credentials.ts'
import { type Site, startSite } from '../support/pages-site.ts'
import { aResident, aScan, type SeededResident, seedTowns, town } from '../support/town.ts'
import { on, World } from './activities/fixture.ts'

/** The day on which the site's clock stands. */
const today = on('2021-07-05')
const dosedOn = on('2021-04-01')
const round1On = addDays(dosedOn, 43)
const round2On = addDays(round1On, 14)
const followUpOn = addDays(round2On, 14)

type Someone = SeededResident & { family: string; courseId: string; taskId: string }

let world: World
let site: Site
let staff: Record<Staff, string>
let old: Someone
let middle: Someone
let young: Someone
let kept: Someone
let letters: string[]

beforeAll(async () => {
  world = await World.open()
  await seedTowns(world.sql)
  staff = await seedStaff(world.sql)
  const api = testApi(world.db, dosedOn)
  const people: Someone[] = []
  for (const bornOn of ['1985-05-05', '1931-05-05', '1950-05-05', '1940-05-05']) {
    const family = `電話${bornOn.slice(0, 4)}`
    const person = await aResident(world.db, { bornOn, family, given: '花子' })
    await api.post('/api/v1/scans', aScan(person, { givenOn: dosedOn, productCode: 'pfizer' }))
    const [course] = await world.sql`
      select id from course where home_resident_id = ${person.residentId}`
    people.push({ ...person, family, courseId: course!.id, taskId: '' })
  }
  await api.close()
  for (const day of [round1On, round2On]) await evening(people, day)
  for (const person of people) {
    world.setDay(followUpOn)
    const step = (await world.facts(person.courseId)).steps.find(({ kind }) => kind === 'followUp')
    const asked = { courseId: person.courseId, step, workflowNowMs: 0 }
    await world.activities.openFollowUp(asked as never)
    const [task] = await world.sql`
      select id from task where course_id = ${person.courseId} and kind = 'followUp'`
    person.taskId = task!.id
  }
  ;[young, old, middle, kept] = people as [Someone, Someone, Someone, Someone]
  const attempts = await world.attempts(young.courseId)
  letters = attempts.map(({ id }) => id)
  await world.protect({ town, residentId: kept.residentId }, on('2021-07-01'))
  site = startSite(world.db, { isDemo: false })
})
afterAll(async () => {
  await site?.close()
  await world?.close()
})

async function evening(people: Someone[], day: PlainDate): Promise<void> {
  world.setDay(day)
  for (const { courseId } of people) {
    const { steps } = await world.facts(courseId)
    const step = steps.find(({ kind }) => kind === 'reminder')
    await world.activities.sendNotice({ courseId, step, workflowNowMs: 0 } as never)
  }
  world.setDay(day, 1140)
  const { letters } = await world.seal(town, day)
  if (letters > 0) await world.print(town, day)
}

async function show(path: string, who: Staff = 'clerk') {
  const response = await site.app.request(path, { headers: as(who) })
  return { status: response.status, text: await response.text() }
}

/** Where a form leads. */
async function press(path: string, form: Record<string, string>, who: Staff = 'clerk') {
  const response = await site.app.request(path, {
    method: 'POST',
    headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  return { status: response.status, to: response.headers.get('location') ?? '' }
}

const called = (person: Someone, outcome: string, more: Record<string, string> = {}) =>
  press(`/follow-ups/${person.taskId}/calls`, { outcome, callId: randomUUID(), ...more })

const lineOf = (text: string, { taskId }: Someone) => text.indexOf(taskId.slice(0, 8))

const tasksOf = ({ residentId }: Someone) => world.sql`
  select kind, done_at is not null as done, outcome from task
   where resident_id = ${residentId} order by opened_at, kind`

describe('the telephone', () => {
  test('lists older people first, names nobody, leaves protected people out and counts them', async () => {
    await world.sql`delete from ledger_inbox`
    const { status, text } = await show('/follow-ups')
    expect(status).toBe(200)
    expect(lineOf(text, old)).toBeGreaterThan(0)
    expect(lineOf(text, middle)).toBeGreaterThan(lineOf(text, old))
    expect(lineOf(text, young)).toBeGreaterThan(lineOf(text, middle))
    expect(lineOf(text, kept)).toBe(-1)
    expect(text).not.toMatch(/電話19|花子/)
    expect(text).toContain('支援措置のため電話しない人 1人')
    expect((await show(`/follow-ups/${kept.taskId}`)).status).toBe(404)
    expect((await show(`/follow-ups/${old.taskId}`, 'clerkElsewhere')).status).toBe(404)
    const looks = await world.sql`
      select distinct resident_id from ledger_inbox where purpose = 'phoneFollowUp'`
    expect(looks).toHaveLength(3)
  })

  test('one press opens the oldest that nobody has; a colleague gets the next; it is handed over', async () => {
    const mine = await press('/follow-ups/next', {})
    expect(mine.to).toBe(`/follow-ups/${old.taskId}`)
    expect((await press('/follow-ups/next', {}, 'municipalAdministrator')).to).toBe(
      `/follow-ups/${middle.taskId}`,
    )
    // Pressed again, it is still the one in hand.
    expect((await press('/follow-ups/next', {})).to).toBe(mine.to)
    const to = staff.secondAdministrator
    expect((await press(`${mine.to}/holder`, { to })).to).toContain('said=handed')
    const list = await show('/follow-ups?show=mine', 'secondAdministrator')
    expect(lineOf(list.text, old)).toBeGreaterThan(0)
    const stranger = await press(`${mine.to}/holder`, { to: staff.clerkElsewhere })
    expect(stranger.to).toContain('said=unknownColleague')
    await press(`${mine.to}/holder`, { to: '' })
  })

  test('whoever is opened is looked at; a number is sealed, and gone when it was wrong', async () => {
    await world.sql`delete from ledger_inbox`
    const path = `/follow-ups/${old.taskId}`
    const bare = await show(path)
    expect(bare.text).toContain(`${old.family} 花子`)
    expect(bare.text).toContain('1931年5月5日')
    expect(bare.text).toContain('住民登録には電話番号がない')
    const looks = await world.sql<{ fields: string[] }[]>`
      select fields from ledger_inbox where resident_id = ${old.residentId}`
    expect(looks.some(({ fields }) => fields.includes('phone'))).toBe(true)

    expect((await press(`${path}/phone`, { number: '12', source: 'person' })).to).toContain(
      'said=phoneForm',
    )
    const number = '03（0000）9876'
    await press(`${path}/phone`, { number, source: 'screeningForm' })
    expect((await show(path)).text).toContain('03-0000-9876')
    const [row] = await world.sql`select number from contact_phone`
    expect(Buffer.from(row!.number).toString('latin1')).not.toContain('0300009876')

    expect((await called(old, 'wrongNumber')).to).toContain('said=called')
    expect(await world.sql`select from contact_phone`).toHaveLength(0)
    // Still to be called today.
    expect(lineOf((await show('/follow-ups')).text, old)).toBeGreaterThan(0)
  })

  test('not reached, the next try is tomorrow or as agreed; the same press twice is one call', async () => {
    const callId = randomUUID()
    const once = { callId, nextTryOn: '2021-07-09' }
    await called(old, 'notReached', once)
    await called(old, 'notReached', once)
    const [work] = await world.sql`
      select tries, next_try_on::text as next from follow_up_work where task_id = ${old.taskId}`
    expect(work).toEqual({ tries: 2, next: '2021-07-09' })
    expect((await called(old, 'notReached', { nextTryOn: '2022-01-01' })).to).toContain(
      'said=nextTryTooLate',
    )
    expect(lineOf((await show('/follow-ups')).text, old)).toBe(-1)
    expect(lineOf((await show('/follow-ups?show=all')).text, old)).toBeGreaterThan(0)
    await called(old, 'willCome')
    const [later] = await world.sql`
      select next_try_on::text as next from follow_up_work where task_id = ${old.taskId}`
    expect(later!.next).toBe('2021-07-19')
    const { text } = await show('/follow-ups')
    expect(text).toMatch(/出なかった <strong>1件/)
  })

  test('says to have had it: the record is looked for; does not wish: the course is closed', async () => {
    expect((await called(middle, 'alreadyHadIt')).to).toContain('/follow-ups?said=done')
    expect(await tasksOf(middle)).toMatchObject([
      { kind: 'followUp', done: true, outcome: 'reached' },
      { kind: 'findDose', done: false },
    ])
    expect((await called(old, 'declines')).to).toContain('said=done')
    expect(await world.facts(old.courseId)).toMatchObject({
      stage: 'closed',
      closedBecause: 'declined',
    })
    expect(await tasksOf(old)).toMatchObject([{ done: true, outcome: 'declined' }])
  })
})

describe('returned post', () => {
  test('a mark scanned by hand stops letters; the envelope is compared, another address entered', async () => {
    await world.sql`delete from ledger_inbox`
    const mark = envelopeMarkOf(letters[1]!, 1, 1)
    const scan = (form: object) => press('/returned', { reason: 'noNamePlate', ...form })
    expect((await scan({ mark: 'ZZZ' })).to).toBe(
      '/returned?said=letterNotFound&reason=noNamePlate',
    )
    expect((await scan({ mark })).to).toBe('/returned?said=recorded&reason=noNamePlate')
    expect((await scan({ mark: letters[1]!.slice(0, 8) })).to).toContain('said=repeat')
    const list = await show('/returned')
    const path = /\/returned\/[0-9a-f-]{36}/.exec(list.text)![0]
    expect(list.text).not.toMatch(/電話19|花子/)
    const one = await show(path)
    expect(one.text).toContain(`${young.family} 花子`)
    expect(one.text).toContain('見本町')
    expect((await show(path, 'clerkElsewhere')).status).toBe(404)
    const looks = await world.sql<{ fields: string[] }[]>`
      select fields from ledger_inbox where purpose = 'returnedPost' and 'address' = any(fields)`
    expect(looks.length).toBeGreaterThan(0)

    expect((await press(`${path}/settle`, { as: 'noFurther' })).to).toContain('addressStillWrong')
    const address = { postcode: '160-0022', address: '架空県架空市新町2-2 様方' }
    expect((await press(`${path}/address`, address)).to).toContain('addressGroundMissing')
    const done = await press(`${path}/address`, { ...address, ground: 'ownRequest' })
    expect(done.to).toBe(`${path}?said=addressEntered`)
    expect((await show('/returned?show=ended')).text).toContain('新しい送付先を入れた')
    const [stop] = await world.sql`
      select address_stopped_on as on from resident where id = ${young.residentId}`
    expect(stop!.on).toBeNull()
  })

  test('over HTTP as on the page', async () => {
    const body = { mark: letters[0]!, reason: 'refused' }
    const send = (path: string, sent: object) =>
      site.app.request(`/api/v1${path}`, {
        method: 'POST',
        headers: { ...as('clerk'), 'content-type': 'application/json' },
        body: JSON.stringify(sent),
      })
    const first = await send('/returned-letters', body)
    expect(first.status).toBe(201)
    const { id, ...told } = (await first.json()) as { id: string }
    expect(told).toMatchObject({ stops: false, letter: { kind: 'reminder', round: 1 } })
    expect((await send('/returned-letters', body)).status).toBe(200)
    expect((await send(`/returned-letters/${id}/settle`, { as: 'noFurther' })).status).toBe(200)
    expect((await send(`/returned-letters/${id}/settle`, { as: 'noFurther' })).status).toBe(409)
    const listed = await site.app.request('/api/v1/follow-ups?show=all', { headers: as('clerk') })
    expect(await listed.json()).toMatchObject({
      counts: { protected: 1 },
      items: [{ ageClass: 35 }],
    })
  })
})

test.skipIf(!browserPath)('every page fits 320 px, in Japanese and in English', async () => {
  const { id } = (await world.sql`select id from returned_letter limit 1`)[0]!
  const paths = ['/returned', `/returned/${id}`, '/follow-ups', `/follow-ups/${young.taskId}`]
  const screens = process.env.SESSHU_SCREENS
  const served = await serveApp(site.app)
  const browser = await launchBrowser()
  try {
    for (const width of screens ? [320, 1280] : [320]) {
      const context = await browser.newContext({ viewport: { width, height: 900 } })
      await context.addCookies([{ name: 'sesshu', value: sessionOf('clerk'), url: served.url }])
      const page = await context.newPage()
      for (const [i, path] of paths.entries()) {
        for (const lang of ['ja', 'en']) {
          const answer = await page.goto(`${served.url}${path}?lang=${lang}`)
          expect([path, answer?.status()]).toEqual([path, 200])
          const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
          expect([path, lang, width, overflow]).toEqual([path, lang, width, 0])
          if (!screens) continue
          mkdirSync(screens, { recursive: true })
          await page.screenshot({
            path: join(screens, `returned-${i}-${lang}-${width}.png`),
            fullPage: true,
          })
        }
      }
      await context.close()
    }
  } finally {
    await browser.close()
    await served.close()
  }
})

test('whoever came after all is called no more', async () => {
  const person = { courseId: young.courseId, town, residentId: young.residentId }
  await world.sql`
    insert into venue (code, municipality_code, name) values ('1310000001', ${town}, '架空会場')
    on conflict do nothing`
  await world.dose(person, 2, today)
  await world.replan(young.courseId, today)
  expect(await callNoMore({ sql: site.sql })).toBe(1)
  expect((await tasksOf(young))[0]).toMatchObject({ done: true, outcome: 'notNeeded' })
})
