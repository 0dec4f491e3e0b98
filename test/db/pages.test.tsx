/** Proves: the pages show the seeded numbers, name their axis and moment, and name nobody. */
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeStatus } from '../../config/system-status.ts'
import { readFacts } from '../../db/queries/facts.ts'
import { courseWords } from '../../domain/course-words.ts'
import { rememberer } from '../../web/remember.ts'
import { asProgram } from '../support/credentials.ts'
import { type Site, startSite } from '../support/pages-site.ts'
import { type PagesStory, seedPages } from '../support/pages-story.ts'
import { type SealedDatabase, sealedDatabase } from '../support/sealed.ts'
import { otherTown, town } from '../support/town.ts'

let db: SealedDatabase
let site: Site
let story: PagesStory

const langs = ['ja', 'en'] as const

/** What a reader sees: no tags, single spaces. */
function visible(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
}

async function seen(path: string): Promise<string> {
  return visible((await site.get(path)).text)
}

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db)
  story = await seedPages(db, site.app)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

describe('the town page', () => {
  test('shows first, second and overdue as they were recorded', async () => {
    const text = await seen(`/towns/${town}?lang=en`)
    expect(text).toContain(
      'First doses 5 5 of them recorded today Counted by: issuer of the ticket',
    )
    expect(text).toContain('Second doses 1 1 of them recorded today')
    expect(text).toContain(
      'Second dose overdue 1 33.3% of 3 who have had dose 1 and await dose 2 Counted by: residence today',
    )
  })

  test('breaks doses down by age and product so that the rows add up', async () => {
    const text = await seen(`/towns/${town}?lang=en`)
    expect(text).toContain('65 and over 3 1 0 under 65 2 0 0 age unknown 0 0 0 Total 5 1 0')
    expect(text).toContain('Moderna 2 0 0 Pfizer 3 1 0 Total 5 1 0')
  })

  test('counts held and waiting scans apart', async () => {
    expect(await seen(`/towns/${town}?lang=en`)).toContain(
      'Besides: 1 held, 1 waiting for their ticket (in none of these figures)',
    )
  })

  test('shows how late doses were recorded', async () => {
    const text = await seen(`/towns/${town}?lang=en`)
    expect(text).toContain('Of 6 doses recorded in the last 28 days')
    expect(text).toContain('Half recorded within 20 days')
    expect(text).toContain('Longest 30 days')
  })

  test('counts a mover by residence in the new town and by issuer in the old', async () => {
    const text = await seen(`/towns/${otherTown}?lang=en`)
    expect(text).toContain('First doses 0')
    expect(text).toContain('With at least one dose 1')
  })

  test('tells notices by reason, tasks and venues', async () => {
    const text = await seen(`/towns/${town}?lang=en`)
    expect(text).toContain('Reminder, round 1 ■ Not sent the dose was recorded before 1')
    expect(text).toContain('Follow up the second dose 1 1 July 2021 (Thu)')
    expect(text).toContain('1310400018 6')
  })

  test('says when, and draws a bar for every day with doses', async () => {
    const { text } = await site.get(`/towns/${town}`)
    expect(visible(text)).toContain('2021年7月5日（月） 12:00 時点')
    expect(text.match(/<rect class="bar-/g)).toHaveLength(4)
  })

  test('is not there for a code that no municipality has', async () => {
    expect((await site.get('/towns/999999')).status).toBe(404)
  })

  test('every figure names its axis beside it', async () => {
    const { text } = await site.get(`/towns/${town}`)
    const sections = text.split('<section aria-labelledby').slice(1)
    expect(sections.length).toBeGreaterThan(6)
    for (const section of sections) {
      expect(section).toMatch(
        /集計の軸: (接種券の発行元|今日の居住地|通知を決めた日の居住地|接種会場|担当する市区町村)/,
      )
      expect(section).toContain('時点')
    }
  })
})

describe('the towns', () => {
  test('are listed with their numbers', async () => {
    expect(await seen('/towns?lang=en')).toContain(`見本市${town} 5 1 2 1`)
  })
})

describe('a course', () => {
  test.each(langs)('is told in the words of the Temporal UI (%s)', async (lang) => {
    const facts = (await readFacts(db.sql as never, [story.overdueCourseId], site.clock)).get(
      story.overdueCourseId,
    )!
    const text = await seen(`/courses/${story.overdueCourseId}${lang === 'en' ? '?lang=en' : ''}`)
    const words = courseWords(facts, lang)
    expect(text).toContain(words.state)
    expect(text).toContain(words.next)
    expect(facts.steps.length).toBeGreaterThan(0)
  })

  test('shows its doses, its notice with the reason, its task, and its run', async () => {
    const { text: html } = await site.get(`/courses/${story.doneCourseId}?lang=en`)
    const text = visible(html)
    expect(text).toMatch(/Dose 1 .*Product: Pfizer \/ Lot: TEST01 \/ Venue: 1310400018/)
    expect(text).toContain('Reason: the dose was recorded before')
    expect(html).toContain(
      `http://127.0.0.1:8233/namespaces/default/workflows/course%2F${story.doneCourseId}`,
    )
    expect(await seen(`/courses/${story.overdueCourseId}?lang=en`)).toContain(
      'Task: Follow up the second dose',
    )
  })

  test('shows the move of a mover, by code', async () => {
    expect(await seen(`/courses/${story.movedCourseId}?lang=en`)).toContain(
      `Moved in effective 1 July 2021 (Thu) / Municipality: ${otherTown}`,
    )
  })

  test('says that its news waits, and that it is set aside with the reason', async () => {
    expect(await seen(`/courses/${story.doneCourseId}?lang=en`)).toContain('is on its way')
    expect(await seen(`/courses/${story.overdueCourseId}?lang=en`)).toContain(
      'could not be delivered and is set aside made-up refusal',
    )
  })

  test.each(['/courses/not-an-id', '/courses/7d9bd8a4-5d5c-4a3e-9a8f-6d0b7f3f4f11'])(
    '%s is not there',
    async (path) => {
      const { status, text } = await site.get(path)
      expect([status, text.includes('このコースはありません')]).toEqual([404, true])
    },
  )
})

describe('the list of courses', () => {
  test('is filtered by stage and municipality', async () => {
    const { text } = await site.get(`/courses?stage=complete&municipality=${town}`)
    expect(text.match(/href="\/courses\/[0-9a-f]{8}-/g)).toHaveLength(1)
    expect(text).toContain(`/courses/${story.doneCourseId}`)
  })

  test('is paged without losing or repeating a course', async () => {
    const listed: string[] = []
    let path: string | undefined = '/courses'
    while (path) {
      const { text }: { text: string } = await site.get(path)
      listed.push(...[...text.matchAll(/href="\/courses\/([0-9a-f-]{36})"/g)].map((m) => m[1]!))
      path = /href="(\/courses\?after=[^"]+)"[^>]*>次のページ/.exec(text)?.[1]
    }
    const courses = await db.sql<{ id: string }[]>`select id from course order by id`
    expect(courses.length).toBeGreaterThan(50)
    expect(listed).toEqual(courses.map(({ id }) => id))
  })

  test.each(['stage=nonsense', 'municipality=13', "after=1' or '1'='1"])(
    'refuses %s and says what to do',
    async (query) => {
      const { status, text } = await site.get(`/courses?${encodeURI(query)}`)
      expect(status).toBe(400)
      expect(text).toContain('段階を選び直し')
    },
  )
})

describe('the operator', () => {
  test('sees what is set aside, what is late and what is attached to nobody', async () => {
    const text = await seen('/operator?lang=en')
    expect(text).toContain('Set aside 1')
    expect(text).toContain('made-up refusal')
    expect(text).toMatch(/Held 1 0 0/)
    expect(text).toMatch(/Waiting for their ticket 1 0 0/)
    expect(text).toContain('Courses: 1 ')
  })
})

describe('the start page', () => {
  test('counts what is recorded and shows the letter that was not sent', async () => {
    const text = await seen('/?lang=en')
    expect(text).toContain('First doses 5')
    expect(text).toContain('Second doses 1')
    expect(text).toContain('Reason: the dose was recorded before')
    expect(text).toContain('Not judged yet')
  })

  test('offers a ticket that a scan can really use, and the count rises', async () => {
    const { text } = await site.get('/')
    const body = /-d &#39;(\{.*?\})&#39;/s.exec(text)?.[1]?.replaceAll('&quot;', '"')
    const answer = await site.app.request('/api/v1/scans', {
      method: 'POST',
      headers: asProgram,
      body: body!,
    })
    expect(((await answer.json()) as { verdict: string }).verdict).toBe('recorded')
    expect(visible(text)).toMatch(/npx sesshu scan --line 21131041\d{10} --read-by qr/)
    await expect.poll(() => seen('/?lang=en'), { timeout: 30_000 }).toContain('First doses 6')
  })

  test('says that Temporal is being prepared, and that scans count', async () => {
    const since = new Date(Date.now() - 61_000).toISOString()
    writeStatus(site.dataDir, [{ name: 'temporal', state: 'preparing', since, restarts: 0 }])
    const text = await seen('/')
    expect(text).toContain('Temporal は準備中です（1分経過）。接種の記録はもう数えています')
    expect(text).toContain('待ち時間の管理（Temporal） ◐ 準備中')
  })

  test('ticks off the steps of the course that the demo marks', async () => {
    const marked = JSON.stringify({ followCourseId: story.movedCourseId })
    writeFileSync(join(site.dataDir.root, 'demo.json'), marked)
    const text = await seen('/?lang=en')
    expect(text).toContain('● Done First dose')
    expect(text).toContain('● Done Moved in')
    expect(text).toContain('○ Planned Second dose')
  })

  test('shows the verdict of the judge once there is one', async () => {
    const report = {
      owed: 31,
      noticesSent: 30,
      missedNotices: 1,
      duplicateNotices: 0,
      wrongNotices: { dead: 2, leftAddress: 1 },
    }
    writeFileSync(join(site.dataDir.root, 'report.json'), JSON.stringify(report))
    const text = await seen('/?lang=en')
    expect(text).toContain('Owed 31 Sent 30 Wrong 3 Missed 1')
    rmSync(join(site.dataDir.root, 'report.json'))
  })
})

describe('what was sent', () => {
  const mail = '20210701T000000.000Z-abc-000001-7d9bd8a4.eml'

  test('is listed with its kind, and opened as it lies on disk', async () => {
    const head =
      'X-Sesshu-Kind: reminder\r\nX-Sesshu-Round: 2\r\nX-Sesshu-Campaign-Date: 2021-07-01'
    writeFileSync(join(site.dataDir.mail, mail), `${head}\r\n\r\nbody\r\n`)
    writeFileSync(join(site.dataDir.letters, '131041-2021-07-01.pdf'), '%PDF-1.7 made up')
    const letters = [{ noticeId: 'n', kind: 'relocationNotice', round: 1, page: 1 }]
    const manifest = JSON.stringify({ municipalityCode: town, date: '2021-07-01', letters })
    writeFileSync(join(site.dataDir.letters, '131041-2021-07-01.manifest.json'), manifest)
    const { text } = await site.get('/outgoing')
    expect(visible(text)).toContain('督促（2回目）')
    expect(visible(text)).toContain('転入者へのお知らせ（1回目） 1ページ')
    const opened = await site.get(/href="(\/outgoing\/mail\/[^"]+)"/.exec(text)![1]!)
    expect(opened.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(opened.text).toContain('body')
    const pdf = await site.get('/outgoing/letters/131041-2021-07-01.pdf')
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
  })

  test.each([
    '/outgoing/mail/..%2Fcredentials.json',
    '/outgoing/mail/../credentials.json',
    '/outgoing/mail/%2e%2e%2fcredentials.json',
    '/outgoing/mail/secret.eml',
    '/outgoing/letters/131041-2021-07-01.manifest.json',
    '/outgoing/run/status.json',
  ])('%s opens nothing', async (path) => {
    writeFileSync(join(site.dataDir.root, 'credentials.json'), 'planted secret')
    const link = join(site.dataDir.mail, 'secret.eml')
    rmSync(link, { force: true })
    symlinkSync(join(site.dataDir.root, 'credentials.json'), link)
    const { status, text } = await site.get(path)
    expect(status).toBe(404)
    expect(text).not.toContain('planted secret')
  })

  test('does not exist in a real system', async () => {
    const real = startSite(db, { isDemo: false })
    writeFileSync(join(real.dataDir.mail, mail), 'X-Sesshu-Kind: reminder\r\n\r\nbody')
    expect((await real.get('/outgoing')).status).toBe(404)
    expect((await real.get(`/outgoing/mail/${mail}`)).status).toBe(404)
    const start = (await real.get('/')).text
    expect(start).not.toContain('/outgoing')
    expect(start).not.toContain('curl')
    await real.close()
  })
})

describe('every page', () => {
  const paths = () => [
    '/',
    '/towns',
    `/towns/${town}`,
    `/towns/${otherTown}`,
    '/courses',
    ...[story.doneCourseId, story.overdueCourseId, story.movedCourseId].map(
      (id) => `/courses/${id}`,
    ),
    '/findings',
    '/findings/lots',
    '/supply',
    '/outgoing',
    '/operator',
    '/courses/not-an-id',
  ]

  test('names nobody', async () => {
    expect(story.markers.length).toBeGreaterThan(5)
    for (const path of paths()) {
      for (const lang of ['', '?lang=en']) {
        const { text } = await site.get(path + lang)
        for (const marker of story.markers) expect(text, `${path} ${marker}`).not.toContain(marker)
      }
    }
  })

  test('is in the language asked for, leads to the other, and forbids what is inline', async () => {
    for (const path of paths()) {
      const { text, headers } = await site.get(path)
      expect(text).toMatch(/^<!doctype html><html lang="ja">/)
      expect(text).toContain(`href="${path}?lang=en"`)
      expect((await site.get(`${path}?lang=en`)).text).toContain('<html lang="en">')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('cache-control')).toBe('no-store')
      expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=/)
    }
  })

  test('finds every style and script that it asks for', async () => {
    const { text } = await site.get('/')
    const assets = [...text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((m) => m[1]!)
    expect(assets).toHaveLength(3)
    for (const asset of assets) expect((await site.get(asset)).status).toBe(200)
    expect((await site.get('/assets/..%2froutes.tsx')).status).toBe(404)
  })

  test('says so when the database does not answer', async () => {
    const away = startSite(db)
    await away.close()
    const { status, text } = await away.get('/towns')
    expect([status, text.includes('データを読めませんでした')]).toEqual([503, true])
  })
})

describe('remembered figures', () => {
  test('are asked once by many at a time, and again after ten times as long as it took', async () => {
    let now = 0
    let asked = 0
    const remember = rememberer(() => now)
    const ask = async () => {
      asked += 1
      now += 7
      return asked
    }
    const both = await Promise.all([remember('a', ask), remember('a', ask)])
    expect(both.map(({ value }) => value)).toEqual([1, 1])
    now += 69
    expect((await remember('a', ask)).value).toBe(1)
    now += 2
    expect(await remember('a', ask)).toEqual({ value: 2, readAtMs: 78 })
  })

  test('of a failed question are not kept', async () => {
    const remember = rememberer(() => 0)
    await expect(remember('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    expect((await remember('a', async () => 'back')).value).toBe('back')
  })
})
