/** Proves: two people agree, and a person gets everything held about them, looks included; places only if safe. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { erasureSubject } from '../../../db/residents/erasure-subject.ts'
import { as, asProgram, type Staff, seedStaff } from '../../support/credentials.ts'
import { aLetterCode, cookieOf, press, tryCode, visible } from '../../support/letters.ts'
import { clerkOf } from '../../support/mended.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import {
  aResident,
  aScan,
  otherTown,
  type SeededResident,
  seedTowns,
  town,
} from '../../support/town.ts'

let db: SealedDatabase
let site: Site
let ada: SeededResident

const bornOn = '1950-05-05'
const own = {
  family: '開示',
  given: '花子',
  kana: 'カイジ ハナコ',
  address: '開示町一番地',
  mail: 'ada@mail.invalid',
}

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  ada = await aResident(db, own)
  await told('/api/v1/scans', aScan(ada))
  const code = await aLetterCode(db, ada)
  const cookie = cookieOf(await tryCode(site.app, code, bornOn))
  await press(site.app, cookie, 'already', { on: '6月末', place: '標識診療所' })
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

async function told(path: string, body: object): Promise<void> {
  const init = { method: 'POST', headers: asProgram, body: JSON.stringify(body) }
  const answer = await site.app.request(path, init)
  if (!answer.ok) throw new Error(await answer.text())
}

async function asked(who: Staff, path: string, body: object) {
  const headers = { ...as(who), 'content-type': 'application/json' }
  const answer = await site.app.request(path, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

async function approved(residentId: string): Promise<string> {
  const subject = { municipalityCode: town, residentId }
  const ask = { kind: 'disclosure', subject, reasonCode: 'ownRequest' }
  const { body } = await asked('municipalAdministrator', '/api/v1/approvals', ask)
  await asked('secondAdministrator', `/api/v1/approvals/${body.id}/approve`, {})
  return body.id
}

type Answer = {
  status: number
  body: { disclosure: Record<string, never>; html: string; code?: string }
}

async function disclosed(who: Staff, residentId: string, approvalId: string, lang = 'ja') {
  const asking = { municipalityCode: town, residentId, approvalId, lang }
  return (await asked(who, '/api/v1/disclosures', asking)) as Answer
}

describe('a disclosure', () => {
  test('takes two people, once, for exactly this person; an operator gets none', async () => {
    const other = await aResident(db)
    const id = await approved(ada.residentId)
    expect((await disclosed('clerk', other.residentId, id)).body.code).toBe('approvalMissing')
    expect((await disclosed('operator', ada.residentId, id)).status).toBe(403)
    expect((await disclosed('clerkElsewhere', ada.residentId, id)).status).toBe(403)
    expect((await disclosed('clerk', ada.residentId, randomUUID())).body.code).toBe(
      'approvalMissing',
    )
    expect((await disclosed('clerk', ada.residentId, id)).status).toBe(200)
    expect((await disclosed('clerk', ada.residentId, id)).body.code).toBe('approvalMissing')
  })

  test('holds what is sealed, what is not, what was said and who looked', async () => {
    const { body } = await disclosed('clerk', ada.residentId, await approved(ada.residentId))
    expect(body.disclosure).toMatchObject({
      placesAreMasked: false,
      person: {
        ...{ familyName: own.family, givenName: own.given, kana: own.kana, bornOn, mail: own.mail },
        residences: [{ address: own.address }],
        tickets: [{ number: ada.ticketNumber }],
        messages: [{ kind: 'alreadyVaccinated', on: '6月末', place: '標識診療所' }],
      },
      register: { registerNumber: ada.registerNumber, status: 'registered' },
      course: { stage: 'secondDoseOverdue' },
      doses: [{ doseNumber: 1, givenOn: '2021-06-09', lotNumber: 'TEST01', venue: '見本会場' }],
      letterCodes: [{ madeOn: '2021-07-01', triesLeft: 5 }],
    })
    const purposes = (body.disclosure.looks as unknown as { purpose: string }[]).map(
      (one) => one.purpose,
    )
    expect(purposes).toEqual(expect.arrayContaining(['recordDose', 'residentPage', 'disclose']))
  })

  test('tells what was changed of a dose', async () => {
    const person = await aResident(db)
    const scan = JSON.stringify(aScan(person))
    const init = { method: 'POST', headers: asProgram, body: scan }
    const recorded = await site.app.request('/api/v1/scans', init)
    const { doseId } = (await recorded.json()) as { doseId: string }
    const given = { reason: 'wrongDate', givenOn: '2021-06-02' }
    expect((await clerkOf(site.app).change('correct', doseId, given)).status).toBe(200)
    const { body } = await disclosed('clerk', person.residentId, await approved(person.residentId))
    expect(body.disclosure).toMatchObject({
      doseChanges: [{ kind: 'corrected', givenOnBefore: '2021-06-09', givenOnAfter: '2021-06-02' }],
    })
    expect(body.html).toContain('接種日の誤り')
  })

  test('tells what a clerk told the person in place of a notice', async () => {
    const person = await aResident(db)
    await told('/api/v1/scans', aScan(person))
    const [{ id } = {}] = await db.sql`
      select id from course where home_resident_id = ${person.residentId}`
    await db.sql`
      insert into manual_notice (municipality_code, id, resident_id, course_id, kind, told_on, told_by,
                                 recorded_on, recorded_by)
      values (${town}, ${randomUUID()}, ${person.residentId}, ${id}, 'reminder', '2021-06-20', 'visit',
              '2021-06-21', 'a')`
    const { body } = await disclosed('clerk', person.residentId, await approved(person.residentId))
    expect(body.disclosure.toldByHand).toEqual([
      { toldOn: '2021-06-20', kind: 'reminder', by: 'visit', isTakenBack: false },
    ])
    expect(body.html).toContain('窓口から直接お知らせしたこと')
    expect(body.html).toContain('訪問')
  })

  test('tells that rows were linked as one person, and not which the other row is', async () => {
    const person = await aResident(db)
    const other = await aResident(db, { municipalityCode: otherTown })
    const [asker, agrees] = await db.sql`select id from account order by id limit 2`
    const linkId = randomUUID()
    await db.sql`
      insert into person_link (municipality_code, id, now_municipality_code, now_resident_id,
                               former_municipality_code, former_resident_id, since_on, names_agree, reason,
                               asked_by, approved_by, linked_on)
      values (${town}, ${linkId}, ${town}, ${person.residentId}, ${otherTown}, ${other.residentId},
              '2021-06-01', true, 'certificate', ${asker!.id}, ${agrees!.id}, '2021-06-20')`
    await db.sql`
      insert into person_link_side (municipality_code, resident_id, link_id, side, since_on, linked_on)
      values (${town}, ${person.residentId}, ${linkId}, 'now', '2021-06-01', '2021-06-20'),
             (${otherTown}, ${other.residentId}, ${linkId}, 'former', '2021-06-01', '2021-06-20')`
    const { body } = await disclosed('clerk', person.residentId, await approved(person.residentId))
    expect(body.disclosure.links).toEqual([
      { side: 'now', sinceOn: '2021-06-01', linkedOn: '2021-06-20', isStanding: true },
    ])
    expect(body.html).toContain('今の登録')
    expect(JSON.stringify(body)).not.toContain(other.registerNumber)
    expect(JSON.stringify(body)).not.toContain(otherTown)
  })

  test('can be read and printed, in both languages, with no script and nothing from elsewhere', async () => {
    const ja = (await disclosed('clerk', ada.residentId, await approved(ada.residentId))).body.html
    const en = (await disclosed('clerk', ada.residentId, await approved(ada.residentId), 'en')).body
      .html
    for (const html of [ja, en]) {
      expect(html).not.toMatch(/<script|src=|href=|url\(/)
      for (const text of [own.family, own.address, ada.ticketNumber, '見本会場', '標識診療所']) {
        expect(html).toContain(text)
      }
    }
    expect(visible(ja)).toContain('保有個人情報の開示')
    expect(visible(en)).toContain('Who looked at the record')
  })

  test('is itself a look at every field, by whoever made it, on its legal basis', async () => {
    await disclosed('clerk', ada.residentId, await approved(ada.residentId))
    const [look] = await db.sql`
      select actor_role as role, legal_basis as basis, fields from ledger_inbox
       where resident_id = ${ada.residentId} and purpose = 'disclose' and 'address' = any (fields)`
    expect(look).toMatchObject({ role: 'clerk', basis: 'protectionAct76' })
  })
})

describe('T14: of a protected person', () => {
  test('no place is on the paper: no address, venue, town of an office', async () => {
    const eve = await aResident(db, { ...own, family: '保護', address: '隠れ町二番地' })
    await told('/api/v1/scans', aScan(eve))
    await told('/api/v1/protections', {
      ...{ eventId: randomUUID(), municipalityCode: town, registerNumber: eve.registerNumber },
      from: '2021-07-01',
    })
    const { body } = await disclosed('clerk', eve.residentId, await approved(eve.residentId))
    expect(body.disclosure).toMatchObject({ placesAreMasked: true, doses: [{ venue: null }] })
    const all = JSON.stringify(body.disclosure) + body.html
    for (const place of ['隠れ町', '見本会場', '1310400018', '1600000'])
      expect(all).not.toContain(place)
    const looks = body.disclosure.looks as unknown as { office: unknown }[]
    expect(looks.every(({ office }) => typeof office === 'string')).toBe(true)
    expect(visible(body.html)).toContain('場所のわかる項目はこの書面に載せていません')
  })
})

test('of somebody who was erased says so, and names nobody', async () => {
  const gone = await aResident(db, { ...own, family: '消去' })
  await told('/api/v1/scans', aScan(gone))
  const ask = {
    kind: 'keyDestruction',
    subject: erasureSubject(town, [gone.residentId]),
    reasonCode: 'x',
  }
  const { body: asking } = await asked('municipalAdministrator', '/api/v1/approvals', ask)
  await asked('secondAdministrator', `/api/v1/approvals/${asking.id}/approve`, {})
  const erasure = {
    municipalityCode: town,
    residentId: gone.residentId,
    approvalId: asking.id,
    reason: 'x',
  }
  expect((await asked('municipalAdministrator', '/api/v1/erasures', erasure)).status).toBe(200)
  const { body } = await disclosed('clerk', gone.residentId, await approved(gone.residentId))
  expect(body.disclosure.person).toBeUndefined()
  expect(body.disclosure.doses).toHaveLength(1)
  expect(body.html).not.toContain('消去 ')
  expect(visible(body.html)).toContain('個人情報は消去されています')
})
