// The plan is in force where it was accepted, and nowhere else; what was answered stays as it was.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { planInForce, publishPlans, townsWithoutPlan } from '../../../db/oversight/plan.ts'
import { newestPlan } from '../../../db/oversight/plan-text.ts'
import { type Oversight, startOversight } from '../../support/oversight.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

const { version } = newestPlan()

let db: SealedDatabase
let site: Oversight

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  site = await startOversight(db)
  await db.sql`insert into plan_version (version, ja_sha256, en_sha256)
               values (${version + 1}, ${Buffer.alloc(32, 1)}, ${Buffer.alloc(32, 2)})`
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})
beforeEach(async () => {
  await db.sql`alter table plan_answer disable trigger only_added`
  await db.sql`delete from plan_answer where municipality_code = ${town}`
  await db.sql`alter table plan_answer enable trigger only_added`
})

const answer = (answer: 'accepts' | 'objects', more: object = {}) =>
  site.call('municipalAdministrator', 'POST', '/plan/answers', { version, answer, ...more })
const object = (more: object = {}) =>
  answer('objects', { comment: '鍵の保管の説明を求めます。', ...more })

let people = 0
const register = async (municipalityCode: string) => {
  people += 1
  const resident = {
    municipalityCode,
    registerNumber: `P${people}`,
    name: { family: '見本', given: '太郎', kana: 'みほん たろう' },
    bornOn: '1950-01-01',
    postcode: '0400001',
    address: '見本町1番',
    residentSince: '2010-04-01',
  }
  return await site.call('clerk', 'POST', '/residents', { residents: [resident] })
}

describe('registering residents', () => {
  test('is refused before acceptance, with what to do, and nothing is written', async () => {
    const refused = await register(town)
    expect(refused).toMatchObject({ status: 409, body: { code: 'planNotAccepted' } })
    expect(refused.body.whatToDo).toContain('/plan')
    const [rows] = await db.sql`select count(*)::int as n from resident`
    expect(rows).toEqual({ n: 0 })
  })

  test('goes on after acceptance, and the answer says which version is in force', async () => {
    expect(await answer('accepts')).toEqual({
      status: 201,
      body: { municipalityCode: town, version, answer: 'accepts', inForce: version },
    })
    expect(await register(town)).toMatchObject({
      status: 200,
      body: { results: [{ status: 'new' }] },
    })
  })

  test('stops when the acceptance is taken back by an objection, until it is accepted again', async () => {
    await answer('accepts')
    expect((await object()).body.inForce).toBeNull()
    expect((await register(town)).status).toBe(409)
    await answer('accepts')
    expect((await register(town)).status).toBe(200)
  })

  test('goes on under the old version while a newer one is objected to', async () => {
    await answer('accepts')
    expect((await object({ version: version + 1 })).body.inForce).toBe(version)
    expect((await register(town)).status).toBe(200)
    expect((await answer('accepts', { version: version + 1 })).body.inForce).toBe(version + 1)
  })

  test('by a program is refused for each town that has none, though another has', async () => {
    const residents = [town, otherTown].map((municipalityCode) => ({ municipalityCode }))
    expect(
      await townsWithoutPlan(
        site.sql,
        residents.map((one) => one.municipalityCode),
      ),
    ).toEqual([town])
  })

  test('is the only thing refused: a ticket’s scan, a death and a move are taken', async () => {
    await answer('accepts')
    await register(town)
    await object()
    const told = {
      eventId: crypto.randomUUID(),
      municipalityCode: town,
      registerNumber: `P${people}`,
      diedOn: '2021-06-30',
    }
    const death = await site.call('clerk', 'POST', '/deaths', told)
    expect(death.body.code).not.toBe('planNotAccepted')
  })
})

