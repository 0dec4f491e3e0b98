/**
 * The mailing accidents of 2021 and 2022, each by the name of its town: told over HTTP, planned, queued,
 * sealed and printed by the real activities, and read back from the text of the PDF. In each of them
 * somebody stands beside who must get the letter, so that a batch that holds nobody proves nothing.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Sql } from '../../db/client.ts'
import { checkFile } from '../../db/queries/ticket-runs.ts'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { sealManifest } from '../../letters/manifest.ts'
import { testApi } from '../support/api.ts'
import { as, type Staff, seedStaff } from '../support/credentials.ts'
import { clerkOf } from '../support/mended.ts'
import { openPrinting, type Printing } from '../support/printing.ts'
import { aResident, aScan, type SeededResident, seedTowns, town } from '../support/town.ts'
import { readPdf } from '../unit/letters/read-pdf.ts'
import { on, World } from './activities/fixture.ts'

let world: World
let api: ReturnType<typeof testApi>
let clerk: ReturnType<typeof clerkOf>
let printing: Printing
let pages: Sql
beforeAll(async () => {
  world = await World.open()
  await seedTowns(world.sql)
  await seedStaff(world.sql)
  // As every database but a demo's is: a wave takes two people.
  await world.sql`update wave_setting set one_opens = false`
  api = testApi(world.db, dosedOn)
  clerk = clerkOf(api.app)
  printing = openPrinting(world.db)
  pages = connect(world.db.urls.sesshu_api, { name: 'test pages', max: 1 })
  const range = { municipalityCode: town, first: '5000000000', last: '5000000999' }
  await api.put('/api/v1/number-ranges', range)
})
afterAll(async () => {
  await printing?.close()
  await pages?.end({ timeout: 1 })
  await api?.close()
  await world?.close()
})

type Someone = SeededResident & { name: string; courseId: string; doseId: string }

/** Pfizer: overdue 22 days later, and reminded of 21 days after that. */
const dosedOn = on('2021-05-01')
const afterDays = 43

const setDay = (day: PlainDate, minute = 540) => {
  api.setDay(day)
  world.setDay(day, minute)
}

let people = 0
/** Somebody of a name that nobody else bears, with a first dose recorded on that day. */
async function dosed(
  givenOn: PlainDate,
  options: Parameters<typeof aResident>[1] = {},
  recordedOn = givenOn,
): Promise<Someone> {
  people += 1
  const name = { family: `架空${people}`, given: `番${people}子` }
  const person = await aResident(world.db, { ...name, ...options })
  setDay(recordedOn)
  const { status, body } = await api.post('/api/v1/scans', aScan(person, { givenOn }))
  expect(status).toBe(201)
  const [dose] = await world.sql`
    select course_id from dose where id = ${body.doseId} and resident_id = ${person.residentId}`
  const printed = `${name.family}${name.given}様`
  return { ...person, name: printed, courseId: dose!.course_id, doseId: body.doseId }
}

/** As a course's workflow does it when a step's moment has come. */
async function sendDue(...who: Someone[]): Promise<void> {
  for (const { courseId } of who) {
    const { steps } = await world.facts(courseId)
    const step = steps.find(({ kind }) => kind === 'reminder')
    if (step) await world.activities.sendNotice({ courseId, step, workflowNowMs: 0 } as never)
  }
}

/** The pages of one evening, each without white space. `batchOn` is the reference date that is asked for. */
async function evening(day: PlainDate, batchOn = day): Promise<string[]> {
  setDay(day, 1140)
  const { letters } = await world.seal(town, batchOn)
  if (letters > 0) await world.print(town, batchOn)
  const path = join(world.dataDir, 'letters', `${town}-${batchOn}.pdf`)
  if (!existsSync(path)) return []
  const { pages } = await readPdf(new Uint8Array(readFileSync(path)))
  return pages.map(({ flat }) => flat)
}

const manifestOf = (batchOn: PlainDate) =>
  JSON.parse(
    readFileSync(join(world.dataDir, 'letters', `${town}-${batchOn}.manifest.json`), 'utf8'),
  )

