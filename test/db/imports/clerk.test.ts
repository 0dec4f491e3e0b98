// A clerk brings a file: by HTTP, on the pages, and in a real browser, where the presses are counted. The
// importer's own activities run beside them, under its role, on the real spool.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MockActivityEnvironment } from '@temporalio/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createImportActivities } from '../../../activities/import-steps.ts'
import { openSpool } from '../../../files/spool.ts'
import { returnWords } from '../../../i18n/return-files.ts'
import { browserPath, launchBrowser, type Served, serveApp } from '../../support/browser.ts'
import { as, seedStaff, sessionOf, testToken } from '../../support/credentials.ts'
import { type TestImporter, testImporter } from '../../support/importer.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { seedTowns, town } from '../../support/town.ts'

const header = '宛名番号,氏,名,フリガナ,生年月日,郵便番号,住所,住民となった日'
const line = (n: number, address = '見本町一丁目') =>
  `00${n},見本,太郎${n},ミホン タロウ,1950-05-${String((n % 28) + 1).padStart(2, '0')},1000001,${address}${n},2010-04-01`
const fileOf = (...lines: string[]) => [header, ...lines, ''].join('\r\n')

let db: SealedDatabase
let site: Site
let importer: TestImporter

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  site = startSite(db, {
    spool: (root) => openSpool(join(root, 'imports'), db.keyd.fileKeys('api')),
  })
  const folder = join(site.dataDir.root, 'imports')
  importer = testImporter(db, { folder, clock: site.clock })
})
afterAll(async () => {
  await importer?.stop()
  const { root } = site.dataDir
  await site?.close()
  await db?.drop()
  rmSync(root, { recursive: true, force: true })
})

const machine = { authorization: `Bearer ${testToken}` }

