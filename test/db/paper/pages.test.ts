// The pages of files and paper as clerks use them: what two people must agree to, files sealed on disk until
// they are fetched, a stack of printed forms that becomes scans, a register of which the changed page is printed.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeOfficeFile } from '../../../activities/make-office-file.ts'
import type { Clock } from '../../../config/clock.ts'
import { connect, type Scope, type Sql, withPurpose } from '../../../db/client.ts'
import { nextAskedFile } from '../../../db/queries/office-files.ts'
import { countLeftOut, readCandidates } from '../../../db/queries/paper/dose-forms.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { makeAsked } from '../../../workers/file-maker.ts'
import { frozenClock } from '../../support/api.ts'
import { browserPath, launchBrowser, serveApp } from '../../support/browser.ts'
import { as, asProgram, type Staff, seedStaff, sessionOf } from '../../support/credentials.ts'
import { visible } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import {
  aResident,
  aScan,
  otherTown,
  type SeededResident,
  seedTowns,
  town,
  venue,
} from '../../support/town.ts'
import { hasPdftoppm, pageAsPicture, readAll } from '../../unit/letters/read-codes.ts'
import { readPdf } from '../../unit/letters/read-pdf.ts'

const screens = process.env.SESSHU_SCREENS

let db: SealedDatabase
let site: Site
let worker: Sql

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  site = startSite(db, { isDemo: false })
  worker = connect(db.urls.sesshu_worker, { name: 'test maker', max: 2 })
})
afterAll(async () => {
  await worker?.end({ timeout: 1 })
  await site?.close()
  await db?.drop()
})

const maker = (clock = site.clock) => ({
  ...{ sql: worker, vault: db.keyd.vault('worker'), clock },
  ...{ log: pino({ level: 'silent' }), dataDir: site.dataDir.root },
})
const make = (clock?: Clock) => makeAsked(maker(clock))

async function post(who: Staff, path: string, fields: Record<string, string>) {
  const answer = await site.app.request(path, {
    method: 'POST',
    headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ lang: 'en', ...fields }).toString(),
  })
  const text = await answer.text()
  return { status: answer.status, to: answer.headers.get('location') ?? '', text: visible(text) }
}

/** Asked for, approved by the administrator, made: what the page says of it, and its bytes. */
async function approvedFile(fields: Record<string, string>, clock?: Clock) {
  const path = fields.file === 'registerPrint' ? '/paper' : '/exports'
  const asked = await post('clerk', path === '/paper' ? '/paper/register' : '/exports', fields)
  expect(asked.to).toContain('said=approvalAsked')
  const [approval] = await db.sql`select id from approval order by asked_at desc limit 1`
  const early = await post('clerk', '/exports/approved', { approvalId: approval!.id })
  expect(early.to).toContain('said=notFound')
  const yes = await post('municipalAdministrator', `/approvals/${approval!.id}/approve`, {})
  expect(yes.to).toContain('said=approved')
  const elsewhere = await post('clerkElsewhere', '/exports/approved', { approvalId: approval!.id })
  expect(elsewhere.to).toContain('said=notFound')
  const used = await post('clerk', '/exports/approved', { approvalId: approval!.id })
  expect(used.to).toContain('said=asked')
  const again = await post('clerk', '/exports/approved', { approvalId: approval!.id })
  expect(again.to).toContain('said=notFound')
  return fetched(clock)
}

/** The newest file, made and fetched. */
async function fetched(clock?: Clock) {
  await make(clock)
  const [row] = await db.sql`select * from office_file order by asked_at desc limit 1`
  const answer = await site.app.request(`/exports/${row!.id}/file`, { headers: as('clerk') })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  return { row: row!, status: answer.status, headers: answer.headers, bytes }
}

async function scan(person: SeededResident, changes = {}) {
  const body = JSON.stringify(aScan(person, changes))
  const answer = await site.app.request('/api/v1/scans', {
    method: 'POST',
    headers: asProgram,
    body,
  })
  expect([200, 201]).toContain(answer.status)
}

