// A protected person's course on a screen: its own town's clerk sees what was given and what is owed, and
// no place; nobody else sees that there is such a course.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { as, seedStaff } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import {
  movedIn,
  openRegister,
  openVenue,
  type Register,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  told,
  towns,
  venueCode,
} from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let db: SealedDatabase
let register: Register
let site: Site

beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, '2021-07-05')
  await openVenue(register)
  await seedStaff(db.sql)
  await db.sql`update account set office = ${towns.B} where login in ('clerk', 'municipaladministrator')`
  await db.sql`update account set office = ${towns.A} where login = 'clerkelsewhere'`
  site = startSite(db, { isDemo: false })
})
afterAll(async () => {
  await register?.close()
  await site?.close()
  await db?.drop()
})

async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
}

/** A dose and a screening in A, then B; a dose there as well, of B's own sheet. */
async function moved() {
  const person = somebody()
  await ok('/residents', { residents: [residentOf(person, 'A')] })
  const [first, second] = [sheetOf(person, 'A', '2021-04-01'), sheetOf(person, 'B', '2021-06-21')]
  await ok('/tickets', { tickets: [first] })
  await ok('/scans', scanOf(first, 1, '2021-06-01'))
  await ok('/moves', told(person, 'A', { kind: 'moveOutNotified', plannedOn: '2021-06-20' }))
  const inB = { ...movedIn(person, 'B', 'A', '2021-06-20'), householdNumber: `H${person.number}` }
  await ok('/moves', inB)
  await ok('/tickets', { tickets: [second] })
  const { line, ...screened } = scanOf(second, 2, '2021-06-25')
  await ok('/scans', { ...screened, line: line.replace(/^2/, '1') })
  await ok('/scans', scanOf(second, 2, '2021-07-01'))
  const [row] = await db.sql`
    select distinct c.id from course c join course_link l on l.course_id = c.id
      join resident r on (r.municipality_code, r.id) = (l.municipality_code, l.resident_id)
     where r.register_number = ${`B${person.number}`}`
  return { person, path: `/courses/${row!.id as string}` }
}

const show = async (path: string, who: Parameters<typeof as>[0], lang = '?lang=en') => {
  const answer = await site.app.request(`${path}${lang}`, { headers: as(who) })
  return { status: answer.status, text: await answer.text() }
}
const mainOf = (text: string) => text.slice(text.indexOf('<main'), text.indexOf('</main>'))

async function isMasked(path: string) {
  for (const [who, lang] of [
    ['clerk', ''],
    ['clerk', '?lang=en'],
    ['municipalAdministrator', ''],
  ] as const) {
    const { status, text } = await show(path, who, lang)
    expect(status).toBe(200)
    const shown = mainOf(text)
    for (const place of [venueCode, towns.A, '見本町']) expect(shown).not.toContain(place)
    // Its own town's name stands at the head of the page alone, where the reader comes from.
    expect(shown.slice(0, shown.indexOf('id="facts"'))).not.toContain(towns.B)
    expect(shown).toContain(lang ? 'Dose 1' : '1回目')
    expect(shown).toContain('MIHON01')
  }
  const elsewhere = await show(path, 'clerkElsewhere')
  const unknown = await show('/courses/00000000-0000-4000-8000-000000000000', 'clerkElsewhere')
  expect(elsewhere.status).toBe(404)
  expect(mainOf(elsewhere.text)).toBe(mainOf(unknown.text))
  const operator = await show(path, 'operator')
  for (const detail of [venueCode, towns.A, 'MIHON01']) {
    expect(mainOf(operator.text)).not.toContain(detail)
  }
  for (const who of ['printOperator', 'venueStaff', 'supervisoryAuthority'] as const) {
    expect((await show(path, who)).status).toBe(403)
  }
}

test('T14: of a protected person and of who lives with one, no venue and no town is shown', async () => {
  const [own, living] = [await moved(), await moved()]
  const open = mainOf((await show(own.path, 'clerk')).text)
  for (const place of [venueCode, towns.A, towns.B]) expect(open).toContain(place)

  await ok('/protections', told(own.person, 'B', { from: '2021-07-01' }))
  await isMasked(own.path)

  const housemate = somebody()
  const householdNumber = `H${living.person.number}`
  await ok('/residents', { residents: [residentOf(housemate, 'B', { householdNumber })] })
  await ok('/protections', told(housemate, 'B', { from: '2021-07-01' }))
  await isMasked(living.path)
})