/** Whose names stand on any of the pages, in the order given. */
const named = (pages: string[], who: { name: string }[]) =>
  who.filter(({ name }) => pages.some((page) => page.includes(name))).map(({ name }) => name)

const reasonOf = async ({ courseId }: Someone) =>
  (await world.notices(courseId)).map(({ state, reason }) => [state, reason])

async function die(person: SeededResident, day: PlainDate): Promise<void> {
  const { municipalityCode, registerNumber } = person
  const told = { eventId: randomUUID(), municipalityCode, registerNumber, on: day, notifiedOn: day }
  const { status } = await api.post('/api/v1/deaths', told)
  expect(status).toBeLessThan(300)
}

async function moveOut(person: SeededResident, day: PlainDate): Promise<void> {
  const { municipalityCode, registerNumber } = person
  const told = { eventId: randomUUID(), kind: 'moveOutNotified', municipalityCode, registerNumber }
  const { status } = await api.post('/api/v1/moves', { ...told, plannedOn: day, notifiedOn: day })
  expect(status).toBeLessThan(300)
}

async function moveAbroad(person: SeededResident, day: PlainDate): Promise<void> {
  const { municipalityCode, registerNumber } = person
  const told = { eventId: randomUUID(), kind: 'movedAbroad', municipalityCode, registerNumber }
  const { status } = await api.post('/api/v1/moves', { ...told, effectiveOn: day, notifiedOn: day })
  expect(status).toBeLessThan(300)
}

describe('Koshigaya: a wrong reference-date year, letters to 1,678 dead and 3,409 moved-out', () => {
  test('whatever year a batch is asked for, the seal looks at today’s register', async () => {
    const [alive, dead, movedOut, abroad] = [
      await dosed(dosedOn),
      await dosed(dosedOn),
      await dosed(dosedOn),
      await dosed(dosedOn),
    ]
    const who = [alive, dead, movedOut, abroad]
    const dueOn = addDays(dosedOn, afterDays)
    setDay(dueOn)
    // All four are owed a reminder, and queued, before the register tells anything.
    await sendDue(...who)
    await die(dead, dueOn)
    await moveOut(movedOut, dueOn)
    await moveAbroad(abroad, dueOn)

    // The year before: no letter had been queued by then.
    expect(await evening(dueOn, on('2020-06-13'))).toEqual([])
    // The year after, asked for today: sealed by what is known now, and dated so.
    const batchOn = on('2022-06-13')
    const pages = await evening(dueOn, batchOn)
    expect(named(pages, who)).toEqual([alive.name])
    expect(pages).toHaveLength(1)
    expect(pages[0]).toContain(`/R1/${dueOn}`)
    expect(manifestOf(batchOn).totals).toMatchObject({ letters: 1, pages: 1 })
    expect(await reasonOf(dead)).toEqual([['suppressed', 'deceased']])
    expect(await reasonOf(movedOut)).toEqual([['held', 'betweenMunicipalities']])
    expect(await reasonOf(abroad)).toEqual([['suppressed', 'movedAbroad']])
  })

  test('sheets of tickets, whatever day they are printed by: none of the dead, none of those who left', async () => {
    setDay(on('2021-05-10'))
    const who: (SeededResident & { name: string })[] = []
    for (let i = 0; i < 4; i += 1) {
      people += 1
      const name = { family: `架空${people}`, given: `番${people}子` }
      const person = await aResident(world.db, name)
      const { municipalityCode, registerNumber } = person
      const asked = { issueId: randomUUID(), reason: 'lost', municipalityCode, registerNumber }
      expect((await api.post('/api/v1/tickets/issue', asked)).status).toBe(201)
      who.push({ ...person, name: `${name.family}${name.given}` })
    }
    const [alive, dead, abroad, later] = who
    const { body } = await api.post('/api/v1/tickets/print', { municipalityCode: town })
    expect(body.sheets).toBe(4)
    await die(dead!, on('2021-05-10'))
    await moveAbroad(abroad!, on('2021-05-10'))
    // The printer's day is a year wrong.
    expect(await printing.printAsked('2020-05-10')).toMatchObject([{ sheets: 2, withdrawn: 2 }])
    const printed = await printing.pages(town, body.runId)
    expect(named(printed, who)).toEqual([alive!.name, later!.name])
    // Somebody dies before the file is taken out: it is made anew without them.
    await die(later!, on('2021-05-10'))
    const run = { municipalityCode: town, runId: body.runId }
    expect(await checkFile(pages, run, on('2020-05-10'))).toBe('overtaken')
    await printing.printAsked('2020-05-10')
    expect(named(await printing.pages(town, body.runId), who)).toEqual([alive!.name])
  })
})

