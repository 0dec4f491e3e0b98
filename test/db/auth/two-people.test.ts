// What takes two people takes two; emergency access ends by itself, is looked into, and names nobody.
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../../api/app.ts'
import { callAs, currentCaller, maySee } from '../../../auth/caller.ts'
import { readSession } from '../../../auth/sessions.ts'
import { currentActor } from '../../../config/actor.ts'
import { consumeApproval } from '../../../db/auth/approvals.ts'
import { connect, type Sql } from '../../../db/client.ts'
import { recordLooks } from '../../../db/ledger/record-looks.ts'
import { appDeps } from '../../support/api.ts'
import { as, type Staff, seedStaff, sessionOf } from '../../support/credentials.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let deps: ReturnType<typeof appDeps>
let app: ReturnType<typeof createApp>
let ids: Record<Staff, string>
let logged: string[] = []

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  ids = await seedStaff(db.sql)
  deps = appDeps(db)
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  app = createApp({ ...deps, log })
})
afterAll(async () => {
  await deps?.close()
  await db?.drop()
})
beforeEach(async () => {
  logged = []
  await db.sql`update account_session set break_glass_id = null`
  await db.sql`truncate break_glass_review, break_glass, approval, security_alert cascade`
  ids = await reseed()
})

/** Truncating emergency access takes the sessions with it. */
async function reseed() {
  await db.sql`truncate account_session`
  await db.sql`delete from account where login <> 'plan-administrator'`
  return await seedStaff(db.sql)
}