async function aCourse(person: SeededResident): Promise<void> {
  const id = crypto.randomUUID()
  await db.sql`
    insert into course (id, series, home_municipality_code, home_resident_id, opened_because, version,
                        cause, stage, doses_given, steps)
    values (${id}, 'covid', ${town}, ${person.residentId}, 'wave', 1, 'replanned', 'awaitingFirstDose', 0, '[]')`
  await db.sql`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
    values (${town}, ${person.residentId}, ${id}, '2021-04-01', 'ownRegister', 'test')`
}

describe('the vaccination register as a file', () => {
  test('takes two people, lies sealed, and is fetched whole with its sum on the screen', async () => {
    const person = await aResident(db, { family: '封緘', given: '確認' })
    await scan(person)
    const { row, headers, bytes } = await approvedFile({
      file: 'vaccinationRegister',
      encoding: 'cp932',
    })
    const text = new TextDecoder('shift_jis').decode(bytes)
    expect(text).toContain(`"${person.registerNumber}"`)
    expect(text).toContain(`"${person.ticketNumber}","${town}","見本会場"`)
    expect(headers.get('content-disposition')).toContain(
      `filename="${town}-vaccinationRegister-20210705-1rows.csv"`,
    )
    const sum = createHash('sha256').update(bytes).digest('hex')
    expect((await site.get('/exports', 'clerk')).text).toContain(sum)
    const [name] = readdirSync(site.dataDir.exports)
    const kept = readFileSync(join(site.dataDir.exports, name!))
    expect(kept.includes(Buffer.from(person.ticketNumber))).toBe(false)
    const [clerk] = await db.sql`select id from account where login = 'clerk'`
    const looks = await db.sql`
      select actor, purpose from ledger_inbox
       where resident_id = ${person.residentId} and purpose = 'returnFiles'`
    // Whoever asked is who looked, though the worker made it.
    expect(new Set(looks.map(({ actor }) => actor))).toEqual(new Set([clerk!.id]))
    const handed = await db.sql`
      select actor from ledger_inbox where resident_id = ${row.id} and purpose = 'handOutFile'`
    expect(handed.map(({ actor }) => actor)).toEqual([clerk!.id])
  })

  test('is nobody else’s, and gone once it is put away or one of its people is erased', async () => {
    const person = await aResident(db)
    await scan(person)
    const { row } = await approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    const path = `/exports/${row.id}/file`
    expect((await site.get(path, 'clerkElsewhere')).status).toBe(404)
    await db.sql`update resident set erased_at = now() where id = ${person.residentId}`
    expect((await site.get(path, 'clerk')).status).toBe(404)
    const { row: next } = await approvedFile({ file: 'waitingList', encoding: 'utf-8' })
    const done = await post('clerk', `/exports/${next.id}/done`, {})
    expect(done.to).toContain('said=done')
    expect((await site.get(`/exports/${next.id}/file`, 'clerk')).status).toBe(404)
    const left = readdirSync(site.dataDir.exports).filter((name) => name.includes(String(next.id)))
    expect(left).toEqual([])
  })

  test('is gone once somebody of the town is protected, who may stand in it', async () => {
    const person = await aResident(db)
    await scan(person)
    const { row } = await approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${person.residentId}, '2021-05-01')`
    expect((await site.get(`/exports/${row.id}/file`, 'clerk')).status).toBe(404)
  })

  test('is fetched by whoever asked, and by no other clerk of the town', async () => {
    const { row, status } = await approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    expect(status).toBe(200)
    const path = `/exports/${row.id}/file`
    expect((await site.get(path, 'municipalAdministrator')).status).toBe(404)
    const shown = visible((await site.get('/exports?lang=en', 'municipalAdministrator')).text)
    expect(shown).toContain('Only whoever asked for this file can fetch it.')
  })

  test('is made anew when somebody of it was erased or protected while it was made', async () => {
    const [person, hidden] = [await aResident(db), await aResident(db)]
    for (const one of [person, hidden]) await scan(one)
    const before = await approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    const [copy] = await db.sql`
      insert into office_file (municipality_code, id, kind, asked, asked_on, asked_by, asked_as)
      select municipality_code, gen_random_uuid(), kind, asked, asked_on, asked_by, asked_as
        from office_file where id = ${before.row.id} returning id`
    const inHand = (await nextAskedFile(worker))!
    expect(inHand.fileId).toBe(copy!.id)
    await db.sql`update resident set erased_at = now() where id = ${person.residentId}`
    await expect(makeOfficeFile(maker(), inHand)).rejects.toMatchObject({ code: 'fileOvertaken' })
    const again = (await nextAskedFile(worker))!
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${hidden.residentId}, '2021-05-01')`
    await expect(makeOfficeFile(maker(), again)).rejects.toMatchObject({ code: 'fileOvertaken' })
    const { row, bytes } = await fetched()
    expect(row).toMatchObject({ id: copy!.id, state: 'made' })
    const text = new TextDecoder().decode(bytes)
    expect(text).toContain(`"${hidden.registerNumber}"`)
    expect(text).not.toContain(`"${person.registerNumber}"`)
  })

  test('hides whoever is protected on the day on which it is made', async () => {
    const person = await aResident(db)
    await scan(person)
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${person.residentId}, '2021-07-06')`
    const lineOf = async (clock?: Clock) => {
      const fields = { file: 'vaccinationRegister', encoding: 'utf-8' }
      const { row, bytes } = await approvedFile(fields, clock)
      const lines = new TextDecoder().decode(bytes).split('\r\n')
      return [row.name, lines.find((line) => line.includes(person.registerNumber))]
    }
    expect((await lineOf())[1]).toContain('見本会場')
    const [name, line] = await lineOf(frozenClock('2021-07-06').clock)
    expect(name).toContain('-20210706-')
    expect(line).not.toContain('見本会場')
  })

  test('says how many cells were cut to the length of their column', async () => {
    await scan(await aResident(db))
    const { row } = await approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    expect(row.shortened).toBe(0)
    // No name that the system takes is too long today: as if the layout gave less room.
    await db.sql`update office_file set shortened = 31 where id = ${row.id}`
    const shown = visible((await site.get('/exports?lang=en', 'clerk')).text)
    expect(shown).toContain('31 cells were cut to the length of their column')
  })

  test('does not use an approval up when the day has no file left', async () => {
    await post('clerk', '/exports', { file: 'vaccinationRegister', encoding: 'utf-8' })
    const [approval] = await db.sql`select id from approval order by asked_at desc limit 1`
    await post('municipalAdministrator', `/approvals/${approval!.id}/approve`, {})
    const filler = await db.sql`
      insert into office_file (municipality_code, id, kind, asked, asked_on, asked_by, asked_as, state)
      select ${town}, gen_random_uuid(), 'statistics', '{}', '2021-07-05', 'test', 'clerk', 'gone'
        from generate_series(1, 30) returning id`
    const use = () => post('clerk', '/exports/approved', { approvalId: approval!.id })
    expect((await use()).to).toContain('said=tooManyFiles')
    await db.sql`delete from office_file where id = any(${filler.map(({ id }) => id)}::uuid[])`
    await db.sql`update office_file set asked_at = asked_at - interval '2 days'`
    expect((await use()).to).toContain('said=asked')
    await make()
  })

  test('a file that was cut off on disk is not handed out as if it were whole', async () => {
    const { row, bytes } = await approvedFile({ file: 'vaccinationRegister', encoding: 'utf-8' })
    const path = join(site.dataDir.exports, `${town}-${row.id}.sealed`)
    const { truncateSync } = await import('node:fs')
    truncateSync(path, readFileSync(path).length - 1)
    const answer = await site.app.request(`/exports/${row.id}/file`, { headers: as('clerk') })
    await expect(answer.arrayBuffer()).rejects.toThrow()
    expect(bytes.length).toBeGreaterThan(0)
  })
})

test('files that open nothing need nobody else; what is malformed makes none', async () => {
  const asked = await post('clerk', '/exports', { file: 'overdueList', encoding: 'utf-8-bom' })
  expect(asked.to).toContain('said=asked')
  const { status, bytes } = await fetched()
  expect([status, [...bytes.slice(0, 3)]]).toEqual([200, [0xef, 0xbb, 0xbf]])
  const withAddress = { file: 'overdueList', encoding: 'utf-8', withAddress: '1' }
  expect((await post('clerk', '/exports', withAddress)).to).toContain('said=approvalAsked')
  const bad = await post('clerk', '/exports', { file: 'everything', encoding: 'utf-8' })
  expect(bad.to).toContain('said=malformed')
})

describe.skipIf(!hasPdftoppm)('a stack of dose forms', () => {
  test('comes back as scans: read from the printed pixels, once each, and no other number', async () => {
    const [ito, aoki, hidden, other] = [
      await aResident(db, { family: '伊藤', kana: 'イトウ ハナ' }),
      await aResident(db, { family: '青木', kana: 'アオキ ハナ' }),
      await aResident(db, { family: '隠田', kana: 'オンダ ハナ' }),
      await aResident(db),
    ]
    for (const person of [ito, aoki, hidden]) await aCourse(person)
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${hidden.residentId}, '2021-01-01')`
    const form = { venueCode: venue, givenOn: '2021-07-05', doseNumber: '1' }
    expect((await post('clerk', '/paper/forms', form)).to).toContain('said=asked')
    const { row, bytes } = await fetched()
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
    const first = await post('clerk', `${path}/scans`, read)
    expect(first.status).toBe(200)
    for (const said of ['recorded', 'read before', 'not a form of this batch', 'not 18 digits']) {
      expect(first.text).toContain(said)
    }
    expect(first.text).toContain('1 of 2 forms are back')
    const doses = async (person: SeededResident) =>
      (await db.sql`select from dose where resident_id = ${person.residentId}`).length
    expect([await doses(ito), await doses(aoki), await doses(other)]).toEqual([1, 0, 0])
    const second = await post('clerk', `${path}/scans`, { ...read, lines: lines.join('\n') })
    expect(second.text).toContain('All forms are back.')
    expect([await doses(ito), await doses(aoki)]).toEqual([1, 1])
    expect((await site.get(path, 'clerkElsewhere')).status).toBe(404)
    // Nobody waits for a first dose any more.
    await post('clerk', '/paper/forms', form)
    await make()
    expect(visible((await site.get('/paper?lang=en', 'clerk')).text)).toContain(
      'Nobody with a ticket',
    )
  })
})

