/** Proves: findings are worked through by their own town, nothing is lost, and errors are reported once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withPurpose } from '../../../db/client.ts'
import { settleFindings } from '../../../db/queries/findings/settle.ts'
import type { PlainDate } from '../../../domain/course.ts'
import type { FindingCode } from '../../../domain/findings.ts'
import { type FindingsSite, findingsSite } from '../../support/findings.ts'
import { aResident, otherTown, town } from '../../support/town.ts'
import { readPdf } from '../../unit/letters/read-pdf.ts'

let site: FindingsSite
beforeAll(async () => {
  site = await findingsSite()
})
afterAll(() => site?.close())
afterEach(() => site.db.sql`delete from ledger_inbox`)

/** A second dose too soon: the report of it is a minor one. The site's clock stands on 2021-07-01. */
async function tooSoon() {
  const { person } = await site.dosed({ givenOn: '2021-06-01' })
  const doseId = await site.give(person, { claimedDoseNumber: 2, givenOn: '2021-06-10' })
  return { person, doseId, code: 'intervalTooShort' }
}
/** An expired lot: serious. */
async function expired() {
  await site.db.sql`
    insert into lot (product_code, lot_number, expires_on) values ('pfizer', 'OLD01', '2021-05-31')
    on conflict do nothing`
  return { ...(await site.dosed({ lotNumber: 'OLD01' })), code: 'lotExpired' }
}
type Key = { doseId: string; code: string }
const decide: FindingsSite['decide'] = (...told) => site.decide(...told)
const revisionOf = async ({ doseId, code }: Key, state = 'ruleHit') => {
  const path = `/findings?state=${state}&code=${code}`
  const { body } = await site.staff.call('clerk', 'GET', path)
  return body.findings.find((f: Key) => f.doseId === doseId).revision as string
}
const right = { decision: 'checkedRight', reason: 'paperAgrees' }
const error = { ...right, isError: true }
const wrong = { decision: 'wrong', reason: 'paperDiffers' }

const stateOf = async ({ doseId, code }: Key) =>
  (await site.findingsOf(doseId)).find((line) => line.startsWith(code))