async function call(who: Staff, method: string, path: string, body?: object) {
  const response = await app.request(`/api/v1${path}`, {
    method,
    headers: { ...as(who), 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : {} }
}

describe('an approval', () => {
  const subject = { municipalityCode: town, keyVersion: 2 }
  const ask = async (who: Staff = 'municipalAdministrator') => {
    const asked = { kind: 'keyDestruction', subject, reasonCode: 'rotation' }
    return (await call(who, 'POST', '/approvals', asked)).body.id as string
  }
  const approve = (who: Staff, id: string) => call(who, 'POST', `/approvals/${id}/approve`)
  const use = (id: string, of: object = {}) =>
    consumeApproval(deps.sql, { id, kind: 'keyDestruction', office: town, subject, ...of })

  test('serves once, for exactly what two people agreed on', async () => {
    const id = await ask()
    expect(await use(id)).toBe(false)
    expect((await approve('secondAdministrator', id)).status).toBe(200)
    expect(await use(id, { subject: { ...subject, keyVersion: 3 } })).toBe(false)
    expect(await use(id, { kind: 'bulkExport' })).toBe(false)
    expect(await use(id, { office: otherTown })).toBe(false)
    expect(await use(id)).toBe(true)
    expect(await use(id)).toBe(false)
  })

  test('of one person alone is refused, by the page and by the database', async () => {
    const id = await ask()
    expect(await approve('municipalAdministrator', id)).toMatchObject({
      status: 403,
      body: { code: 'samePerson' },
    })
    const alone = db.sql`update approval set approved_by = asked_by, approved_at = now() where id = ${id}`
    await expect(alone).rejects.toMatchObject({ code: '23514' })
    expect(await use(id)).toBe(false)
  })

  test('is over when its time is', async () => {
    const id = await ask()
    await db.sql`update approval set asked_at = now() - interval '2 days', expires_at = now() - interval '1 day'`
    expect((await approve('secondAdministrator', id)).body.code).toBe('approvalOver')
    const other = await ask()
    await approve('secondAdministrator', other)
    await db.sql`update approval set asked_at = now() - interval '2 days', expires_at = now() - interval '1 day'`
    expect(await use(other)).toBe(false)
  })

  test('is the own office’s matter, and administrators’', async () => {
    const id = await ask()
    await db.sql`update account set role = 'municipalAdministrator' where id = ${ids.clerkElsewhere}`
    expect((await approve('clerkElsewhere', id)).status).toBe(404)
    expect((await approve('clerk', id)).status).toBe(403)
    expect((await call('clerkElsewhere', 'GET', '/approvals')).body.approvals).toEqual([])
    expect((await call('secondAdministrator', 'GET', '/approvals')).body.approvals).toHaveLength(1)
  })

  test('holds no text in which somebody could be named', async () => {
    const named = { kind: 'unmasking', subject: { who: '見本 花子' }, reasonCode: 'audit' }
    expect((await call('municipalAdministrator', 'POST', '/approvals', named)).status).toBe(422)
  })

  test('is read and used by keyd under its own role, which can make none', async () => {
    const id = await ask()
    await approve('secondAdministrator', id)
    const keyd = connect(db.urls.sesshu_keyd, { name: 'test-keyd', max: 1 })
    expect(await consumeApproval(keyd, { id, kind: 'keyDestruction', office: town, subject })).toBe(
      true,
    )
    const forged = keyd`update approval set approved_by = ${ids.clerk} where id = ${id}`
    await expect(forged).rejects.toMatchObject({ code: '42501' })
    await keyd.end()
  })
})

describe('T12: emergency access', () => {
  const open = (who: Staff, more: object = {}) =>
    call(who, 'POST', '/break-glass', {
      municipalityCode: otherTown,
      reasonCode: 'medicalEmergency',
      caseReference: '2021/0612-7',
      reviewerId: ids.municipalAdministrator,
      minutes: 30,
      ...more,
    })
  const callerOf = (who: Staff) =>
    readSession(deps.sql, sessionOf(who), { isDemo: false, isByItself: true })

  test('opens one register to look at, in that session, and its id rides in every look', async () => {
    const { status, body } = await open('clerk')
    expect(status).toBe(201)
    const caller = (await callerOf('clerk'))!
    const looks = connect(db.urls.sesshu_api, { name: 'test-looks', max: 1 })
    const look = { municipalityCode: otherTown, purpose: 'showCourse', fields: ['course'] }
    await callAs(caller, () => recordLooks(looks, [look]))
    await looks.end()
    const [row] = await db.sql`select actor, office, break_glass_id as id from ledger_inbox`
    expect(row).toEqual({ actor: ids.clerk, office: town, id: body.id })
    callAs(caller, () => {
      expect(maySee(otherTown)).toBe(true)
      expect(maySee('012025')).toBe(false)
      expect(currentActor()).toMatchObject({ id: ids.clerk, breakGlassId: body.id })
    })
    const elsewhere = (await callerOf('municipalAdministrator'))!
    callAs(elsewhere, () => expect(maySee(otherTown)).toBe(false))
    expect(currentCaller()).toBeUndefined()
  })

  test('writes nothing there', async () => {
    await open('clerk')
    const ticket = {
      municipalityCode: otherTown,
      number: '4000000001',
      registerNumber: 'R1',
      issuedOn: '2021-04-01',
    }
    expect((await call('clerk', 'POST', '/tickets', { tickets: [ticket] })).status).toBe(403)
  })

  test('ends after its minutes by the wall, after sixty at most, and when it is closed', async () => {
    expect((await open('clerk', { minutes: 61 })).status).toBe(422)
    const { body } = await open('clerk', { minutes: 60 })
    const lasts = Date.parse(body.expiresAt) - Date.now()
    expect(Math.abs(lasts - 3_600_000)).toBeLessThan(60_000)
    expect((await callerOf('clerk'))?.breakGlass?.id).toBe(body.id)
    await db.sql`update break_glass set opened_at = opened_at - interval '61 minutes', expires_at = expires_at - interval '61 minutes'`
    expect((await callerOf('clerk'))?.breakGlass).toBeUndefined()
    const longer = db.sql`update break_glass set expires_at = opened_at + interval '61 minutes'`
    await expect(longer).rejects.toMatchObject({ code: '23514' })
    await db.sql`update break_glass set opened_at = now(), expires_at = now() + interval '30 minutes'`
    await call('clerk', 'POST', `/break-glass/${body.id}/close`)
    expect((await callerOf('clerk'))?.breakGlass).toBeUndefined()
  })

  test('needs a reviewer who is somebody else, and fit', async () => {
    for (const reviewer of ['clerk', 'venueStaff', 'operator', 'clerkElsewhere'] as const) {
      expect((await open('clerk', { reviewerId: ids[reviewer] })).body.code).toBe('unfitReviewer')
    }
    expect((await open('clerk', { reviewerId: ids.supervisoryAuthority })).status).toBe(201)
    const own = db.sql`update break_glass set reviewer_id = account_id`
    await expect(own).rejects.toMatchObject({ code: '23514' })
  })

  test('alerts the reviewer at once, without a word about anybody', async () => {
    const { body } = await open('clerk')
    const alerts = await db.sql`select kind, about_id, for_id from security_alert`
    expect(alerts).toMatchObject([
      { kind: 'breakGlassOpened', about_id: body.id, for_id: ids.municipalAdministrator },
    ])
    const said = logged.filter((line) => line.includes('emergency access'))
    expect(said).toHaveLength(1)
    const { level, time, pid, hostname, msg, ...fields } = JSON.parse(said[0]!)
    expect(Object.keys(fields).sort()).toEqual([
      'accountId',
      'breakGlassId',
      'office',
      'reviewerId',
    ])
  })

  test('is reviewed by the named one, once; who owes a review opens no more', async () => {
    const { body } = await open('clerk')
    const review = (who: Staff) =>
      call(who, 'POST', `/break-glass/${body.id}/review`, { outcome: 'justified' })
    expect((await review('secondAdministrator')).status).toBe(404)
    expect((await review('clerk')).status).toBe(403)
    await db.sql`update break_glass set opened_at = opened_at - interval '2 days', expires_at = expires_at - interval '2 days'`
    expect((await open('clerk')).body.code).toBe('reviewOwed')
    const listed = await call('supervisoryAuthority', 'GET', '/break-glass')
    expect(listed.body.uses).toMatchObject([{ id: body.id, isOverdue: true }])
    expect((await review('municipalAdministrator')).status).toBe(201)
    expect((await review('municipalAdministrator')).status).toBe(404)
    expect((await open('clerk')).status).toBe(201)
  })

  test('is seen by its own office and the authority alone', async () => {
    await open('clerk')
    await db.sql`update account set role = 'municipalAdministrator' where id = ${ids.clerkElsewhere}`
    expect((await call('clerkElsewhere', 'GET', '/break-glass')).body.uses).toEqual([])
    expect((await call('secondAdministrator', 'GET', '/break-glass')).body.uses).toHaveLength(1)
    expect((await call('stateStatistician', 'GET', '/break-glass')).status).toBe(403)
  })

  test('leaves rows that the database lets nobody change', async () => {
    await open('clerk')
    const api: Sql = deps.sql
    await expect(api`update break_glass set expires_at = now()`).rejects.toMatchObject({
      code: '42501',
    })
    await expect(api`delete from break_glass`).rejects.toMatchObject({ code: '42501' })
    await expect(api`delete from security_alert`).rejects.toMatchObject({ code: '42501' })
  })
})