describe('an answer', () => {
  test('is a municipal administrator’s, for the own town alone', async () => {
    for (const who of ['clerk', 'venueStaff', 'operator', 'supervisoryAuthority'] as const) {
      const sent = { version, answer: 'accepts' }
      expect((await site.call(who, 'POST', '/plan/answers', sent)).status).toBe(403)
    }
    const elsewhere = await answer('accepts', { municipalityCode: otherTown })
    expect(elsewhere.status).toBe(422)
    expect(await planInForce(site.sql, town)).toBeUndefined()
  })

  test('objects with a comment or not at all', async () => {
    for (const comment of [undefined, '', '  \n ']) {
      const refused = await answer('objects', comment === undefined ? {} : { comment })
      expect(refused).toMatchObject({ status: 422, body: { code: 'objectionNeedsComment' } })
    }
    expect((await object({ comment: `${'あ'.repeat(2_001)}` })).status).toBe(422)
    expect((await object({ comment: 'a\u0007b' })).body.code).toBe('textCharacters')
    expect((await object({ comment: '一行目\r\n二行目' })).status).toBe(201)
    const [kept] = await db.sql`select comment from plan_answer where municipality_code = ${town}`
    expect(kept).toEqual({ comment: '一行目\n二行目' })
  })

  test('names a version that was published', async () => {
    expect(await answer('accepts', { version: 99 })).toMatchObject({
      status: 422,
      body: { code: 'unknownPlanVersion' },
    })
  })

  test('is read back by its own town, newest first, and by nobody else there', async () => {
    await answer('accepts')
    await object()
    const own = await site.call('clerk', 'GET', '/plan')
    expect(own.body.municipality).toMatchObject({
      code: town,
      inForce: null,
      answers: [
        { answer: 'objects', comment: '鍵の保管の説明を求めます。' },
        { answer: 'accepts' },
      ],
    })
    const elsewhere = await site.call('clerkElsewhere', 'GET', '/plan')
    expect(elsewhere.body.municipality.code).toBe(otherTown)
    expect(JSON.stringify(elsewhere.body)).not.toContain('鍵の保管')
    const anybody = await site.call('stateStatistician', 'GET', '/plan')
    expect(anybody.body).not.toHaveProperty('municipality')
  })
})

test('answers are added and never changed, not even by the owner of the tables', async () => {
  await answer('accepts')
  const attempts = [
    db.sql`update plan_answer set answer = 'objects', comment = 'x'`,
    db.sql`delete from plan_answer`,
    db.sql`truncate plan_answer`,
    db.sql`update plan_version set published_at = now()`,
  ]
  for (const attempt of attempts) await expect(attempt).rejects.toThrow('added, never changed')
  await expect(site.sql`update plan_answer set comment = 'x'`).rejects.toThrow('permission denied')
  expect(await planInForce(site.sql, town)).toBe(version)
})

test('a text that was changed after it was published is refused at the next start', async () => {
  await publishPlans(db.sql as never)
  await db.sql`alter table plan_version disable trigger only_added`
  await db.sql`update plan_version set ja_sha256 = ${Buffer.alloc(32, 9)} where version = ${version}`
  await expect(publishPlans(db.sql as never)).rejects.toThrow(
    'was changed after it had been published',
  )
  await db.sql`update plan_version set ja_sha256 = ${newestPlan().sha256.ja} where version = ${version}`
  await db.sql`alter table plan_version enable trigger only_added`
})

describe('the page', () => {
  test('is for everybody to read, in both languages, every promise with its tests', async () => {
    const page = await site.page('venueStaff', `/plan?version=${version}`)
    expect(page.status).toBe(200)
    for (const { promises } of newestPlan().documents.ja.sections) {
      for (const { id, title } of promises)
        expect(page.text).toContain(`<code>${id}</code> ${title}`)
    }
    expect(page.text).toContain('test/db/keyd/unlock.test.ts')
    const english = await site.page('venueStaff', `/plan?version=${version}&lang=en`)
    expect(english.text).toContain('A copy of the database with one town')
    expect((await site.page('clerk', '/plan?version=77')).status).toBe(404)
    expect((await site.page('clerk', '/plan?version=x')).status).toBe(404)
  })

  test('answers by a form without a script, and says what became of it', async () => {
    const form = `/plan?version=${version}`
    expect((await site.page('municipalAdministrator', form)).text).toContain(
      'action="/plan/answers"',
    )
    expect((await site.page('clerk', form)).text).not.toContain('action="/plan/answers"')
    const said = (fields: Record<string, string>) =>
      site.submit('municipalAdministrator', '/plan/answers', {
        version: String(version),
        ...fields,
      })
    expect(await said({ answer: 'objects', comment: '' })).toEqual({
      status: 303,
      location: '/plan?said=commentMissing',
    })
    expect((await said({ answer: 'maybe' })).location).toBe('/plan?said=malformed')
    expect((await said({ answer: 'accepts', comment: '', lang: 'en' })).location).toBe(
      '/plan?said=accepts&lang=en',
    )
    const after = await site.page('municipalAdministrator', `${form}&said=accepts`)
    expect(after.text).toContain('承認を受け付けました。')
    expect(after.text).toContain('効力を持っています')
  })

  test('takes no form from another site, and none from a clerk', async () => {
    const fields = { version: String(version), answer: 'accepts' }
    expect((await site.submit('clerk', '/plan/answers', fields)).status).toBe(403)
    expect(await planInForce(site.sql, town)).toBeUndefined()
  })

  test('shows a comment as text, whatever is in it', async () => {
    await object({ comment: '<script>alert(1)</script>' })
    const page = await site.page('clerk', `/plan?version=${version}`)
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page.text).not.toContain('<script>alert')
  })
})