describe('a finding', () => {
  test('is listed by its due day, with how many there are, for its own town alone', async () => {
    const soon = await tooSoon()
    const old = await expired()
    const { body } = await site.staff.call('clerk', 'GET', '/findings')
    // Serious ones are due the day after, minor ones a week after they were found.
    expect(body.findings.map((f: Key) => f.code)).toEqual(['lotExpired', 'intervalTooShort'])
    expect(body.findings[0]).toMatchObject({
      ...{ doseId: old.doseId, severity: 'serious', state: 'ruleHit', hits: true },
      ...{ foundOn: '2021-07-01', dueOn: '2021-07-02', ownerId: null },
    })
    expect(body.findings[1]).toMatchObject({ dueOn: '2021-07-08', doseId: soon.doseId })
    expect(body.counts).toEqual([
      expect.objectContaining({ code: 'lotExpired', open: 1, wrong: 0, overdue: 0, unowned: 1 }),
      expect.objectContaining({ code: 'intervalTooShort', open: 1 }),
    ])
    expect(JSON.stringify(body)).not.toContain(old.person.residentId)
    const looks = await site.db.sql`
      select distinct purpose, resident_id from ledger_inbox where purpose = 'checkFindings'`
    expect(looks).toHaveLength(2)
    const elsewhere = await site.staff.call('clerkElsewhere', 'GET', '/findings')
    expect([elsewhere.body.findings, elsewhere.body.counts]).toEqual([[], []])
    expect((await decide(old, right, { who: 'clerkElsewhere' })).status).toBe(404)
    expect((await site.staff.call('operator', 'GET', '/findings')).status).toBe(403)
  })

  test('goes to right or wrong, back and forth, and every step is kept with who and when', async () => {
    const key = await tooSoon()
    expect((await decide(key, wrong)).body).toEqual({ state: 'wrong' })
    expect(await stateOf(key)).toBe('intervalTooShort wrong')
    expect((await decide(key, right)).body).toEqual({ state: 'checkedRight' })
    // The same again changes nothing.
    expect((await decide(key, right)).status).toBe(200)
    const events = await site.db.sql`
      select what, because, state_from, state_to, by_whom, on_day::text from finding_event
       where dose_id = ${key.doseId} order by at`
    const by = { by_whom: site.staff.ids.clerk, on_day: '2021-07-01', what: 'decided' }
    expect([...events]).toEqual([
      { ...by, because: 'paperDiffers', state_from: 'ruleHit', state_to: 'wrong' },
      { ...by, because: 'paperAgrees', state_from: 'wrong', state_to: 'checkedRight' },
    ])
    await expect(site.db.sql`delete from finding_event`).rejects.toThrow('never changed')
    const [row] = await site.db.sql`
      select owner_id, decided_on::text as on from finding
       where dose_id = ${key.doseId} and code = ${key.code}`
    expect(row).toEqual({ owner_id: site.staff.ids.clerk, on: '2021-07-01' })
  })

  test('is not decided by whoever saw it as it was before somebody else decided', async () => {
    const key = await tooSoon()
    const seen = await revisionOf(key)
    const path = `/findings/${key.doseId}/${key.code}`
    const unseen = await site.staff.call('clerk', 'POST', `${path}/decide`, right)
    expect([unseen.status, unseen.body.code]).toEqual([428, 'ifMatchMissing'])
    const stale = await site.staff.page('municipalAdministrator', path)
    expect((await decide(key, wrong, { seen })).status).toBe(200)
    const late = await decide(key, right, { seen, who: 'municipalAdministrator' })
    expect([late.status, late.body.code]).toEqual([412, 'findingChangedMeanwhile'])
    expect((await decide(key, wrong, { seen })).status).toBe(200)
    const revision = /name="revision" value="([^"]+)"/.exec(stale.text)![1]!
    const fields = { answer: 'right', reason: 'paperAgrees', revision }
    expect((await site.staff.submit('clerk', `${path}/decide`, fields)).location).toBe(
      `${path}?said=findingChangedMeanwhile`,
    )
    expect(await stateOf(key)).toBe('intervalTooShort wrong')
    const now = await revisionOf(key, 'wrong')
    expect((await decide(key, right, { seen: now })).status).toBe(200)
  })

  test('mended, is corrected; and open again should the rule hit once more', async () => {
    const key = await tooSoon()
    await decide(key, wrong)
    const settle = (hits: FindingCode[]) =>
      withPurpose(
        site.staff.sql,
        { municipalityCode: town, purpose: 'settleMove', look: [] },
        (tx) =>
          settleFindings(
            tx,
            [{ municipalityCode: town, doseId: key.doseId, asked: ['intervalTooShort'], hits }],
            { because: 'correction', by: 'test', today: '2021-07-01' as PlainDate },
          ),
      )
    expect(await settle([])).toEqual({ found: 0, hitNoMore: 1 })
    expect(await stateOf(key)).toBe('intervalTooShort corrected (hits no more)')
    expect((await decide(key, right)).body.code).toBe('findingIsOver')
    expect(await settle(['intervalTooShort'])).toEqual({ found: 1, hitNoMore: 0 })
    expect(await stateOf(key)).toBe('intervalTooShort ruleHit')
    expect(await settle(['intervalTooShort'])).toEqual({ found: 0, hitNoMore: 0 })
  })

  test('has an owner of its own town and a day, which people set', async () => {
    const key = await tooSoon()
    const assign = (body: object) =>
      site.staff.call(
        'municipalAdministrator',
        'POST',
        `/findings/${key.doseId}/${key.code}/assign`,
        body,
      )
    const { ids } = site.staff
    expect((await assign({ ownerId: ids.clerk, dueOn: '2021-07-03' })).status).toBe(200)
    for (const stranger of [ids.clerkElsewhere, ids.operator, ids.venueStaff]) {
      expect((await assign({ ownerId: stranger })).body.code).toBe('unknownOwner')
    }
    const mine = await site.staff.call('clerk', 'GET', `/findings?owner=${ids.clerk}`)
    expect(mine.body.findings.find((f: Key) => f.doseId === key.doseId)).toMatchObject({
      dueOn: '2021-07-03',
      ownerId: ids.clerk,
    })
    expect((await assign({ ownerId: null })).status).toBe(200)
    const none = await site.staff.call('clerk', 'GET', '/findings?owner=none')
    expect(none.body.findings.map((f: Key) => f.doseId)).toContain(key.doseId)
  })

  test('of a kind about the record alone is never an error; a made-up code is refused', async () => {
    const { doseId } = await site.dosed({ claimedDoseNumber: 2 })
    const key = { doseId, code: 'doseOrder' }
    expect((await decide(key, error)).body.code).toBe('nothingToReport')
    expect((await decide(key, { ...wrong, isError: true })).status).toBe(422)
    expect((await decide({ doseId, code: 'unheard' }, right)).status).toBe(422)
    expect((await decide({ doseId, code: 'lotExpired' }, right)).status).toBe(404)
    expect((await decide(key, { ...right, reason: '見本さんに電話' })).status).toBe(422)
    expect((await decide(key, right)).body).toEqual({ state: 'checkedRight' })
  })

  test('decided by two at once is decided one after the other', async () => {
    const key = await expired()
    const both = await Promise.all([decide(key, error), decide(key, error), decide(key, error)])
    const reports = new Set(both.map(({ body }) => body.reportId))
    expect([...reports]).toHaveLength(1)
    const [n] = await site.db.sql<{ n: number }[]>`
      select count(*)::int as n from error_report where dose_id = ${key.doseId}`
    expect(n!.n).toBe(1)
  })
})