test('whoever has no sheet takes nobody’s place among dose forms', async () => {
  const people = [await aResident(db), await aResident(db), await aResident(db)]
  for (const person of people) await aCourse(person)
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
    await scan(person)
    people.push(person)
  }
  const all = await approvedFile({ file: 'registerPrint', pages: 'changed' })
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
  const unbound = await approvedFile({ file: 'registerPrint', pages: 'changed' })
  expect(unbound.row.pages).toBe(all.row.pages)
  // Nobody has bound what nobody fetched; and what was fetched may be bound though the file is gone.
  const bind = () => post('clerk', `/exports/${unbound.row.id}/done`, { bound: '1' })
  await db.sql`update office_file set fetched_at = null where id = ${unbound.row.id}`
  expect((await bind()).to).toContain('/paper?said=notFound')
  expect((await site.get('/paper?lang=en', 'clerk')).text).toContain('Remove without binding')
  await db.sql`
    update office_file set fetched_at = now(), state = 'gone', wrapped = null
     where id = ${unbound.row.id}`
  expect((await bind()).to).toContain('/paper?said=bound')
  expect((await bind()).to).toContain('/paper?said=notFound')

  await approvedFile({ file: 'registerPrint', pages: 'changed' }).then(({ row, status }) => {
    expect([row.state, row.refused_because, status]).toEqual(['refused', 'nothingForPaper', 404])
  })
  await scan(people[7]!, { claimedDoseNumber: 2, givenOn: '2021-07-01' })
  const changed = await approvedFile({ file: 'registerPrint', pages: 'changed' })
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
  await scan(old)
  const person = await aResident(db, { kana: 'ヲワリ ハナ' })
  const [course] = await db.sql<{ id: string }[]>`
    select course_id as id from course_link where resident_id = ${old.residentId}`
  await db.sql`
    insert into course_link (municipality_code, resident_id, course_id, effective_on, legal_basis, linked_by)
    values (${town}, ${person.residentId}, ${course!.id}, '2021-07-01', 'lifeBodyProperty.consent', 'test')`
  await db.sql`
    update course set home_municipality_code = ${town}, home_resident_id = ${person.residentId}
     where id = ${course!.id}`
  const { bytes } = await approvedFile({ file: 'registerPrint', pages: 'all' })
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
