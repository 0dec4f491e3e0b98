// T14: a flag that comes between any two of queue, seal and print, of the person or of somebody who
// shares the household, leaves no letter and one task. Proved over random schedules on real PostgreSQL,
// by the PDF's own text, and with reports and evenings running into each other.

import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import { recordReport } from '../../../db/queries/moves.ts'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { type Made, round1On, World } from '../activities/fixture.ts'

let world: World
let api: Sql
beforeAll(async () => {
  world = await World.open()
  api = connect(world.db.urls.sesshu_api, { name: 'test api', max: 6 })
})
afterAll(async () => {
  await api.end({ timeout: 1 })
  await world.close()
})

const evening = 1140

async function live(made: Made, household: number): Promise<void> {
  await world.sql`
    insert into household_member (municipality_code, resident_id, from_on, household)
    values (${made.town}, ${made.residentId}, '2020-01-01', ${Buffer.alloc(16, household)})`
}

/** As the register tells it, under the api's own role, acknowledged when it returns. */
async function protect(made: Made, from: PlainDate = round1On): Promise<void> {
  const [row] = await world.sql`
    select register_number as number from resident
     where municipality_code = ${made.town} and id = ${made.residentId}`
  await recordReport(
    { sql: api, vault: world.db.vault },
    {
      kind: 'protected',
      eventId: randomUUID(),
      municipalityCode: made.town,
      registerNumber: row!.number,
      from,
    },
    round1On,
  )
}

async function pagesOf(town: string): Promise<string[]> {
  const path = join(world.dataDir, 'letters', `${town}-${round1On}.pdf`)
  if (!existsSync(path)) return []
  const pdf = await getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 }).promise
  const pages: string[] = []
  for (let page = 1; page <= pdf.numPages; page += 1) {
    const { items } = await (await pdf.getPage(page)).getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(''))
  }
  await pdf.destroy()
  return pages
}

function manifestOf(town: string) {
  const path = join(world.dataDir, 'letters', `${town}-${round1On}.manifest.json`)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

const moments = [
  'beforeQueue',
  'beforeDryRun',
  'beforeSeal',
  'beforePrint',
  'afterPrint',
  'never',
] as const
type Moment = (typeof moments)[number]

const schedule = fc.array(
  fc.record({ household: fc.constantFrom(0, 1, 2), flaggedAt: fc.constantFrom(...moments) }),
  { minLength: 1, maxLength: 4 },
)

test('T14: over random schedules, whoever is covered before the print has no letter and one task', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (people) => {
      const town = await world.newTown()
      const made: Made[] = []
      for (const [i, { household }] of people.entries()) {
        const person = await world.personWithDose({ town, address: `架空県秘密町${i}の7` })
        // 0 lives alone
        if (household > 0) await live(person, household)
        made.push(person)
      }
      const flag = async (moment: Moment) => {
        for (const [i, person] of people.entries()) {
          if (person.flaggedAt === moment) await protect(made[i]!)
        }
      }
      await flag('beforeQueue')
      world.setDay(round1On)
      for (const person of made) await world.sendNotice(person)
      world.setDay(round1On, evening)
      await flag('beforeDryRun')
      const batch = { municipalityCode: town, batchOn: round1On, workflowNowMs: 0 }
      await world.activities.nextBatchStep(batch)
      await flag('beforeSeal')
      const { letters: sealed } = await world.seal(town, round1On)
      await flag('beforePrint')
      if (sealed > 0) await world.print(town, round1On)
      await flag('afterPrint')

      const pages = await pagesOf(town)
      const manifest = manifestOf(town)
      let letters = 0
      for (const [i, { household }] of people.entries()) {
        const own = people.filter(
          (other, j) => j === i || (household > 0 && other.household === household),
        )
        const first = Math.min(...own.map((other) => moments.indexOf(other.flaggedAt)))
        const isCovered = first <= moments.indexOf('beforePrint')
        const { courseId } = made[i]!
        const [notice] = await world.notices(courseId)
        const attempts = await world.attempts(courseId)
        expect(await world.tasks(courseId)).toHaveLength(isCovered ? 1 : 0)
        expect(notice).toMatchObject(
          isCovered ? { state: 'suppressed', reason: 'protected' } : { state: 'left' },
        )
        const mentions = pages.filter((page) => page.includes(`秘密町${i}の7`))
        expect(mentions).toHaveLength(isCovered ? 0 : 1)
        if (!isCovered) letters += 1
        const withdrawn =
          manifest?.withdrawn.map(({ letterId }: { letterId: string }) => letterId) ?? []
        const isWithdrawn = first === moments.indexOf('beforePrint')
        expect(withdrawn.includes(attempts[0]?.id)).toBe(isWithdrawn)
      }
      expect(pages).toHaveLength(letters)
      expect(manifest?.letters.length ?? 0).toBe(letters)
      const kept = await world.sql`select from letter_content where municipality_code = ${town}`
      expect(kept).toHaveLength(0)
    }),
    { numRuns: 14 },
  )
}, 240_000)

