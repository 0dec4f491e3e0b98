/** Proves: a letter's code and a birth date show the own record, and nothing of where anybody was. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noticeIdOf } from '../../../db/queries/notice-id.ts'
import { asProgram } from '../../support/credentials.ts'
import { aLetterCode, cookieOf, press, read, tryCode, visible } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, aScan, type SeededResident, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Site
let ada: SeededResident
let code: string

const bornOn = '1950-05-05'
const own = { family: '標識姓', given: '標識名', kana: 'ヒョウシキ', address: '標識町一番地' }

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  await seedTowns(db.sql)
  ada = await aResident(db, own)
  await scan(ada, { givenOn: '2021-06-09' })
  await addLeftNotice(ada)
  code = await aLetterCode(db, ada)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

async function scan(resident: SeededResident, changes: object): Promise<void> {
  const answer = await site.app.request('/api/v1/scans', {
    method: 'POST',
    headers: asProgram,
    body: JSON.stringify(aScan(resident, { ...changes })),
  })
  if (!answer.ok) throw new Error(await answer.text())
}

async function courseOf({ residentId }: SeededResident): Promise<string> {
  const [row] =
    await db.sql`select course_id as id from course_link where resident_id = ${residentId}`
  return row!.id
}

async function addLeftNotice(resident: SeededResident): Promise<void> {
  const [courseId, occasion] = [await courseOf(resident), randomUUID()]
  const id = noticeIdOf(courseId, {
    ...{ kind: 'reminder', phase: 'overdue', doseNumber: 2, occasion, round: 1 },
  })
  await db.sql`
    insert into notice (municipality_code, id, resident_id, course_id, kind, phase, dose_number,
                        occasion, round, due_on, state, queued_on, left_on, left_at, channel)
    values (${town}, ${id}, ${resident.residentId}, ${courseId}, 'reminder',
            'overdue', 2, ${occasion}, 1, '2021-07-01', 'left', '2021-07-01', '2021-07-01', now(),
            'letter')`
}

async function opened(lang?: 'en'): Promise<string> {
  const answer = await tryCode(site.app, code, bornOn, lang ? { lang } : {})
  expect(answer.status).toBe(303)
  return cookieOf(answer)
}

describe('the own record', () => {
  test('says on top what comes next and when, in both languages', async () => {
    const cookie = await opened()
    // Pfizer on 9 June: from 30 June, the usual day; the page is read on 5 July.
    expect(visible((await read(site.app, cookie)).body)).toContain(
      '2回目の目安の日（2021年6月30日（水））を過ぎています。できるだけ早く受けてください。',
    )
    const english = visible((await read(site.app, cookie, '/my?lang=en')).body)
    expect(english).toContain('Your second vaccination was due on 30 June 2021 (Wed).')
    expect(english.indexOf('was due on')).toBeLessThan(english.indexOf('Vaccinations'))
  })

  test('shows doses by day and product, letters by kind and day, and the office’s phone', async () => {
    const text = visible((await read(site.app, await opened(), '/my?lang=en')).body)
    expect(text).toContain('First 9 June 2021 (Wed) Pfizer')
    expect(text).toContain('1 July 2021 (Thu) Vaccination notice no. 1 by letter')
    expect(text).toContain('Vaccination office Telephone 000-000-0000')
  })

  test('never shows venue, address, name, ticket number, lot or any town of a dose', async () => {
    const cookie = await opened()
    for (const path of ['/my', '/my?lang=en']) {
      const { body } = await read(site.app, cookie, path)
      const venue = ['見本会場', '1310400018', 'TEST01']
      for (const secret of [
        ...Object.values(own),
        ...venue,
        ada.ticketNumber,
        ada.registerNumber,
      ]) {
        expect(body).not.toContain(secret)
      }
      expect(body).not.toContain(ada.residentId)
      expect(body).not.toMatch(/(?<![0-9a-f])1950(?![0-9a-f])/)
    }
  })

  test('tells who looked in plain words, and that a view is itself a look', async () => {
    const cookie = await opened()
    const before = visible((await read(site.app, cookie, '/my?lang=en')).body)
    expect(before).toContain('The system by itself')
    await read(site.app, cookie)
    const after = visible((await read(site.app, cookie, '/my?lang=en')).body)
    expect(after).toContain('Whoever used this letter’s code (you)')
    expect(after).toContain('to show this page')
    const looks = await db.sql`
      select actor_role, purpose, fields from ledger_inbox
       where resident_id = ${ada.residentId} and actor_role = 'resident'`
    expect(looks.length).toBeGreaterThan(1)
    expect(looks[0]).toMatchObject({ purpose: 'residentPage' })
  })

  test('works without a script, and nothing of it is kept by a browser', async () => {
    const { body, headers } = await read(site.app, await opened())
    expect(body).not.toContain('<script')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('of somebody who has had everything says so', async () => {
    const bob = await aResident(db)
    await scan(bob, { givenOn: '2021-06-05' })
    await scan(bob, { givenOn: '2021-07-01', claimedDoseNumber: 2 })
    const answer = await tryCode(site.app, await aLetterCode(db, bob), bornOn)
    const text = visible((await read(site.app, cookieOf(answer))).body)
    expect(text).toContain('必要な回数の接種が終わっています。')
  })
})

describe('the session', () => {
  test('lasts a quarter of an hour, for this page alone, out of every script’s reach', async () => {
    const answer = await tryCode(site.app, code, bornOn)
    expect(answer.headers.get('location')).toBe('/my')
    expect(answer.headers.get('set-cookie')).toMatch(
      /^sesshu-my=\d{6}\.[\w-]{43}; Path=\/my; HttpOnly; SameSite=Strict; Max-Age=900$/,
    )
    const [row] = await db.sql`
      select extract(epoch from expires_at - started_at)::int as seconds from resident_session limit 1`
    expect(row!.seconds).toBe(900)
  })

  test('is over when its time is up, and says so', async () => {
    const cookie = await opened()
    await db.sql`
      update resident_session set started_at = started_at - interval '16 minutes',
                                  expires_at = expires_at - interval '16 minutes'`
    const { body } = await read(site.app, cookie)
    expect(visible(body)).toContain('時間が過ぎたため、記録を閉じました。')
    expect(body).not.toContain('受けた接種')
  })

  test('is over when its reader closes the record', async () => {
    const cookie = await opened()
    expect((await press(site.app, cookie, 'leave')).headers.get('set-cookie')).toContain(
      'Max-Age=0',
    )
    expect((await read(site.app, cookie)).body).not.toContain('受けた接種')
  })

  test('is no key to another town’s or another person’s record', async () => {
    const cookie = await opened()
    const [name, value] = cookie.split('=') as [string, string]
    const from = town.length + 1
    const another = `${value.slice(0, from)}${value[from] === 'A' ? 'B' : 'A'}${value.slice(from + 1)}`
    for (const forged of [`011002${value.slice(6)}`, another, `${town}.x`, '']) {
      expect((await read(site.app, `${name}=${forged}`)).body).not.toContain('受けた接種')
    }
  })
})

describe('the database', () => {
  test('holds neither code nor cookie, as text or as bytes', async () => {
    const cookie = await opened()
    const plain = code.replaceAll('-', '')
    const token = cookie.split('=')[1]!
    for (const table of ['letter_code', 'resident_session', 'letter_code_try', 'ledger_inbox']) {
      const rows = JSON.stringify(await db.sql`select t::text from ${db.sql(table)} t`)
      for (const secret of [plain, code, token, token.slice(7)]) {
        expect(rows).not.toContain(secret)
        expect(rows).not.toContain(Buffer.from(secret).toString('hex'))
      }
    }
  })
})
