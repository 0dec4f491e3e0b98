// A tablet takes back what it has just recorded itself: for a minute of wall time, nothing else, and never
// what was confirmed against paper.
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type DeviceSite,
  deviceSite,
  type EnrolledTablet,
  enrolTablet,
  send,
} from '../../support/tablets.ts'
import { aResident, aScan, venue } from '../../support/town.ts'

let site: DeviceSite
let tablet: EnrolledTablet
let other: EnrolledTablet
beforeAll(async () => {
  site = await deviceSite()
  tablet = await enrolTablet(site.base, venue, site.administrator())
  other = await enrolTablet(site.base, venue, site.administrator())
})
afterAll(() => site.close())

async function recorded(): Promise<string> {
  const scan = aScan(await aResident(site.db))
  const answer = await send(site.base, tablet.tablet, 'POST', '/api/v1/scans', scan)
  expect(answer.status).toBe(201)
  return answer.body.doseId as string
}

const undo = (by: EnrolledTablet, doseId: string, reason = 'undoneAtOnce') =>
  send(site.base, by.tablet, 'POST', `/api/v1/doses/${doseId}/void`, { reason })

test('within a minute, without a revision, and asked twice it is done once', async () => {
  const doseId = await recorded()
  const first = await undo(tablet, doseId)
  expect([first.status, first.body]).toEqual([200, { doseId, revision: 2 }])
  expect((await undo(tablet, doseId)).body).toEqual(first.body)
  const [kept] = await site.db.sql`
    select kind, reason, changed_by as by, changed_as as role from dose_change where dose_id = ${doseId}`
  expect(kept).toEqual({ kind: 'voided', reason: 'undoneAtOnce', by: tablet.id, role: 'device' })
})

test('a visit without a dose too: its slip is free, its task closed, and nothing waits for it', async () => {
  const person = await aResident(site.db)
  const sent = (number: number) =>
    send(
      site.base,
      tablet.tablet,
      'POST',
      '/api/v1/scans',
      aScan(person, { slipKind: 'screenedOnly', claimedDoseNumber: number }),
    )
  expect(
    (await send(site.base, tablet.tablet, 'POST', '/api/v1/scans', aScan(person))).status,
  ).toBe(201)
  await sent(1)
  const { body } = await sent(2)
  expect(body.screeningId).toEqual(expect.any(String))
  const scanId = body.scanId as string
  const takeBack = (by: EnrolledTablet, reason = 'undoneAtOnce') =>
    send(site.base, by.tablet, 'POST', `/api/v1/screenings/${body.screeningId}/void`, { reason })
  const now = async () => {
    const [row] = await site.db.sql`
      select (select count(*)::int from ticket_slip where scan_id = ${scanId}) as slips,
             (select outcome from task where occasion = ${scanId}) as outcome,
             (select count(*)::int from screening where resident_id = ${person.residentId}
                                                    and voided_at is null) as visits`
    return row
  }
  expect(await now()).toEqual({ slips: 1, outcome: null, visits: 2 })
  expect((await takeBack(other)).status).toBe(404)
  expect((await takeBack(tablet, 'misread')).status).toBe(422)
  const first = await takeBack(tablet)
  expect([first.status, first.body]).toEqual([200, { screeningId: body.screeningId }])
  expect((await takeBack(tablet)).body).toEqual(first.body)
  expect(await now()).toEqual({ slips: 0, outcome: 'screeningVoided', visits: 1 })
})

test('not what somebody has changed since', async () => {
  const doseId = await recorded()
  await site.db.sql`update dose set revision = 2, lot_number = 'MENDED' where id = ${doseId}`
  expect(await undo(tablet, doseId)).toMatchObject({
    status: 409,
    body: { code: 'doseChangedMeanwhile' },
  })
  const [dose] = await site.db.sql`select voided_at, revision from dose where id = ${doseId}`
  expect(dose).toEqual({ voided_at: null, revision: 2 })
})

test('not after it, not another tablet’s, not for another reason, not what is confirmed', async () => {
  const doseId = await recorded()
  expect((await undo(other, doseId)).status).toBe(404)
  expect(await undo(tablet, doseId, 'misread')).toMatchObject({ status: 422 })
  await site.db.sql`update dose set confirmed_on_paper_at = now() where id = ${doseId}`
  expect(await undo(tablet, doseId)).toMatchObject({
    status: 409,
    body: { code: 'confirmedOnPaper' },
  })
  await site.db.sql`update dose set confirmed_on_paper_at = null where id = ${doseId}`
  // A minute and a second ago.
  await site.db.sql`
    update scan set answer = jsonb_set(answer, '{undoUntil}', to_jsonb(
                      to_char((now() - interval '1 second') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
     where answer ->> 'doseId' = ${doseId}`
  expect(await undo(tablet, doseId)).toMatchObject({ status: 409, body: { code: 'undoIsOver' } })
  for (const path of ['correct', 'reattribute', 'confirm', 'unlock']) {
    const asked = await send(
      site.base,
      tablet.tablet,
      'POST',
      `/api/v1/doses/${doseId}/${path}`,
      {},
    )
    expect(asked.status).toBe(403)
  }
})
