// Letters leave with fewer checks when two administrators of the town agreed on exactly that, and never by a
// program, a clerk, one person alone or the api's own role.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appDeps } from '../../support/api.ts'
import { as, asProgram, type Staff, seedStaff } from '../../support/credentials.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let deps: ReturnType<typeof appDeps>
let site: Site
let app: Site['app']

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  await seedStaff(db.sql)
  deps = appDeps(db)
  site = startSite(db, { isDemo: false })
  app = site.app
})
afterAll(async () => {
  await site?.close()
  await deps?.close()
  await db?.drop()
})
beforeEach(async () => {
  await db.sql`truncate approval`
  await db.sql`update municipality_setting set release_automatically_up_to = 10, waits_for_reconciliation = true`
})

async function call(who: Staff | 'program', method: string, path: string, body?: object) {
  const headers = who === 'program' ? asProgram : as(who)
  const response = await app.request(`/api/v1${path}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : {} }
}

const rule = async (code = town) => {
  const [row] = await db.sql`
    select release_automatically_up_to as up_to, waits_for_reconciliation as waits
      from municipality_setting where municipality_code = ${code}`
  return row
}
const asSeeded = { up_to: 10, waits: true }

const office = {
  ...{ officeJa: '見本市 予防接種課', officeEn: 'Mihon City', phone: '00-0000-0000' },
  ...{ postcode: '0400001', address: '見本町1番' },
}
const put = (who: Staff | 'program', settings: object, code = town) =>
  call(who, 'PUT', `/municipalities/${code}`, { ...office, settings })

describe('by the register’s own call', () => {
  test.each<[Staff | 'program', object]>([
    ['program', { releaseAutomaticallyUpTo: 11 }],
    ['program', { waitsForReconciliation: false }],
    ['program', { releaseAutomaticallyUpTo: 0, waitsForReconciliation: false }],
    ['municipalAdministrator', { releaseAutomaticallyUpTo: 11 }],
  ])('%s does not loosen it: %j', async (who, settings) => {
    const answer = await put(who, { ...settings, roundGapDays: 20 })
    expect(answer).toMatchObject({ status: 403, body: { code: 'releaseTakesTwo' } })
    expect(await rule()).toEqual(asSeeded)
    const [gap] = await db.sql`
      select round_gap_days as days from municipality_setting where municipality_code = ${town}`
    expect(gap).toEqual({ days: 14 })
  })

  test('it is made stricter, and the same said again is no change', async () => {
    expect((await put('program', { releaseAutomaticallyUpTo: 10 })).status).toBe(200)
    await put('program', { releaseAutomaticallyUpTo: 4, waitsForReconciliation: true })
    expect(await rule()).toEqual({ up_to: 4, waits: true })
    await put('program', { releaseAutomaticallyUpTo: 0 })
    expect(await rule()).toEqual({ up_to: 0, waits: true })
    // Back to where it stood is looser again.
    expect((await put('program', { releaseAutomaticallyUpTo: 1 })).status).toBe(403)
  })

  test('a town that is new begins with nothing that leaves by itself', async () => {
    const code = '012025'
    await db.sql`
      insert into municipality (code, prefecture, name, kana) values (${code}, '北海道', '見本新市', 'ミホン')
      on conflict do nothing`
    const answer = await put('program', { releaseAutomaticallyUpTo: 1 }, code)
    expect(answer).toMatchObject({ status: 403, body: { code: 'releaseTakesTwo' } })
    expect((await put('program', {}, code)).status).toBe(200)
    expect(await rule(code)).toEqual({ up_to: 0, waits: true })
  })
})

describe('by two administrators', () => {
  const ask = (body: object, who: Staff | 'program' = 'municipalAdministrator') =>
    call(who, 'POST', '/release-rule', body)
  const agree = (id: string, who: Staff | 'program' = 'secondAdministrator') =>
    call(who, 'POST', `/release-rule/${id}/agree`)

  test('one asks, and nothing changes until another agrees', async () => {
    const asked = await ask({ releaseAutomaticallyUpTo: 500, waitsForReconciliation: false })
    const id = asked.body.approvalId as string
    expect(await rule()).toEqual(asSeeded)
    expect(await agree(id, 'municipalAdministrator')).toMatchObject({
      ...{ status: 403, body: { code: 'samePerson' } },
    })
    expect((await agree(id, 'program')).status).toBe(403)
    expect((await agree(id, 'clerk')).status).toBe(403)
    expect(await rule()).toEqual(asSeeded)
    const shown = await call('secondAdministrator', 'GET', '/notice-settings')
    expect(shown.body.releaseAsks).toMatchObject([{ id, releaseAutomaticallyUpTo: 500 }])
    expect((await agree(id)).status).toBe(204)
    expect(await rule()).toEqual({ up_to: 500, waits: false })
    // It serves once: lowered meanwhile, it is not raised by the old word.
    await put('program', { releaseAutomaticallyUpTo: 0 })
    expect(await agree(id)).toMatchObject({ status: 409, body: { code: 'approvalOver' } })
    expect(await rule()).toEqual({ up_to: 0, waits: false })
  })

  test('what is stricter is in force at once, and only the rest is asked for', async () => {
    const asked = await ask({ releaseAutomaticallyUpTo: 3, waitsForReconciliation: false })
    expect(asked.body.approvalId).toBeDefined()
    expect(await rule()).toEqual({ up_to: 3, waits: true })
    expect((await ask({ releaseAutomaticallyUpTo: 0 })).body).toEqual({})
    expect(await rule()).toEqual({ up_to: 0, waits: true })
  })

  test('what is over is of no use, nor what a program or a clerk asks', async () => {
    const { approvalId } = (await ask({ releaseAutomaticallyUpTo: 500 })).body
    await db.sql`update approval set asked_at = now() - interval '80 hours',
                                     expires_at = now() - interval '8 hours'`
    expect((await agree(approvalId)).status).toBe(409)
    expect((await ask({ releaseAutomaticallyUpTo: 500 }, 'program')).status).toBe(403)
    expect((await ask({ releaseAutomaticallyUpTo: 500 }, 'clerk')).status).toBe(403)
    expect(await ask({ releaseAutomaticallyUpTo: 100_001 })).toMatchObject({ status: 422 })
    const subject = { releaseAutomaticallyUpTo: 500, waitsForReconciliation: 1 }
    const bare = { kind: 'releaseRule', subject, reasonCode: 'audit' }
    expect((await call('municipalAdministrator', 'POST', '/approvals', bare)).status).toBe(422)
    expect(await rule()).toEqual(asSeeded)
  })

  test('the api’s own role cannot, whatever its code does', async () => {
    const loosen = deps.sql`
      update municipality_setting set release_automatically_up_to = 900
       where municipality_code = ${otherTown}`
    await expect(loosen).rejects.toMatchObject({ code: 'SE004', message: 'releaseTakesTwo' })
    expect(await rule(otherTown)).toEqual(asSeeded)
  })
})

describe('on the page', () => {
  const page = async (who: Staff, method = 'GET', path = '', body?: Record<string, string>) => {
    const response = await app.request(`/notice-settings${path}`, {
      method,
      headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
      ...(body && { body: new URLSearchParams(body) }),
    })
    return { to: response.headers.get('location'), text: await response.text() }
  }

  test('the form asks for what takes two, and another’s press puts it in force', async () => {
    const { settings } = (await call('clerk', 'GET', '/notice-settings')).body
    const times = ['noticeMinute', 'sendFromMinute', 'sendUntilMinute', 'eveningMinute']
    const fields = Object.fromEntries(
      Object.entries(settings as Record<string, number>).map(([name, value]) => {
        const isTime = times.includes(name)
        const time = `${Math.floor(value / 60)}:${String(value % 60).padStart(2, '0')}`
        return [name, isTime ? time : String(value)]
      }),
    )
    const saved = { ...fields, releaseAutomaticallyUpTo: '2000', waitsForReconciliation: 'on' }
    const sent = await page('municipalAdministrator', 'POST', '', { ...saved, roundGapDays: '15' })
    expect(sent.to).toContain('said=releaseAsked')
    expect(await rule()).toEqual(asSeeded)
    const shown = await page('secondAdministrator')
    const [, path] = /action="\/notice-settings(\/release-rule\/[^"?]+)/.exec(shown.text)!
    expect((await page('municipalAdministrator')).text).not.toContain(path)
    expect((await page('secondAdministrator', 'POST', path, {})).to).toContain('releaseAgreed')
    expect(await rule()).toEqual({ up_to: 2000, waits: true })
  })
})
