// What the authority has to look at is raised once, named by ids alone, kept for ever, and shown.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { watchOnce } from '../../../api/oversight-watch.ts'
import { actAs } from '../../../config/actor.ts'
import { recordLooks } from '../../../db/ledger/record-looks.ts'
import { listAlerts } from '../../../db/oversight/alerts.ts'
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
beforeEach(async () => {
  site.logged.length = 0
  await db.sql`alter table oversight_alert disable trigger only_added`
  await db.sql`truncate oversight_alert`
  await db.sql`alter table oversight_alert enable trigger only_added`
  await db.sql`truncate ledger_inbox, break_glass_review, break_glass cascade`
  await reseedSessions()
})

/** Truncating emergency access took the sessions with it. */
async function reseedSessions() {
  for (const [who, id] of Object.entries(site.ids)) {
    await db.sql`
      insert into account_session (token_sha256, account_id, signed_in_by, expires_at)
      values (sha256(${Buffer.from(`session-of-${who}`)}), ${id}, 'password', now() + interval '1 hour')
      on conflict do nothing`
  }
}

const watch = (nowMs = Date.now()) => watchOnce({ sql: site.sql, log: site.log, now: () => nowMs })

const marker = 'MARKEDPERSON'

async function looks(count: number, who: 'clerk' | 'operator' = 'clerk') {
  const look = () => ({
    municipalityCode: town,
    residentId: randomUUID(),
    purpose: 'showCourse',
    fields: ['course'],
    detail: Buffer.from(marker),
  })
  await actAs({ id: site.ids[who], role: who, office: town }, () =>
    recordLooks(site.sql, Array.from({ length: count }, look)),
  )
}

describe('many looks', () => {
  test('T12: 100 looks by one account in a day raise one alert, 99 none', async () => {
    await looks(99)
    expect(await watch()).toEqual([])
    await looks(1)
    expect(await watch()).toMatchObject([
      { kind: 'manyReads', aboutId: site.ids.clerk, office: town },
    ])
    await looks(50)
    expect(await watch()).toEqual([])
    expect(await listAlerts(site.sql)).toHaveLength(1)
  })

  test('of a process or a tablet raise none', async () => {
    for (const role of ['process', 'device']) {
      await actAs({ id: `${role}/x`, role, office: 'system' }, () =>
        recordLooks(
          site.sql,
          Array.from({ length: 150 }, () => ({
            municipalityCode: town,
            residentId: randomUUID(),
            purpose: 'recordDose',
            fields: ['ticket'],
          })),
        ),
      )
    }
    expect(await watch()).toEqual([])
  })
})

async function emergency(endedHoursAgo: number) {
  const id = randomUUID()
  await db.sql`
    insert into break_glass (id, account_id, office, municipality_code, reason_code, case_reference,
                             reviewer_id, opened_at, expires_at)
    values (${id}, ${site.ids.clerk}, ${town}, ${otherTown}, 'disaster', '2026/1-1',
            ${site.ids.municipalAdministrator},
            now() - make_interval(hours => ${endedHoursAgo}, mins => 30),
            now() - make_interval(hours => ${endedHoursAgo}))`
  return id
}

describe('a review', () => {
  test('that is due is no alert', async () => {
    await emergency(23)
    expect(await watch()).toEqual([])
  })

  test('a review that is late is raised once, shown, and opens no further emergency access', async () => {
    const id = await emergency(25)
    expect(await watch()).toMatchObject([{ kind: 'reviewLate', aboutId: id, office: town }])
    expect(await watch()).toEqual([])
    const page = await site.page('supervisoryAuthority', '/authority')
    expect(page.text).toContain('緊急アクセスの確認の遅れ')
    expect(page.text).toContain(
      '<span class="tag tag-late"><span aria-hidden="true">✖</span> 期限超過',
    )
    const again = await site.call('clerk', 'POST', '/break-glass', {
      municipalityCode: otherTown,
      reasonCode: 'disaster',
      caseReference: '2026/1-2',
      reviewerId: site.ids.municipalAdministrator,
      minutes: 10,
    })
    expect(again).toMatchObject({ status: 403, body: { code: 'reviewOwed' } })
  })

  test('that was made, however late, raises nothing new', async () => {
    const id = await emergency(30)
    await site.call('municipalAdministrator', 'POST', `/break-glass/${id}/review`, {
      outcome: 'justified',
    })
    expect(await watch()).toEqual([])
  })
})

test('an alert and its line in the log name nobody, and two watchers raise one', async () => {
  await looks(120)
  await emergency(40)
  const raised = (await Promise.all([watch(), watch(), watch()])).flat()
  expect(raised.map(({ kind }) => kind).sort()).toEqual(['manyReads', 'reviewLate'])
  expect(site.logged).toHaveLength(2)
  for (const line of site.logged) {
    const { level, alert, aboutId, office, onDay, msg, ...rest } = JSON.parse(line)
    expect([level, typeof alert, typeof aboutId, office, typeof onDay, typeof msg]).toEqual([
      40,
      'string',
      'string',
      town,
      'string',
      'string',
    ])
    expect(Object.keys(rest).sort()).toEqual(['hostname', 'pid', 'time'])
  }
  expect(JSON.stringify([site.logged, await listAlerts(site.sql)])).not.toContain(marker)
})

test('alerts are added and never taken away', async () => {
  await looks(100)
  await watch()
  await expect(db.sql`delete from oversight_alert`).rejects.toThrow('never changed or deleted')
})