async function call(method: string, path: string, body?: string, headers = {}) {
  const response = await site.app.request(`/api/v1/imports${path}`, {
    method,
    headers: { ...machine, ...headers },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
}

const bring = (text: string, name = 'juki.csv', more = '') =>
  call('POST', `?municipality=${town}&name=${encodeURIComponent(name)}${more}`, text)

async function until(importId: string, isSo: (found: never) => boolean) {
  for (;;) {
    const { body } = await call('GET', `/${importId}`)
    if (isSo(body as never)) return body
    expect(importer.takeFaults()).toEqual([])
    await sleep(30)
  }
}
const atRest = (importId: string) =>
  until(
    importId,
    ({ state, hasResults, wish }: Record<string, unknown>) =>
      ['refused', 'failed', 'discarded', 'undone'].includes(state as string) ||
      ((state === 'reviewed' || state === 'applied') && !!hasResults && !wish),
  )

async function residents(): Promise<number> {
  const [row] = await db.sql<{ n: number }[]>`
    select count(*)::int as n from resident where municipality_code = ${town}`
  return row!.n
}

/** The row says so first; the bytes go right after it. */
async function nothingLies(importId: string): Promise<void> {
  while ((await importer.spool.names(importId)).length > 0) await sleep(20)
}

describe('by HTTP', () => {
  test('a file is reviewed, applied, counted to the last row, and the same again is a no-op', async () => {
    const text = fileOf(line(1), line(2), line(3).replace('1950-05-04', '2021-13-02'))
    const first = await bring(text)
    expect(first.status).toBe(202)
    const { importId } = first.body
    const reviewed = await atRest(importId)
    expect(reviewed).toMatchObject({
      state: 'reviewed',
      layout: 'residentRegister',
      layoutState: 'known',
      counts: { rows: 3, new: 2, changed: 0, same: 0, needsDecision: 0, rejected: 1 },
      applied: 0,
    })
    await call('POST', `/${importId}/apply`)
    expect(await atRest(importId)).toMatchObject({ state: 'applied', applied: 2 })
    expect(await residents()).toBe(2)
    expect((await bring(text)).body).toEqual({ importId, state: 'applied', isRepeat: true })
    expect(await importer.spool.names(importId)).toEqual(
      expect.arrayContaining(['guess.json', 'results.csv']),
    )
    // The row says so first; the bytes go right after it.
    while (await importer.spool.has(importId, 'file')) await sleep(10)
  })

  test('pressed the moment the counts can be seen, before the review is noted, it is applied', async () => {
    importer.gaps.beforeReviewIsNoted = async (importId) => {
      importer.gaps.beforeReviewIsNoted = undefined
      expect((await call('POST', `/${importId}/apply`)).status).toBeLessThan(300)
    }
    const { importId } = (await bring(fileOf(line(1), line(41)), 'early.csv')).body
    await until(importId, ({ state }: { state: string }) => state === 'applied')
    expect(await atRest(importId)).toMatchObject({ state: 'applied', applied: 1 })
    await call('POST', `/${importId}/undo`)
    expect(await atRest(importId)).toMatchObject({ state: 'undone' })
  })

  test('the file of results opens in Excel and says row by row what came of it', async () => {
    const { importId } = (
      await bring(fileOf(line(1), line(21), line(22).replace(/1950-05-../, 'x')), 'b.csv')
    ).body
    await atRest(importId)
    const response = await site.app.request(`/api/v1/imports/${importId}/results.csv`, {
      headers: machine,
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const rows = bytes.toString('utf8').trimEnd().split('\r\n')
    expect(rows).toHaveLength(4)
    expect(rows[0]).toMatch(/"結果","理由"$/)
    expect(rows.slice(1).map((row) => /"(同じ|新規|取込不可)","[^"]*"$/.exec(row)?.[1])).toEqual([
      '同じ',
      '新規',
      '取込不可',
    ])
    await call('POST', `/${importId}/discard`)
    expect(await atRest(importId)).toMatchObject({ state: 'discarded' })
    await nothingLies(importId)
  })

  test('a vaccination register comes back row by row, a fault of a second dose by its own heading', async () => {
    const { number, ofDose } = returnWords.register
    const none = ',,,,,,,'
    const given = (day: string) => `,${day},,,見本会場,,ファイザー,TEST01`
    const text = [
      [number, ...ofDose(1), ...ofDose(2)].join(','),
      `001,${given('20210519')},${none}`,
      `002,${given('20210519')},${given('20210631')}`,
      `0098,${none},${none}`,
    ]
    const { importId } = (await bring(text.join('\r\n'), 'yobo.csv', '&mode=difference')).body
    expect(await atRest(importId)).toMatchObject({
      ...{ state: 'reviewed', layout: 'doses', layoutState: 'known' },
      counts: { rows: 3, new: 0, changed: 0, same: 1, needsDecision: 1, rejected: 1 },
    })
    const response = await site.app.request(`/api/v1/imports/${importId}/results.csv`, {
      headers: machine,
    })
    const rows = (await response.text()).trimEnd().split('\r\n')
    expect(rows).toHaveLength(text.length)
    const ends = rows
      .slice(1)
      .map((row) => /"(同じ|要判断|取込不可)","([^"]*)"$/.exec(row)?.slice(1))
    expect(ends.map((end) => end?.[0])).toEqual(['要判断', '取込不可', '同じ'])
    expect(ends[0]![1]).toMatch(/^1回目券番号：この人の接種券が登録されていません/)
    expect(ends[1]![1]).toMatch(/^2回目接種日：/)
    await call('POST', `/${importId}/discard`)
    expect(await atRest(importId)).toMatchObject({ state: 'discarded' })
  })

  test('undone: the register is as it was, and the receipt says so', async () => {
    const { importId } = (await bring(fileOf(line(1), line(2), line(31)), 'c.csv')).body
    await atRest(importId)
    await call('POST', `/${importId}/apply`)
    await atRest(importId)
    await call('POST', `/${importId}/undo`)
    expect(await atRest(importId)).toMatchObject({ state: 'undone' })
    expect(await residents()).toBe(2)
  })

  test('undone all the same when its file of results cannot be written any more', async () => {
    const { importId } = (await bring(fileOf(line(1), line(2), line(32)), 'lost.csv')).body
    await atRest(importId)
    await call('POST', `/${importId}/apply`)
    await atRest(importId)
    // As after a death between the apply and the results, on a disk that lost the file meanwhile.
    await db.sql`
      update import_run set results_for = 'reviewed', news = news + 1 where import_id = ${importId}`
    expect(await atRest(importId)).toMatchObject({ state: 'applied', resultsLost: true })
    await call('POST', `/${importId}/undo`)
    expect(await atRest(importId)).toMatchObject({ state: 'undone' })
    expect(await residents()).toBe(2)
  })

  test('an undo that fails for good is told, and leaves what was applied', async () => {
    const { importId } = (await bring(fileOf(line(1), line(2), line(33)), 'undo.csv')).body
    await atRest(importId)
    await call('POST', `/${importId}/apply`)
    await atRest(importId)
    const { sql, spool } = importer
    const reach = () => Promise.reject(new Error('broken'))
    const vault = { ...db.keyd.vault('import', 'sesshu_import'), reach }
    const log = pino({ level: 'silent' })
    const activities = createImportActivities({ sql, spool, vault, log, clock: site.clock })
    await new MockActivityEnvironment({ attempt: 30 }).run(activities.undoImport, { importId })
    const told = await atRest(importId)
    expect(told).toMatchObject({ state: 'applied', wish: null, refusal: { code: 'undoFailed' } })
    await call('POST', `/${importId}/undo`)
    await atRest(importId)
  })

  test('what cannot be a file is refused in words, and leaves nothing', async () => {
    const zeros = await bring('\0'.repeat(100_000), 'zeros.csv')
    const refused = await atRest(zeros.body.importId)
    expect(refused).toMatchObject({ state: 'refused', counts: { rows: 0 }, applied: 0 })
    expect(refused.refusal.whatToDo.length).toBeGreaterThan(5)
    await nothingLies(zeros.body.importId)
    expect((await bring('', 'empty.csv')).body).toMatchObject({ code: 'fileMissing' })
    expect((await bring(fileOf(line(1)), '123456789018.csv')).body).toMatchObject({
      code: 'fileNameHoldsNumber',
    })
    expect((await call('GET', `/${crypto.randomUUID()}`)).status).toBe(404)
  })

  test('questions are asked however many flags there are, and those too many to list are decided together', async () => {
    const flagged = Array.from({ length: 1_001 }, (_, i) =>
      line(5_000 + i).replace(/,ミホン [^,]*,/, ',,'),
    )
    const text = fileOf(...flagged, ...flagged.map((row) => row.replace('太郎', '次郎')))
    const { importId } = (await bring(text, 'many.csv', '&mode=difference')).body
    const found = await atRest(importId)
    expect(found.counts).toMatchObject({ new: 1_001, needsDecision: 1_001 })
    expect(found).toMatchObject({ undecided: 1_001 })
    const page = async () => {
      const path = `/imports/${importId}?lang=en`
      return (await site.app.request(path, { headers: as('clerk') })).text()
    }
    expect(await page()).toContain('1 of them are too many to be listed')
    expect((await call('POST', `/${importId}/apply`)).body.code).toBe('decisionsMissing')
    const listed = { rows: [{ row: 1_003, decision: 'keepOurs' }] }
    const json = { 'content-type': 'application/json' }
    const decide = (said: object) => call('POST', `/${importId}/decide`, JSON.stringify(said), json)
    expect((await decide(listed)).body).toMatchObject({ undecided: 1_000 })
    expect((await decide({ rows: [], rest: 'keepOurs' })).body).toMatchObject({ undecided: 0 })
    expect(await page()).toContain('1,001 rows are decided')
    await call('POST', `/${importId}/discard`)
    await atRest(importId)
  })

  test('what was decided of a row is asked again when the file is read another way', async () => {
    const text = fileOf(line(51), line(51, '見本町二丁目'))
    const { importId } = (await bring(text, 'again.csv', '&mode=difference')).body
    await atRest(importId)
    const json = { 'content-type': 'application/json' }
    const decided = await call('POST', `/${importId}/decide`, '{"rows":[],"rest":"keepOurs"}', json)
    expect(decided.body).toMatchObject({ undecided: 0 })
    const fields = ['registerNumber', 'family', 'given', 'kana', 'bornOn', 'postcode', 'address']
    const columns = Object.fromEntries([...fields, 'residentSince'].map((field, i) => [i, field]))
    await call('POST', `/${importId}/profile`, JSON.stringify({ as: 'said', columns }), json)
    expect(await atRest(importId)).toMatchObject({
      ...{ state: 'reviewed', counts: { needsDecision: 1 }, undecided: 1 },
    })
    await call('POST', `/${importId}/discard`)
    await atRest(importId)
  })

  test('a file of which rows are recorded already is not discarded as if nothing were', async () => {
    const { importId } = (await bring(fileOf(line(1), line(61)), 'half.csv')).body
    await atRest(importId)
    await db.sql`update import_file set rows_applied = 1 where id = ${importId}`
    expect(await call('POST', `/${importId}/discard`)).toMatchObject({
      ...{ status: 409, body: { code: 'importPartlyApplied' } },
    })
    const shown = await site.app.request(`/imports/${importId}?lang=en`, { headers: as('clerk') })
    const text = await shown.text()
    expect(text).toContain('1 rows are recorded already')
    expect(text).not.toContain(`/imports/${importId}/discard`)
    await db.sql`update import_file set rows_applied = 0 where id = ${importId}`
    await call('POST', `/${importId}/discard`)
    await atRest(importId)
  })

  test('whom a full file does not name is a list, without whoever stands in a row that cannot be read', async () => {
    const faulty = line(2).replace('1950-05-03', '2021-13-02')
    const named = (await bring(fileOf(line(1), faulty), 'named.csv')).body
    expect(await atRest(named.importId)).toMatchObject({
      ...{ missingFromFile: 0, counts: { same: 1, rejected: 1 } },
    })
    const short = (await bring(fileOf(line(1)), 'short.csv')).body
    expect(await atRest(short.importId)).toMatchObject({ missingFromFile: 1 })
    const open = (who: 'clerk' | 'clerkElsewhere') => {
      const path = `/imports/${short.importId}/missing?lang=en`
      return site.app.request(path, { headers: as(who) })
    }
    expect((await open('clerkElsewhere')).status).toBe(404)
    const looks = async () =>
      (await db.sql`select 1 from ledger_inbox where purpose = 'listLeftOut'`).length
    const before = await looks()
    const text = await (await open('clerk')).text()
    expect(text).toContain('見本 太郎2')
    expect(text).not.toContain('見本 太郎1<')
    expect(await looks()).toBeGreaterThan(before)
    for (const { importId } of [named, short]) {
      await call('POST', `/${importId}/discard`)
      await atRest(importId)
    }
  })

  test('nobody else’s import can be seen or pressed', async () => {
    const { importId } = (await bring(fileOf(line(1), line(41)), 'd.csv')).body
    await atRest(importId)
    for (const path of [`/imports/${importId}`, `/imports/${importId}/results.csv`]) {
      const response = await site.app.request(path, { headers: as('clerkElsewhere') })
      expect(response.status, path).toBe(404)
    }
    const pressed = await site.app.request(`/api/v1/imports/${importId}/apply`, {
      method: 'POST',
      headers: as('clerkElsewhere'),
    })
    expect(pressed.status).toBe(403)
    await call('POST', `/${importId}/discard`)
    await atRest(importId)
  })
})

describe.skipIf(!browserPath)('in a browser', () => {
  let served: Served
  beforeAll(async () => {
    served = await serveApp(site.app)
  })
  afterAll(() => served?.close())

  test('one press from the review to the receipt, when nothing needs a decision', async () => {
    const browser = await launchBrowser()
    try {
      const context = await browser.newContext()
      await context.addCookies([
        { name: 'sesshu', value: sessionOf('clerk'), url: served.url, httpOnly: true },
      ])
      const page = await context.newPage()
      await page.goto(`${served.url}/imports`)
      // The file comes in; by a stick it does so without anybody.
      const file = Buffer.from(fileOf(line(1, '新町'), line(2), line(51)), 'utf8')
      await page.setInputFiles('#file', {
        name: '住民一覧.csv',
        mimeType: 'text/csv',
        buffer: file,
      })
      await page.getByRole('button', { name: '送って読み取る' }).click()
      let presses = 0
      const press = async (name: string) => {
        presses += 1
        await page.getByRole('button', { name, exact: true }).click()
      }
      await page.getByText('件数を確かめて').waitFor()
      for (const step of ['step-check', 'step-review', 'step-decide', 'step-file']) {
        expect(await page.locator(`#${step}`).getAttribute('open'), step).toBeNull()
      }
      await press('反映する')
      await page.getByText('これが受領書です').waitFor()
      expect(presses).toBe(1)
      expect(await page.locator('.standing tbody tr').allInnerTexts()).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/新規\s+1/),
          expect.stringMatching(/変更\s+1/),
        ]),
      )
      await page.getByRole('link', { name: /結果のファイル/ }).waitFor()
    } finally {
      await browser.close()
    }
  })

  test('what it cost the clerk stands on the town’s page', async () => {
    const [effort] = await db.sql`
      select count(*)::int as presses, count(*) filter (where press = 'apply')::int as applies
        from import_press where municipality_code = ${town}`
    expect(effort).toEqual({ presses: 2, applies: 1 })
    const response = await site.app.request(`/towns/${town}`, { headers: as('clerk') })
    const text = await response.text()
    expect(text).toContain('取込にかかった職員の手間')
    expect(text).toMatch(/1,000人あたり/)
  })
})
