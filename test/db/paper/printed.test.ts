// Paper as clerks use it: a stack of printed forms that becomes scans, a register of which the changed page is
// printed, and the pages on which both are asked for.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Scope, withPurpose } from '../../../db/client.ts'
import { countLeftOut, readCandidates } from '../../../db/queries/paper/dose-forms.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { browserPath, launchBrowser, serveApp } from '../../support/browser.ts'
import { sessionOf } from '../../support/credentials.ts'
import { visible } from '../../support/letters.ts'
import { openPaper, type Paper } from '../../support/paper.ts'
import { aResident, otherTown, type SeededResident, town, venue } from '../../support/town.ts'
import { hasPdftoppm, pageAsPicture, readAll } from '../../unit/letters/read-codes.ts'
import { readPdf } from '../../unit/letters/read-pdf.ts'

const screens = process.env.SESSHU_SCREENS

let paper: Paper
let { db, site, worker }: Pick<Paper, 'db' | 'site' | 'worker'> = {} as Paper

beforeAll(async () => {
  paper = await openPaper()
  ;({ db, site, worker } = paper)
})
afterAll(() => paper?.close())

describe.skipIf(!hasPdftoppm)('a stack of dose forms', () => {
  test('comes back as scans: read from the printed pixels, once each, and no other number', async () => {
    const [ito, aoki, hidden, other] = [
      await aResident(db, { family: '伊藤', kana: 'イトウ ハナ' }),
      await aResident(db, { family: '青木', kana: 'アオキ ハナ' }),
      await aResident(db, { family: '隠田', kana: 'オンダ ハナ' }),
      await aResident(db),
    ]
    for (const person of [ito, aoki, hidden]) await paper.aCourse(person)
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${hidden.residentId}, '2021-01-01')`
    const form = { venueCode: venue, givenOn: '2021-07-05', doseNumber: '1' }
    expect((await paper.post('clerk', '/paper/forms', form)).to).toContain('said=asked')
    const { row, bytes } = await paper.fetched()
    expect(row).toMatchObject({ rows: 2, left_out: 1 })
    const { pages } = await readPdf(bytes)
    expect(pages.map(({ flat }) => /氏名(..)/.exec(flat)?.[1])).toEqual(['青木', '伊藤'])
    expect(pages.some(({ flat }) => flat.includes('隠田') || flat.includes('見本町'))).toBe(false)
    const lines: string[] = []
    for (const page of [1, 2]) {
      const [code] = await readAll(pageAsPicture(bytes, page))
      lines.push(code!.text)
    }
    expect(lines).toEqual([aoki, ito].map(({ ticketNumber }) => `21${town}${ticketNumber}`))
    const path = `/paper/${row.id}`
    expect(visible((await site.get(`${path}?lang=en`, 'clerk')).text)).toContain(
      '0 of 2 forms are back',
    )
    const read = {
      ...{
        productCode: 'pfizer',
        lotNumber: 'TEST01',
        givenOn: '2021-07-05',
        result: 'vaccination',
      },
      lines: [lines[1], lines[1], `21${town}${other.ticketNumber}`, '12345'].join('\r\n'),
    }
    const first = await paper.post('clerk', `${path}/scans`, read)
    expect(first.status).toBe(200)
    for (const said of ['recorded', 'read before', 'not a form of this batch', 'not 18 digits']) {
      expect(first.text).toContain(said)
    }
    expect(first.text).toContain('1 of 2 forms are back')
    const doses = async (person: SeededResident) =>
      (await db.sql`select from dose where resident_id = ${person.residentId}`).length
    expect([await doses(ito), await doses(aoki), await doses(other)]).toEqual([1, 0, 0])
    const second = await paper.post('clerk', `${path}/scans`, { ...read, lines: lines.join('\n') })
    expect(second.text).toContain('All forms are back.')
    expect([await doses(ito), await doses(aoki)]).toEqual([1, 1])
    expect((await site.get(path, 'clerkElsewhere')).status).toBe(404)
    // Nobody waits for a first dose any more.
    await paper.post('clerk', '/paper/forms', form)
    await paper.make()
    expect(visible((await site.get('/paper?lang=en', 'clerk')).text)).toContain(
      'Nobody with a ticket',
    )
  })
})

test('whoever has no sheet takes nobody’s place among dose forms', async () => {
  const people = [await aResident(db), await aResident(db), await aResident(db)]
  for (const person of people) await paper.aCourse(person)
  const [bare, first, second] = people.sort((a, b) =>
    a.registerNumber < b.registerNumber ? -1 : 1,
  )
  await db.sql`
    update ticket set revoked_on = '2021-07-01', revoked_because = 'moved'
     where resident_id = ${bare!.residentId}`
  const day = '2021-07-05' as PlainDate
  const ask = { municipalityCode: town, day, doseNumber: 1, givenOn: day }
  const [before] = await db.sql<{ after: string }[]>`
    select coalesce(max(register_number), '') as after from resident
     where municipality_code = ${town} and register_number < ${bare!.registerNumber}`
  const scope: Scope = { municipalityCode: town, purpose: 'printPaper', look: [] }
  const found = await withPurpose(worker, scope, async (tx) => {
    const start = { ...ask, ...before! }
    const two = await readCandidates(tx, { ...start, atMost: 2 })
    const last = two.at(-1)!.registerNumber
    return { two, leftOut: await countLeftOut(tx, start, last), last }
  })
  expect(found.two.map(({ residentId }) => residentId)).toEqual([
    first!.residentId,
    second!.residentId,
  ])
  expect(found.leftOut).toBe(1)
})

test('of a printed register, the page of whoever was dosed since is printed alone', async () => {
  const names = ['アイダ', 'イトウ', 'カトウ', 'ガモウ', 'サトウ', 'ワダ']
  const people: SeededResident[] = []
  for (const [i, name] of [...names, ...names, ...names, ...names, ...names].entries()) {
    const person = await aResident(db, { kana: `${name} ハナ${i}`, given: `花${i}` })
    await paper.scan(person)
    people.push(person)
  }
  const all = await paper.approvedFile({ file: 'registerPrint', pages: 'changed' })
  const { pages } = await readPdf(all.bytes)
  // As pieces of text: the code of a page may hold an R and digits, too.
  const printed = pages.flatMap(({ texts }) => texts.map(({ text }) => text.trim()))
  const placed = printed.flatMap((number) => {
    const at = people.findIndex(({ registerNumber }) => registerNumber === number)
    return at < 0 ? [] : [at % names.length]
  })
  // アイダ before イトウ, ガモウ after カトウ, ワダ last; everybody once.
  expect(placed).toEqual(people.map((_, i) => i % names.length).sort((a, b) => a - b))
  expect(all.row.pages).toBeGreaterThan(3)
  // Not said to be in the binder yet: all of it again.
  const unbound = await paper.approvedFile({ file: 'registerPrint', pages: 'changed' })
  expect(unbound.row.pages).toBe(all.row.pages)
  // Nobody has bound what nobody fetched; and what was fetched may be bound though the file is gone.
  const bind = () => paper.post('clerk', `/exports/${unbound.row.id}/done`, { bound: '1' })
  await db.sql`update office_file set fetched_at = null where id = ${unbound.row.id}`
  expect((await bind()).to).toContain('/paper?said=notFound')
  expect((await site.get('/paper?lang=en', 'clerk')).text).toContain('Remove without binding')
  await db.sql`
    update office_file set fetched_at = now(), state = 'gone', wrapped = null
     where id = ${unbound.row.id}`
  expect((await bind()).to).toContain('/paper?said=bound')
  expect((await bind()).to).toContain('/paper?said=notFound')

  await paper.approvedFile({ file: 'registerPrint', pages: 'changed' }).then(({ row, status }) => {
    expect([row.state, row.refused_because, status]).toEqual(['refused', 'nothingForPaper', 404])
  })
  await paper.scan(people[7]!, { claimedDoseNumber: 2, givenOn: '2021-07-01' })
  const changed = await paper.approvedFile({ file: 'registerPrint', pages: 'changed' })
  // The slip, and one page.
  expect(changed.row.pages).toBe(2)
  const [slip, page] = (await readPdf(changed.bytes)).pages
  const code = /頁コード(\w{6})/.exec(page!.flat)![1]!
  expect(slip!.flat.match(new RegExp(code, 'g'))).toHaveLength(2)
  expect(page!.flat).toContain(people[7]!.registerNumber)
  expect(page!.flat).toContain('2021-07-01')
})

test('a printed register names the town of a dose that another town keeps', async () => {
  const old = await aResident(db, { municipalityCode: otherTown })
  await paper.scan(old)
  const person = await aResident(db, { kana: 'ヲワリ ハナ' })
  const [course] = await db.sql<{ id: string }[]>`
    select course_id as id from course_link where resident_id = ${old.residentId}`
  await db.sql`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
    values (${town}, ${person.residentId}, ${course!.id}, '2021-07-01', 'lifeBodyProperty.consent', 'test')`
  await db.sql`
    update course set home_municipality_code = ${town}, home_resident_id = ${person.residentId}
     where id = ${course!.id}`
  const { bytes } = await paper.approvedFile({ file: 'registerPrint', pages: 'all' })
  const [named] = await db.sql`select name from municipality where code = ${otherTown}`
  const { pages } = await readPdf(bytes)
  const page = pages.find(({ flat }) => flat.includes(person.registerNumber))
  expect(page!.flat.slice(page!.flat.indexOf(person.registerNumber))).toContain(named!.name)
})

test.skipIf(!browserPath)(
  'the pages fit a phone and a desk, in both languages',
  async () => {
    const served = await serveApp(site.app)
    const browser = await launchBrowser()
    if (screens) mkdirSync(screens, { recursive: true })
    const [batch] = await db.sql`select id from office_file where kind = 'doseForms' and rows > 0`
    const paths = ['/exports', '/paper', ...(batch ? [`/paper/${batch.id}`] : [])]
    try {
      for (const width of [320, 1280]) {
        const context = await browser.newContext({ viewport: { width, height: 900 } })
        await context.addCookies([{ name: 'sesshu', value: sessionOf('clerk'), url: served.url }])
        const page = await context.newPage()
        for (const [i, path] of paths.entries()) {
          for (const lang of ['ja', 'en']) {
            await page.goto(`${served.url}${path}${lang === 'en' ? '?lang=en' : ''}`)
            const wide = await page.evaluate('document.documentElement.scrollWidth')
            if (screens) {
              await page.screenshot({
                path: join(screens, `paper${i}-${lang}-${width}.png`),
                fullPage: true,
              })
            }
            expect(wide, `${path} ${lang} at ${width}`).toBeLessThanOrEqual(width)
          }
        }
        await context.close()
      }
    } finally {
      await browser.close()
      await served.close()
    }
  },
  60_000,
)
