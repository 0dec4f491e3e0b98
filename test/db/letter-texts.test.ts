// A municipality's own words on its letters: made by one person, released by another, fixed by the seal;
// and what a letter lacks of the font is listed before it is printed.

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeLetterText, releaseLetterText } from '../../db/queries/letter-texts.ts'
import { addDays } from '../../domain/calendar.ts'
import type { NoticeKind } from '../../domain/course.ts'
import { browserPath, launchBrowser, serveApp } from '../support/browser.ts'
import { as, type Staff, seedStaff, sessionOf } from '../support/credentials.ts'
import { type Site, startSite } from '../support/pages-site.ts'
import { otherTown, seedTowns, town } from '../support/town.ts'
import { readPdf } from '../unit/letters/read-pdf.ts'
import { on, round1On, World } from './activities/fixture.ts'

let world: World
let site: Site
let ids: Record<Staff, string>
beforeAll(async () => {
  world = await World.open()
  await seedTowns(world.sql)
  // With the venue of the fixture's doses.
  await world.newTown()
  ids = await seedStaff(world.sql)
  site = startSite(world.db, { isDemo: false })
})
afterAll(async () => {
  await site?.close()
  await world?.close()
})

const evening = 1140
const press = (who: Staff, path: string, fields: Record<string, string>) =>
  site.app.request(path, {
    method: 'POST',
    headers: {
      ...as(who),
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    body: new URLSearchParams(fields).toString(),
  })
const saidOf = (answer: Response) =>
  new URL(answer.headers.get('location') ?? '', 'http://x').searchParams.get('said')
const pageOf = async (who: Staff, path: string) =>
  (await site.app.request(path, { headers: as(who) })).text()

async function released(kind: NoticeKind, parts: Parameters<typeof makeLetterText>[2]['parts']) {
  const key = { municipalityCode: town, kind }
  const version = await makeLetterText(site.sql, key, { parts, by: ids.clerk })
  await releaseLetterText(site.sql, { ...key, version }, ids.municipalAdministrator)
  return version
}

async function printed(day: ReturnType<typeof on>): Promise<string[]> {
  const pdf = readFileSync(join(world.dataDir, 'letters', `${town}-${day}.pdf`))
  return (await readPdf(new Uint8Array(pdf))).pages.map(({ flat }) => flat)
}

describe('a text', () => {
  test('is shown as a page and as a diff, and used once somebody else has released it', async () => {
    const path = '/letter-texts/reminder'
    const fields = {
      opening: '{発行日}現在、{市区町村}に{回数}回目の記録がありません。',
      details: '会場までの送迎があります。',
      contact: '平日 9時から17時まで',
      english: '{town} asks you to book your {dose} vaccination. Call {phone}.',
    }
    expect(saidOf(await press('clerk', path, fields))).toBe('made')
    const mine = await pageOf('clerk', path)
    expect(mine).toContain('あなたが作った文面です')
    expect(mine).not.toContain('/release')
    expect(saidOf(await press('clerk', `${path}/release`, { version: '1' }))).toBe(
      'letterTextSamePerson',
    )

    const checks = await pageOf('municipalAdministrator', path)
    expect(checks).toMatch(/<ins[^>]*>[^<]*平日 9時から17時まで/)
    const preview = await site.app.request(`${path}/preview?version=1`, {
      headers: as('municipalAdministrator'),
    })
    expect(preview.headers.get('content-type')).toBe('application/pdf')
    const [page] = (await readPdf(new Uint8Array(await preview.arrayBuffer()))).pages
    expect(page!.flat).toContain('2021年7月14日（水）現在、')
    expect(page!.flat).toContain('会場までの送迎があります。')
    expect(page!.flat).toContain('secondvaccination')
    // What is for safety stands there whatever the text.
    expect(page!.flat).toContain('2回目をもう受けた方')
    expect(page!.flat).toContain('目安の日は')

    const release = { version: '1' }
    expect(saidOf(await press('municipalAdministrator', `${path}/release`, release))).toBe(
      'released',
    )
    expect(saidOf(await press('secondAdministrator', `${path}/release`, release))).toBe(
      'letterTextGone',
    )
    expect(saidOf(await press('clerk', path, fields))).toBeNull()
    expect(await pageOf('clerk', '/letter-texts')).toContain('第1版')
  })

  test.each([
    [{ title: '{会場}のお知らせ' }, '{会場} は使えません'],
    [{ details: '番号 1234 5678 9018' }, '長い数字があります'],
    [{ title: 'お知らせ\u{20bb6}' }, 'U+20BB6'],
    [
      { details: Array(4).fill('長'.repeat(59)).join('\n'), opening: '文'.repeat(160) },
      '収まりません',
    ],
  ])('%j is refused with the reason, and what was typed stays', async (fields, reason) => {
    const answer = await press('clerk', '/letter-texts/relocationNotice', fields)
    expect(answer.status).toBe(422)
    const body = await answer.text()
    expect(body).toContain(reason)
    expect(body).toContain(Object.values(fields)[0]!.split('\n')[0])
    expect(await world.sql`select 1 from letter_text where kind = 'relocationNotice'`).toEqual([])
  })

  test('is seen and made by the town’s own people alone', async () => {
    expect(await pageOf('clerkElsewhere', '/letter-texts/reminder')).not.toContain('送迎')
    const answer = await site.app.request('/letter-texts/reminder', { headers: as('operator') })
    expect(answer.status).toBe(403)
    expect(
      await world.sql`select 1 from letter_text where municipality_code = ${otherTown}`,
    ).toEqual([])
  })

  test('the database lets nobody rewrite it, or release what he made', async () => {
    const key = { municipalityCode: town, kind: 'invitation' } as const
    await makeLetterText(site.sql, key, { parts: { title: '案内' }, by: ids.clerk })
    const own = site.sql`update letter_text set released_by = made_by, released_at = now()
                          where kind = 'invitation'`
    await expect(own).rejects.toMatchObject({ code: '23514' })
    await expect(
      site.sql`update letter_text set parts = '{}' where kind = 'invitation'`,
    ).rejects.toMatchObject({ code: '42501' })
    await expect(
      world.sql`update letter_text set parts = '{}' where kind = 'invitation'`,
    ).rejects.toMatchObject({ code: 'SE002' })
  })
})

describe('a letter', () => {
  test('is printed by the words it was sealed with, though others are released meanwhile', async () => {
    const version = await released('reminder', { title: '古い見出し' })
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(made)
    world.setDay(round1On, evening)
    await world.seal(town, round1On)
    expect(await released('reminder', { title: '新しい見出し' })).toBe(version + 1)
    await world.print(town, round1On)
    const [page] = await printed(round1On)
    expect(page).toContain('古い見出し')
    expect(page).not.toContain('新しい見出し')
  })

  test('that lacks a character is listed at the seal, by code point and without a name', async () => {
    const day = on('2021-06-14')
    const made = await world.personWithDose({
      town,
      family: '\ue123田',
      address: '架空県\ue456町1',
    })
    world.setDay(day)
    await world.sendNotice(made)
    world.setDay(day, evening)
    await world.seal(town, day)
    const [attempt] = await world.attempts(made.courseId)
    const [batch] = await world.sql`select state, lacking from letter_batch where batch_on = ${day}`
    expect(batch).toEqual({
      state: 'sealed',
      lacking: [
        { letterId: attempt!.id, field: 'name', characters: ['U+E123'] },
        { letterId: attempt!.id, field: 'address', characters: ['U+E456'] },
      ],
    })
    const list = await pageOf('clerk', '/letter-texts')
    expect(list).toContain('U+E123')
    expect(list).toContain('氏名（かなで印刷）')
    expect(list).not.toContain('花子')
    await world.print(town, day)
    expect((await printed(day))[0]).toContain('〓町1')
  })
})

/** Kept for whoever wants to look; nobody compares them. */
const screens = process.env.SESSHU_SCREENS

test.skipIf(!browserPath)(
  'the pages overflow no telephone, in both languages',
  async () => {
    const key = { municipalityCode: town, kind: 'lotRecall' } as const
    const parts = { details: '{担当課}が、あとで電話をします。', contact: '平日 9時から17時まで' }
    await makeLetterText(site.sql, key, { parts, by: ids.clerk })
    const served = await serveApp(site.app)
    const browser = await launchBrowser()
    try {
      for (const width of screens ? [320, 1280] : [320]) {
        const context = await browser.newContext({ viewport: { width, height: 900 } })
        const value = sessionOf('municipalAdministrator')
        await context.addCookies([{ name: 'sesshu', value, url: served.url }])
        const page = await context.newPage()
        for (const path of ['/letter-texts', '/letter-texts/lotRecall', '/letter-texts/reminder']) {
          for (const lang of ['ja', 'en']) {
            await page.goto(`${served.url}${path}?lang=${lang}`)
            const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
            expect([path, lang, width, over]).toEqual([path, lang, width, 0])
            if (!screens) continue
            mkdirSync(screens, { recursive: true })
            const name = `${path.slice(1).replace('/', '-')}-${lang}-${width}.png`
            await page.screenshot({ path: join(screens, name), fullPage: true })
          }
        }
      }
    } finally {
      await browser.close()
      await served.close()
    }
  },
  120_000,
)

test('a text that fits its page no longer stops no evening: letters bear the standard one, and a clerk reads so', async () => {
  // As an upgrade of the sentences around it leaves it: it was never made so long.
  const day = addDays(round1On, 1)
  const parts = {
    details: Array(4).fill('長'.repeat(59)).join('\n'),
    opening: '文'.repeat(160),
  }
  await released('reminder', parts)
  expect(await pageOf('clerk', '/letter-texts')).toContain('収まらなくなりました')
  const made = await world.personWithDose({ town })
  world.setDay(day)
  await world.sendNotice(made)
  world.setDay(day, evening)
  expect(await world.seal(town, day)).toEqual({ letters: 1 })
  await world.print(town, day)
  const [page] = await printed(day)
  expect(page).not.toContain('長長')
  expect(page).toContain('2回目をもう受けた方')
})
