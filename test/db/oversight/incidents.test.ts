// The clock of an incident: its deadlines, what was reported, what is late, and that nothing is overwritten.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { watchOnce } from '../../../api/oversight-watch.ts'
import { tokyoDateOf } from '../../../domain/calendar.ts'
import { type Oversight, startOversight } from '../../support/oversight.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let site: Oversight

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  site = await startOversight(db)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

const dayMs = 86_400_000
const daysAgo = (days: number) => tokyoDateOf(new Date(Date.now() - days * dayMs))

let cases = 0
const begin = async (more: object = {}) => {
  cases += 1
  return await site.call('municipalAdministrator', 'POST', '/incidents', {
    knownOn: daysAgo(0),
    isMalicious: false,
    isSealed: false,
    caseReference: `2026/${cases}`,
    ...more,
  })
}
const report = (id: string, kind: 'prompt' | 'final', reportedOn: string = daysAgo(0)) =>
  site.call('municipalAdministrator', 'POST', `/incidents/${id}/reports`, { kind, reportedOn })
const watch = () => watchOnce({ sql: site.sql, log: site.log, now: () => Date.now() })

describe('an incident', () => {
  test('is told with its deadlines, to its own town and the authority', async () => {
    const { body } = await begin({ knownOn: '2026-11-25' })
    const own = await site.call('municipalAdministrator', 'GET', '/incidents')
    expect(own.body.incidents[0]).toMatchObject({
      id: body.id,
      municipalityCode: town,
      mustReport: true,
      promptFrom: '2026-11-28',
      promptBy: '2026-11-30',
      finalBy: '2026-12-25',
      promptOn: null,
    })
    const seen = await site.call('supervisoryAuthority', 'GET', '/incidents')
    expect(seen.body.incidents).toHaveLength(1)
    expect((await site.call('clerk', 'GET', '/incidents')).status).toBe(403)
  })

  test('late raises an alert for each deadline, and none once it was reported or was sealed', async () => {
    const late = (await begin({ knownOn: daysAgo(40) })).body.id as string
    await begin({ knownOn: daysAgo(40), isSealed: true })
    const half = (await begin({ knownOn: daysAgo(40) })).body.id as string
    await report(half, 'prompt', daysAgo(37))
    const raised = (await watch()).filter(({ kind }) => kind === 'reportLate')
    expect(raised.map(({ aboutId }) => aboutId).sort()).toEqual([half, late, late].sort())
    expect(await watch()).toEqual([])
    const { text } = await site.page('supervisoryAuthority', '/authority?lang=en')
    expect(text).toContain('a late report of an incident')
    expect(text).toContain('overdue')
    expect(text).toContain('not owed (advanced encryption)')
  })

  test('is reported once, by its own town', async () => {
    const { id } = (await begin()).body
    expect((await report(id, 'prompt')).status).toBe(201)
    expect(await report(id, 'prompt')).toMatchObject({ status: 409, body: { code: 'reportKnown' } })
    await db.sql`insert into incident (id, municipality_code, known_on, is_malicious, is_sealed, case_reference, told_by)
                 values ('00000000-0000-4000-8000-000000000001', ${otherTown}, '2026-11-25', false, false, 'x', ${site.ids.operator})`
    expect((await report('00000000-0000-4000-8000-000000000001', 'final')).status).toBe(404)
    const attempts = [
      db.sql`update incident_report set reported_on = '2020-01-01'`,
      db.sql`delete from incident_report`,
      db.sql`update incident set is_sealed = true`,
    ]
    for (const attempt of attempts) await expect(attempt).rejects.toThrow('never changed')
  })

  test('bears a case number, in which nobody can be named', async () => {
    for (const caseReference of ['見本太郎', 'a b', '']) {
      expect((await begin({ caseReference })).status).toBe(422)
    }
    expect((await begin({ knownOn: '2026-02-30' })).status).toBe(422)
  })
})

test('the clock is started and a report told by forms, without a script', async () => {
  const send = (path: string, fields: Record<string, string>) =>
    site.submit('municipalAdministrator', path, fields)
  const fields = { caseReference: 'form-1', knownOn: daysAgo(1), isMalicious: 'yes', lang: 'en' }
  expect((await send('/incidents', fields)).location).toBe('/incidents?said=kept&lang=en')
  expect((await send('/incidents', { ...fields, knownOn: 'x' })).location).toBe(
    '/incidents?said=malformed&lang=en',
  )
  const [kept] = await db.sql`
    select id, is_malicious as m, is_sealed as s from incident where case_reference = 'form-1'`
  expect(kept).toMatchObject({ m: true, s: false })
  const page = await site.page('municipalAdministrator', '/incidents')
  expect(page.text).toContain(`action="/incidents/${kept!.id}/reports"`)
  const told = { kind: 'prompt', reportedOn: daysAgo(0) }
  const place = `/incidents/${kept!.id}/reports`
  expect((await send(place, told)).location).toBe('/incidents?said=kept')
  expect((await send(place, told)).location).toBe('/incidents?said=known')
  expect((await site.page('clerk', '/incidents')).status).toBe(403)
})