describe('reports of errors', () => {
  const reports = async () =>
    (await site.staff.call('clerk', 'GET', '/error-reports')).body.reports as {
      id: string
      form: string
      dueOn: string
      findings: number
      sentOn: string | null
      isOverdue: boolean
    }[]
  const sent = (id: string, sentOn: string) =>
    site.staff.call('clerk', 'POST', `/error-reports/${id}/sent`, { sentOn })

  test('a serious one is of its dose and due at once; minor ones are a month’s list', async () => {
    const serious = await expired()
    const { reportId } = (await decide(serious, error)).body
    const minors = [await tooSoon(), await tooSoon()]
    const lists = await Promise.all(minors.map((key) => decide(key, error)))
    expect(new Set(lists.map(({ body }) => body.reportId)).size).toBe(1)
    const all = await reports()
    expect(all.find(({ id }) => id === reportId)).toMatchObject({
      ...{ form: '4-10-2', dueOn: '2021-07-01', findings: 1, sentOn: null, isOverdue: false },
    })
    expect(all.find(({ id }) => id === lists[0]!.body.reportId)).toMatchObject({
      ...{ form: '4-10-3', dueOn: '2021-08-15', findings: 2 },
    })
    // Decided otherwise before it was sent, it is in no report.
    await decide(minors[0]!, right)
    const again = await reports()
    expect(again.find(({ id }) => id === lists[0]!.body.reportId)!.findings).toBe(1)
  })

  test('once sent, a report stays as it was, and the next error opens a further one', async () => {
    const first = await tooSoon()
    const { reportId } = (await decide(first, error)).body
    expect((await sent(reportId, '2021-07-02')).body.code).toBe('errorReportDay')
    expect((await sent(reportId, '2021-07-01')).status).toBe(200)
    expect((await sent(reportId, '2021-07-01')).body.code).toBe('errorReportSent')
    expect((await decide(first, right)).body.code).toBe('findingReported')
    const second = (await decide(await tooSoon(), error)).body.reportId
    expect(second).not.toBe(reportId)
    expect((await reports()).find(({ id }) => id === reportId)!.sentOn).toBe('2021-07-01')
    const elsewhere = await site.staff.call(
      'clerkElsewhere',
      'POST',
      `/error-reports/${second}/sent`,
      {
        sentOn: '2021-07-01',
      },
    )
    expect(elsewhere.status).toBe(404)
  })

  test('an error whose rule hits no more is in no report, and in a further one should it hit again', async () => {
    const [kept, gone] = [await tooSoon(), await tooSoon()]
    const { reportId } = (await decide(kept, error)).body
    expect((await decide(gone, error)).body.reportId).toBe(reportId)
    const before = (await reports()).find(({ id }) => id === reportId)!.findings
    const hits = (does: boolean) => site.db.sql`
      update finding set hits = ${does} where dose_id = ${gone.doseId} and code = ${gone.code}`
    await hits(false)
    expect((await reports()).find(({ id }) => id === reportId)!.findings).toBe(before - 1)
    const csv = await site.staff.page('clerk', `/findings/reports/${reportId}.csv`)
    expect(csv.headers.get('content-disposition')).toContain(`-${before - 1}-rows`)
    expect((await sent(reportId, '2021-07-01')).status).toBe(200)
    await hits(true)
    expect((await reports()).find(({ id }) => id === reportId)!.findings).toBe(before - 1)
    const further = (await decide(gone, error)).body.reportId
    expect(further).toMatch(/-/)
    expect(further).not.toBe(reportId)
  })

  test('what was sent stays said, whatever becomes of its dose, even in another register', async () => {
    const { doseId, code } = await expired()
    const { reportId } = (await decide({ doseId, code }, error)).body
    expect((await sent(reportId, '2021-07-01')).status).toBe(200)
    const said = await site.staff.page('clerk', `/findings/reports/${reportId}.csv`)
    const there = await aResident(site.db, { municipalityCode: otherTown })
    await site.db.sql`
      insert into dose
      select (jsonb_populate_record(d, jsonb_build_object(
                'municipality_code', ${otherTown}::text, 'resident_id', ${there.residentId}::text,
                'given_on', '2021-05-30'))).*
        from dose d where d.id = ${doseId}`
    await site.db.sql`update finding set municipality_code = ${otherTown} where dose_id = ${doseId}`
    const [moved] = await site.db.sql`
      select report_id, is_error, owner_id, state from finding where dose_id = ${doseId}`
    expect(moved).toEqual({
      report_id: null,
      is_error: false,
      owner_id: null,
      state: 'checkedRight',
    })
    const again = await site.staff.page('clerk', `/findings/reports/${reportId}.csv`)
    expect(again.text).toBe(said.text)
    expect((await reports()).find(({ id }) => id === reportId)!.findings).toBe(1)
  })

  test('as documents they say what the records know, and name nobody', async () => {
    const { person, doseId, code } = await expired()
    const { reportId } = (await decide({ doseId, code }, error)).body
    await site.db.sql`delete from ledger_inbox`
    const file = (kind: string) =>
      site.staff.page('clerk', `/findings/reports/${reportId}.${kind}?lang=en`)
    const csv = await file('csv')
    expect(csv.headers.get('content-disposition')).toBe(
      'attachment; filename="sesshu-error-report-4-10-2-2021-07-01-1-rows.csv"',
    )
    expect(csv.text.replace(/^\uFEFF/, '').split('\r\n')).toHaveLength(3)
    expect(csv.text).toContain('"The lot has expired"')
    expect(csv.text).toContain('"2021-06-09"')
    const looks = await site.db.sql`select resident_id from ledger_inbox`
    expect([...looks]).toEqual([{ resident_id: person.residentId }])
    const pdf = await site.staff.bytes('clerk', `/findings/reports/${reportId}.pdf?lang=en`)
    const text = (await readPdf(pdf)).pages
      .map(({ texts }) => texts.map((t) => t.text).join(' '))
      .join(' ')
    for (const said of [
      '4-10-2',
      'The lot has expired',
      'OLD01',
      '1310400018',
      'To be written in',
    ]) {
      expect(text).toContain(said)
    }
    for (const hidden of [person.ticketNumber, '太郎', person.registerNumber, doseId]) {
      expect(text + csv.text).not.toContain(hidden)
    }
    for (const strange of ['x.pdf', `${reportId}.exe`, `${doseId}.pdf`]) {
      expect((await site.staff.page('clerk', `/findings/reports/${strange}`)).status).toBe(404)
    }
    expect(
      (await site.staff.page('clerkElsewhere', `/findings/reports/${reportId}.csv`)).status,
    ).toBe(404)
  })
})