describe('Nagaoka: 124 sent before the interval had passed', () => {
  test('a timer that fires early queues nothing, and no evening before the day holds the letter', async () => {
    const givenOn = on('2021-07-01')
    const person = await dosed(givenOn)
    const dueOn = addDays(givenOn, afterDays)
    for (const early of [addDays(givenOn, 22), addDays(dueOn, -1)]) {
      setDay(early)
      await sendDue(person)
      expect(await world.notices(person.courseId)).toEqual([])
      expect(named(await evening(early), [person])).toEqual([])
    }
    setDay(dueOn)
    await sendDue(person)
    expect(named(await evening(dueOn), [person])).toEqual([person.name])
  })

  test('a first dose that was later than recorded takes its letter out of tonight’s batch', async () => {
    const givenOn = on('2021-09-01')
    const reallyOn = addDays(givenOn, 20)
    const [person, other] = [await dosed(givenOn, {}, reallyOn), await dosed(givenOn)]
    const dueOn = addDays(givenOn, afterDays)
    setDay(dueOn)
    await sendDue(person, other)
    const corrected = await clerk.change('correct', person.doseId, {
      ...{ reason: 'wrongDate', givenOn: reallyOn },
    })
    expect(corrected).toMatchObject({ status: 200 })
    expect(named(await evening(dueOn), [person, other])).toEqual([other.name])
    const rightOn = addDays(reallyOn, afterDays)
    setDay(rightOn)
    await sendDue(person)
    expect(named(await evening(rightOn), [person])).toEqual([person.name])
  })
})