describe('T14: a report that meets', () => {
  test.each(['seal', 'print'] as const)(
    'the %s is seen, or acknowledged after it',
    async (step) => {
      for (let round = 0; round < 4; round += 1) {
        const town = await world.newTown()
        const [mother, child] = [
          await world.personWithDose({ town }),
          await world.personWithDose({ town }),
        ]
        for (const each of [mother, child]) await live(each, 9)
        world.setDay(round1On)
        for (const each of [mother, child]) await world.sendNotice(each)
        world.setDay(round1On, evening)
        if (step === 'print') await world.seal(town, round1On)
        await Promise.all([protect(mother), world[step](town, round1On)])
        await world.seal(town, round1On)
        await world.print(town, round1On)

        const pages = await pagesOf(town)
        const states = await Promise.all(
          [mother, child].map(({ courseId }) => world.notices(courseId)),
        )
        const left = states.filter(([notice]) => notice!.state === 'left')
        expect(pages).toHaveLength(left.length)
        const tasks = await Promise.all(
          [mother, child].map(({ courseId }) => world.tasks(courseId)),
        )
        expect(tasks.flat()).toHaveLength(2 - left.length)
      }
    },
    120_000,
  )

  test('a seal that holds a child’s course waits for it, though it is about the mother', async () => {
    const town = await world.newTown()
    const [mother, child] = [
      await world.personWithDose({ town }),
      await world.personWithDose({ town }),
    ]
    for (const each of [mother, child]) await live(each, 8)
    let told: Promise<void> | undefined
    let isAcknowledged = false
    await world.sql.begin(async (tx) => {
      await tx`select from course where id = ${child.courseId} for update`
      told = protect(mother).then(() => {
        isAcknowledged = true
      })
      await world.untilSomeoneWaits()
      expect(isAcknowledged).toBe(false)
    })
    await told
    expect(isAcknowledged).toBe(true)
  })
})

test('T14: a batch withdrawn whole has a manifest that says so, and no page, of an earlier print either', async () => {
  const town = await world.newTown()
  const made = await world.personWithDose({ town })
  world.setDay(round1On)
  await world.sendNotice(made)
  world.setDay(round1On, evening)
  await world.seal(town, round1On)

  const contents = await world.sql`select * from letter_content where municipality_code = ${town}`
  await world.print(town, round1On)
  expect(await pagesOf(town)).toHaveLength(1)
  // As if it had been killed between its files and its commit.
  await world.sql`
    update letter_batch set state = 'sealed', pages = null, pdf_sha256 = null, printed_at = null
     where municipality_code = ${town}`
  await world.sql`update notice_attempt set pages = null where municipality_code = ${town}`
  for (const row of contents) await world.sql`insert into letter_content ${world.sql(row)}`
  await protect(made)

  world.setDay(addDays(round1On, 1))
  expect(await world.print(town, round1On)).toEqual({ pages: 0 })
  expect(await pagesOf(town)).toEqual([])
  const [attempt] = await world.attempts(made.courseId)
  expect(attempt).toMatchObject({ state: 'withdrawn', reason: 'protected' })
  const [notice] = await world.notices(made.courseId)
  expect(manifestOf(town)).toMatchObject({
    letters: [],
    withdrawn: [{ letterId: attempt!.id, noticeId: notice!.id }],
    totals: { letters: 0, pages: 0 },
    pdfSha256: null,
  })
  expect(await world.tasks(made.courseId)).toHaveLength(1)
})