test('of whoever is protected, no list, page or report names the venue, not even one that was sent', async () => {
  const { person, doseId, code } = await expired()
  const other = await tooSoon()
  const { reportId } = (await decide({ doseId, code }, error)).body
  const sentId = (await decide(other, error)).body.reportId
  const day = { sentOn: '2021-07-01' }
  await site.staff.call('clerk', 'POST', `/error-reports/${sentId}/sent`, day)
  const csv = (id: string) => site.staff.page('clerk', `/findings/reports/${id}.csv?lang=en`)
  for (const id of [reportId, sentId]) expect((await csv(id)).text).toContain('1310400018')
  for (const { residentId } of [person, other.person]) {
    await site.db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${residentId}, '2021-06-01')`
  }
  const { body } = await site.staff.call('clerk', 'GET', '/findings?state=checkedRight')
  const listed = body.findings.filter((f: Key) => [doseId, other.doseId].includes(f.doseId))
  expect(listed.map((f: { venueCode: unknown }) => f.venueCode)).toEqual([null, null])
  const page = await site.staff.page('clerk', `/findings/${doseId}/${code}?lang=en`)
  expect(page.text).toContain('places are not shown')
  expect(page.text).not.toContain('1310400018')
  expect((await csv(reportId)).text).toContain('to be written in by hand')
  expect((await csv(reportId)).text).not.toContain('1310400018')
  const inSent = (await csv(sentId)).text.split('\r\n')
  expect(inSent.some((line) => line.includes('to be written in by hand'))).toBe(true)
  const pdf = await site.staff.bytes('clerk', `/findings/reports/${reportId}.pdf?lang=en`)
  const text = (await readPdf(pdf)).pages.flatMap(({ texts }) => texts.map((t) => t.text)).join(' ')
  expect(text).toContain('to be written in by hand')
  expect(text).not.toContain('1310400018')
})

describe('the pages', () => {
  test('decide by a form, without a script, one after the other', async () => {
    const key = await tooSoon()
    const place = `/findings/${key.doseId}/${key.code}`
    const shown = await site.staff.page('clerk', `${place}?lang=en`)
    expect(shown.status).toBe(200)
    expect(shown.text).toContain('Too soon after the previous dose')
    expect(shown.text).toContain('form 4-10-3')
    expect(shown.text).not.toContain(key.person.residentId)
    const revision = /name="revision" value="([^"]+)"/.exec(shown.text)![1]!
    const fields = { answer: 'error', reason: 'venueConfirmed', revision, lang: 'en' }
    const { status, location } = await site.staff.submit('clerk', `${place}/decide`, fields)
    expect([status, location]).toEqual([303, `${place}?said=kept&lang=en`])
    const after = await site.staff.page('clerk', location!)
    expect(after.text).toContain('The decision is kept.')
    expect(after.text).toContain('Next finding')
    expect(after.text).toContain('the venue confirmed it')
    expect((await site.staff.submit('clerk', `${place}/decide`, { answer: 'x' })).location).toBe(
      `${place}?said=malformed`,
    )
    const to = { ownerId: site.staff.ids.clerk, dueOn: '2021-07-20' }
    expect((await site.staff.submit('clerk', `${place}/assign`, to)).location).toBe(
      `${place}?said=assigned`,
    )
    expect((await site.staff.page('clerkElsewhere', place)).status).toBe(404)
    expect((await site.staff.page('clerk', '/findings/x/y')).status).toBe(404)
  })

  test('show what is overdue, in both languages, and let nobody in who has no town', async () => {
    await site.db.sql`update error_report set due_on = '2021-06-30', opened_on = '2021-06-30'
                       where sent_on is null`
    const ja = await site.staff.page('clerk', '/findings')
    expect(ja.text).toContain('期限を過ぎた報告が')
    expect(ja.text).toContain('前回からの間隔が短すぎます')
    const en = await site.staff.page('clerk', '/findings?lang=en&code=lotExpired')
    expect(en.text).toContain('Reports that are overdue:')
    expect((await site.staff.page('clerk', '/findings?code=unheard')).text).toContain(
      '条件を読み取れません',
    )
    for (const who of ['operator', 'stateStatistician', 'printOperator', 'venueStaff'] as const) {
      expect((await site.staff.page(who, '/findings')).status).toBe(403)
    }
  })
})
