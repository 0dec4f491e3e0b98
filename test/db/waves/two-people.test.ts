// A wave takes two people: made by one, counted, released by another; the database refuses anything else.

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, look, type Sql, type Tx, withPurpose } from '../../../db/client.ts'
import { setResidentGroups } from '../../../db/queries/resident-groups.ts'
import { testApi } from '../../support/api.ts'
import { as, type Staff, seedStaff } from '../../support/credentials.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aResident, otherTown, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let api: ReturnType<typeof testApi>
let sql: Sql
let ids: Record<Staff, string>

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  ids = await seedStaff(db.sql)
  // What every database but a demo's is.
  await db.sql`update wave_setting set one_opens = false`
  api = testApi(db, '2021-04-12')
  sql = connect(db.urls.sesshu_api, { name: 'test', max: 2 })
  for (const bornOn of ['1930-05-05', '1957-04-01', '1957-04-02', '1990-01-01'])
    await aResident(db, { bornOn })
})
afterAll(async () => {
  await sql?.end({ timeout: 1 })
  await api?.close()
  await db?.drop()
})
beforeEach(async () => {
  await db.sql`update wave set withdrawn_by = ${ids.clerk}, withdrawn_at = now()
                where withdrawn_at is null and completed_at is null`
})

async function call(who: Staff, path: string, body?: object) {
  const answer = await api.app.request(`/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { ...as(who), 'content-type': 'application/json', 'accept-language': 'en' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

const aWave = (more: object = {}) => ({
  waveId: randomUUID(),
  municipalityCode: town,
  bornOnOrBefore: '1957-04-01',
  ...more,
})
const courses = async () => (await db.sql`select from course`).length

describe('the way of a wave', () => {
  test('its maker sees the count and may not release it; somebody else does, with the count seen', async () => {
    const wave = aWave()
    const made = await call('clerk', '/waves', wave)
    expect(made).toMatchObject({
      status: 202,
      body: { state: 'made', count: { atLeast: 2, atMost: 2, already: 0 }, madeBy: ids.clerk },
    })
    expect(await call('clerk', '/waves', wave)).toEqual(made)
    const count = { atLeast: 2, atMost: 2 }
    const own = await call('clerk', `/waves/${wave.waveId}/release`, { count })
    expect(own).toMatchObject({ status: 403, body: { code: 'waveSamePerson' } })
    const elsewhere = await call('clerkElsewhere', `/waves/${wave.waveId}/release`, { count })
    expect(elsewhere).toMatchObject({ status: 404, body: { code: 'waveNotFound' } })
    const path = `/waves/${wave.waveId}/release`
    const released = await call('municipalAdministrator', path, { count })
    expect(released).toMatchObject({
      status: 200,
      body: { state: 'opening', courses: 0, releasedBy: ids.municipalAdministrator },
    })
    // Nothing is open before the keeper comes round, and a second press changes nothing.
    expect(await courses()).toBe(0)
    expect(await call('secondAdministrator', path, { count })).toEqual(released)
  })

  test('who registers meanwhile changes the count: it is looked at again before anything opens', async () => {
    const wave = aWave()
    await call('clerk', '/waves', wave)
    const late = await aResident(db, { bornOn: '1931-01-01' })
    const release = (count: object) =>
      call('municipalAdministrator', `/waves/${wave.waveId}/release`, { count })
    expect(await release({ atLeast: 2, atMost: 2 })).toMatchObject({
      status: 409,
      body: { code: 'waveCountMoved' },
    })
    const now = (await call('clerk', `/waves/${wave.waveId}`)).body
    expect(now).toMatchObject({ state: 'made', count: { atLeast: 3, atMost: 3 } })
    expect((await release(now.count)).status).toBe(422)
    const { atLeast, atMost } = now.count
    expect((await release({ atLeast, atMost })).status).toBe(200)
    await db.sql`update resident set status = 'movedOut', status_on = '2021-04-12' where id = ${late.residentId}`
  })

  test('a day that divides a class gives a span, and nobody is looked at for it', async () => {
    const before =
      await db.sql`select count(*)::int as n from ledger_inbox where cardinality(fields) > 0`
    const made = await call('clerk', '/waves', aWave({ bornOnOrBefore: '1957-04-02' }))
    expect(made.body.count).toEqual({ atLeast: 2, atMost: 3, already: 0 })
    expect(
      await db.sql`select count(*)::int as n from ledger_inbox where cardinality(fields) > 0`,
    ).toEqual(before)
  })

  test('a facility, whatever the age; and a group of old people of it', async () => {
    const young = await aResident(db, { bornOn: '1985-01-01' })
    const old = await aResident(db, { bornOn: '1935-01-01' })
    await withPurpose(sql, { municipalityCode: town, purpose: 'manageRegister' }, async (tx) => {
      await look(tx, [])
      await setResidentGroups(tx, town, [
        { residentId: young.residentId, facilityCode: 'F001', priorityGroup: '2' },
        { residentId: old.residentId, facilityCode: 'F001' },
      ])
    })
    const countOf = async (more: object) =>
      (await call('clerk', '/waves', aWave(more))).body.count?.atMost
    expect(await countOf({ bornOnOrBefore: undefined, facilityCode: 'F001' })).toBe(2)
    expect(await countOf({ facilityCode: 'F001' })).toBe(1)
    expect(
      await countOf({ bornOnOrBefore: undefined, facilityCode: 'F001', priorityGroup: '2' }),
    ).toBe(1)
    const nobody = await call('clerk', '/waves', aWave({ facilityCode: 'F009' }))
    expect(nobody).toMatchObject({ status: 422, body: { code: 'waveCallsNobody' } })
    const none = await call('clerk', '/waves', aWave({ bornOnOrBefore: undefined }))
    expect(none).toMatchObject({ status: 422, body: { code: 'waveNoCriterion' } })
    const word = await call('clerk', '/waves', aWave({ facilityCode: '特別養護' }))
    expect(word).toMatchObject({ status: 422, body: { code: 'malformedGroupCode' } })
    await db.sql`update resident set status = 'movedOut', status_on = '2021-04-12' where id in (${young.residentId}, ${old.residentId})`
  })
})

describe('a program', () => {
  test('opens nothing outside a demo: a person stands for its wave, another one releases it', async () => {
    const wave = aWave()
    const atOnce = await api.post('/api/v1/waves', { ...wave, opens: 'atOnce' })
    expect(atOnce).toMatchObject({ status: 403, body: { code: 'waveTakesTwo' } })
    const told = await api.post('/api/v1/waves', wave)
    expect(told).toMatchObject({ status: 202, body: { state: 'made', courses: 0 } })
    expect(told.body).not.toHaveProperty('madeBy')
    const count = { atLeast: told.body.count.atLeast, atMost: told.body.count.atMost }
    const release = (who: Staff) => call(who, `/waves/${wave.waveId}/release`, { count })
    expect((await release('clerk')).body.code).toBe('waveNeedsMaker')
    expect((await call('clerk', `/waves/${wave.waveId}/take`, {})).body.madeBy).toBe(ids.clerk)
    expect((await call('municipalAdministrator', `/waves/${wave.waveId}/take`, {})).body.code).toBe(
      'waveHasMaker',
    )
    expect((await release('clerk')).body.code).toBe('waveSamePerson')
    expect((await release('municipalAdministrator')).status).toBe(200)
    expect(await courses()).toBe(0)
  })

  test('releases, holds and sees none of another town', async () => {
    const { waveId } = (await call('clerk', '/waves', aWave())).body
    for (const what of ['release', 'pause', 'take'])
      expect((await api.post(`/api/v1/waves/${waveId}/${what}`, {})).status).toBe(403)
    const theirs = await call('clerkElsewhere', `/waves?municipalityCode=${town}`)
    expect(theirs.status).toBe(403)
    const wrong = await call('clerk', '/waves', aWave({ municipalityCode: otherTown }))
    expect(wrong.status).toBe(403)
  })
})

describe('the database refuses', () => {
  const asApi = (statement: string) =>
    withPurpose(sql, { municipalityCode: town, purpose: 'openWave' }, async (tx: Tx) => {
      await look(tx, [])
      await tx.unsafe(statement)
    })
  const made = async () => (await call('clerk', '/waves', aWave())).body.waveId as string

  test.each<[string, string, string]>([
    ['a release by whoever made it', 'released_by = made_by, released_at = now()', '23514'],
    [
      'a release of what nobody stands for',
      `made_by = null, released_by = '${randomUUID()}'`,
      'SE002',
    ],
    ['courses before the release', 'courses = 1', 'SE003'],
    [
      'a position before the release',
      `reached_age_class = 100, reached_resident_id = gen_random_uuid()`,
      'SE003',
    ],
    ['another age than was counted', `born_on_or_before = '2000-01-01'`, 'SE002'],
  ])('%s', async (_, change, code) => {
    const id = await made()
    await expect(asApi(`update wave set ${change} where id = '${id}'`)).rejects.toMatchObject({
      code,
    })
  })

  test('another count than was released, once it is', async () => {
    const wave = (await call('clerk', '/waves', aWave())).body
    const { atLeast, atMost } = wave.count
    const count = { atLeast, atMost }
    const released = await call('municipalAdministrator', `/waves/${wave.waveId}/release`, {
      count,
    })
    expect(released.status).toBe(200)
    for (const change of [
      `counted_at_most = ${atMost + 1000}`,
      'counted_at_least = 0',
      'counted_already = 7',
      'counted_at = now()',
    ]) {
      const asked = asApi(`update wave set ${change} where id = '${wave.waveId}'`)
      await expect(asked, change).rejects.toMatchObject({ code: 'SE002' })
    }
  })

  test('a wave that opens as it is made, and a process that calls its database a demo', async () => {
    const insert = asApi(
      `insert into wave (id, municipality_code, born_on_or_before, opened_on, courses)
       values (gen_random_uuid(), '${town}', '1957-04-01', '2021-04-12', 0)`,
    )
    await expect(insert).rejects.toMatchObject({ code: 'SE003' })
    await expect(sql`update wave_setting set one_opens = true`).rejects.toMatchObject({
      code: '42501',
    })
  })
})