describe('Joetsu: 70 minors, then 961 who were not eligible', () => {
  const call = async (who: Staff, path: string, body?: object) => {
    const answer = await api.app.request(`/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { ...as(who), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }

  test('a child with a dose that its age forbids, by a misread number, is written to by nobody', async () => {
    const givenOn = on('2021-11-01')
    const [child, grownUp] = [
      await dosed(givenOn, { bornOn: '2013-05-05' }),
      await dosed(givenOn, { bornOn: '1950-05-05' }),
    ]
    const dueOn = addDays(givenOn, afterDays)
    setDay(dueOn)
    await sendDue(child, grownUp)
    expect(named(await evening(dueOn), [child, grownUp])).toEqual([grownUp.name])
    expect(await reasonOf(child)).toEqual([['suppressed', 'ageInQuestion']])
    expect(await world.tasks(child.courseId)).toMatchObject([{ kind: 'noticeByHand' }])
  })

  test('a wave typed with a wrong year shows how many it calls up, and opens nothing for one person', async () => {
    setDay(on('2021-04-12'))
    const born = { minor: '2010-01-01', young: '1990-01-01', old: '1930-05-05' }
    const who: SeededResident[] = []
    for (const bornOn of Object.values(born)) who.push(await aResident(world.db, { bornOn }))
    const wave = (bornOnOrBefore: string) => ({
      waveId: randomUUID(),
      municipalityCode: town,
      bornOnOrBefore,
    })
    const right = await call('clerk', '/waves', wave('1957-04-01'))
    const wrong = await call('clerk', '/waves', wave('2015-04-01'))
    const seen = right.body.count
    expect(wrong.body.count.atMost - seen.atMost).toBeGreaterThanOrEqual(2)
    const release = (who: Staff, waveId: string) =>
      call(who, `/waves/${waveId}/release`, {
        count: { atLeast: seen.atLeast, atMost: seen.atMost },
      })
    // Whoever releases says how many they have seen: the number of the wave that was meant is refused.
    const { waveId } = wrong.body
    expect(await release('clerk', waveId)).toMatchObject({ status: 403 })
    expect(await release('municipalAdministrator', waveId)).toMatchObject({
      status: 409,
      body: { code: 'waveCountMoved' },
    })
    const open = () => world.sql`
      select from course_link where resident_id = any(${who.map((p) => p.residentId)}::uuid[])`
    expect(await open()).toHaveLength(0)
    expect(await release('municipalAdministrator', right.body.waveId)).toMatchObject({
      status: 200,
    })
  })

  test('of those who had no dose nobody gets a letter, called up or not', async () => {
    const givenOn = on('2021-12-01')
    const called = await dosed(givenOn)
    const nobody = await aResident(world.db, { family: '未接種', given: '花子' })
    const dueOn = addDays(givenOn, afterDays)
    setDay(dueOn)
    await sendDue(called)
    const pages = await evening(dueOn)
    expect(named(pages, [called, { name: '未接種花子様' }])).toEqual([called.name])
    const owed = await world.sql`select from notice where resident_id = ${nobody.residentId}`
    expect(owed).toHaveLength(0)
  })
})

describe('Iwaki: three people’s letters in one envelope', () => {
  test('three of one household: three letters, each page of one person, with that person’s own mark', async () => {
    const givenOn = on('2022-01-05')
    const home = { address: '見本町同居番地' }
    const three = [
      await dosed(givenOn, home),
      await dosed(givenOn, home),
      await dosed(givenOn, home),
    ]
    const dueOn = addDays(givenOn, afterDays)
    setDay(dueOn)
    await sendDue(...three)
    const pages = await evening(dueOn)
    expect(pages).toHaveLength(3)
    const letters = await Promise.all(three.map(({ courseId }) => world.attempts(courseId)))
    for (const [i, { name }] of three.entries()) {
      const own = pages.filter((page) => page.includes(name))
      expect(own).toHaveLength(1)
      // Nobody else stands on it, by name, by letter or by the number to ask with.
      for (const [j, other] of three.entries()) {
        const id = letters[j]![0]!.id
        expect([i, j, own[0]!.includes(other.name)]).toEqual([i, j, i === j])
        expect([i, j, own[0]!.includes(id)]).toEqual([i, j, i === j])
      }
    }
    const { letters: listed, totals } = manifestOf(dueOn)
    expect(totals).toMatchObject({ letters: 3, pages: 3 })
    const ids = letters.map(([attempt]) => attempt!.id).sort()
    expect(listed.map(({ letterId }: { letterId: string }) => letterId).sort()).toEqual(ids)
    expect(listed.map(({ pages }: { pages: number }) => pages)).toEqual([1, 1, 1])
  })

  test('a batch in which two pages are one letter’s, or a page nobody’s, does not leave', () => {
    const letter = () => ({
      ...{ letterId: randomUUID(), noticeId: randomUUID(), kind: 'reminder' as const },
      ...{ round: 1, campaignDate: dosedOn },
    })
    const [one, two] = [letter(), letter()]
    const seal = (index: { letterId: string; page: number; pages: number }[]) =>
      sealManifest({
        ...{ batchId: 'batch', municipalityCode: town, date: dosedOn, letters: [one, two] },
        referenceOn: dosedOn,
        rendered: { pdf: new Uint8Array(), index },
      })
    const page = ({ letterId }: { letterId: string }, page: number) => ({
      letterId,
      page,
      pages: 1,
    })
    expect(seal([page(one, 1), page(two, 2)]).totals.letters).toBe(2)
    expect(() => seal([page(one, 1), page(one, 2)])).toThrow('two pages')
    expect(() => seal([page(one, 1), page(letter(), 2)])).toThrow('unknown letter')
    expect(() => seal([page(one, 1)])).toThrow('2 letters, 1 rendered')
  })
})
