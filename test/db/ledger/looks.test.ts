// Looks are committed whatever becomes of the reading; who may ask for them sees no more than is due.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { actAs } from '../../../config/actor.ts'
import { connect, type Sql } from '../../../db/client.ts'
import { busyReaders } from '../../../db/ledger/anomalies.ts'
import { ledgerGuard, ledgerLagSeconds } from '../../../db/ledger/lag.ts'
import { looksOf } from '../../../db/ledger/looks-of.ts'
import {
  connectForLooks,
  insertLooks,
  type Look,
  recordLooks,
} from '../../../db/ledger/record-looks.ts'
import { plainDate, tokyoDateOf } from '../../../domain/calendar.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'

let db: TestDatabase
let looks: Sql
let api: Sql

const clerk = { id: 'account/7', role: 'clerk', office: '011002' }
const aLook = (more: Partial<Look> = {}): Look => ({
  municipalityCode: '011002',
  residentId: randomUUID(),
  purpose: 'manageRegister',
  fields: ['name'],
  ...more,
})

beforeAll(async () => {
  db = await freshDatabase()
  looks = connectForLooks(db.urls.sesshu_api, 'test')
  api = connect(db.urls.sesshu_api, { name: 'test', max: 2 })
})
afterAll(async () => {
  await Promise.all([looks.end({ timeout: 1 }), api.end({ timeout: 1 })])
  await db.drop()
})
afterEach(() => db.sql`truncate ledger_inbox, access_ledger`)

describe('a look', () => {
  test('is a committed row with who, why, whom and which fields', async () => {
    const look = aLook({
      courseId: randomUUID(),
      fields: ['name', 'address'],
      legalBasis: 'art. 19',
      breakGlassId: randomUUID(),
      detail: Uint8Array.of(0, 1, 255),
    })
    const [id] = await actAs(clerk, () => recordLooks(looks, [look]))
    const [row] = await db.sql`select * from ledger_inbox`
    expect(row).toMatchObject({
      id,
      actor: 'account/7',
      actor_role: 'clerk',
      office: '011002',
      purpose: 'manageRegister',
      municipality_code: '011002',
      resident_id: look.residentId,
      course_id: look.courseId,
      fields: ['name', 'address'],
      legal_basis: 'art. 19',
      break_glass_id: look.breakGlassId,
      detail: Buffer.from([0, 1, 255]),
    })
    expect(Math.abs(Date.now() - row!.looked_at.getTime())).toBeLessThan(60_000)
  })

  test('T12: of a whole town is a row a person, in the order of the answer', async () => {
    const town = Array.from({ length: 10_001 }, () => aLook())
    const ids = await recordLooks(looks, town)
    const rows = await db.sql<{ id: string; residentId: string }[]>`
      select id, resident_id as "residentId" from ledger_inbox`
    const found = new Map(rows.map((row) => [row.id, row.residentId]))
    expect(ids.map((id) => found.get(id))).toEqual(town.map((look) => look.residentId))
    expect(await recordLooks(looks, [])).toEqual([])
  })

  test('T12: stays on record when the transaction of its reader fails', async () => {
    const reading = api.begin(async () => {
      await recordLooks(looks, [aLook()])
      throw new Error('the reading failed')
    })
    await expect(reading).rejects.toThrow('the reading failed')
    expect(await db.sql`select from ledger_inbox`).toHaveLength(1)
    const within = api.begin((tx) => recordLooks(tx as unknown as Sql, [aLook()]))
    await expect(within).rejects.toThrow('outside its reader')
  })

  test('stands in a writing statement, and goes with it when that fails', async () => {
    const id = randomUUID()
    await api`with looked as (${insertLooks(api, [{ id, look: aLook() }])}) select 1`
    const failing = api`
      with looked as (${insertLooks(api, [{ id: randomUUID(), look: aLook() }])}) select 1 / 0`
    await expect(failing).rejects.toMatchObject({ code: '22012' })
    expect(await db.sql`select id from ledger_inbox`).toEqual([{ id }])
  })

  test.each(['sesshu_worker', 'sesshu_relay', 'sesshu_import', 'sesshu_authority'] as const)(
    'T19: %s may add one, and neither read, change nor take away any',
    async (role) => {
      const sql = connect(db.urls[role], { name: 'test', max: 1 })
      try {
        await recordLooks(sql, [aLook()])
        const refused = { code: '42501' }
        await expect(sql`select id from ledger_inbox`).rejects.toMatchObject(refused)
        await expect(sql`update ledger_inbox set actor = 'x'`).rejects.toMatchObject(refused)
        await expect(sql`delete from ledger_inbox`).rejects.toMatchObject(refused)
        await expect(sql`delete from access_ledger`).rejects.toMatchObject(refused)
        await expect(sql`update access_ledger set actor = 'x'`).rejects.toMatchObject(refused)
      } finally {
        await sql.end({ timeout: 1 })
      }
    },
  )
})

describe('how long looks wait', () => {
  test('T19: is said, and reads stop when the oldest has waited for more than a minute', async () => {
    const guard = ledgerGuard(api, 0)
    expect(await ledgerLagSeconds(api)).toBe(0)
    await recordLooks(looks, [aLook(), aLook()])
    await db.sql`update ledger_inbox set looked_at = clock_timestamp() - interval '59 s'`
    await guard()
    await db.sql`
      update ledger_inbox set looked_at = clock_timestamp() - interval '61 s'
       where id = (select id from ledger_inbox limit 1)`
    expect(await ledgerLagSeconds(api)).toBeGreaterThan(60)
    await expect(guard()).rejects.toMatchObject({ code: 'ledgerStalled' })
    await db.sql`delete from ledger_inbox`
    await guard()
  })

  test('begins when they are committed, for looks of a long transaction', async () => {
    await recordLooks(looks, [aLook()])
    await db.sql`update ledger_inbox set looked_at = clock_timestamp() - interval '10 minutes'`
    expect(await ledgerLagSeconds(api)).toBeGreaterThan(60)
    await db.sql`update ledger_drained set at = clock_timestamp() - interval '30 s'`
    expect(await ledgerLagSeconds(api)).toBeLessThan(60)
    expect(await ledgerLagSeconds(api)).toBeGreaterThan(29)
    await db.sql`delete from ledger_inbox`
    expect(await ledgerLagSeconds(api)).toBe(0)
    await db.sql`update ledger_drained set at = '-infinity'`
  })

  test('is asked once for many readers, and again after a failed answer', async () => {
    const counting = { asked: 0 }
    const spied = ((...args: Parameters<Sql>) => {
      counting.asked += 1
      return counting.asked === 1 ? Promise.reject(new Error('away')) : api(...args)
    }) as unknown as Sql
    const guard = ledgerGuard(spied, 60_000)
    await expect(guard()).rejects.toThrow('away')
    await Promise.all(Array.from({ length: 50 }, () => guard()))
    expect(counting.asked).toBe(2)
  })
})

describe('who looked at my record', () => {
  test('lists looks at each register row and at the course, newest first, and no others', async () => {
    const [here, there, courseId] = [randomUUID(), randomUUID(), randomUUID()]
    await actAs(clerk, () =>
      recordLooks(looks, [
        aLook({ residentId: here, purpose: 'first' }),
        aLook({ residentId: there, municipalityCode: '131041', purpose: 'second' }),
        aLook({ residentId: here, municipalityCode: '131041', purpose: 'notTheSameRegister' }),
        aLook({ courseId, residentId: randomUUID(), purpose: 'third' }),
        aLook({ residentId: here, courseId, purpose: 'both', breakGlassId: randomUUID() }),
        aLook(),
      ]),
    )
    const registerRows = [
      { municipalityCode: '011002', residentId: here },
      { municipalityCode: '131041', residentId: there },
    ]
    const seen = await looksOf(api, { registerRows, courseId, hidesPlaces: false })
    expect(seen.map(({ purpose }) => purpose)).toEqual(['both', 'third', 'second', 'first'])
    expect(seen[0]).toMatchObject({
      office: { municipalityCode: '011002' },
      role: 'clerk',
      fields: ['name'],
      isBreakGlass: true,
    })
    expect(JSON.stringify(seen)).not.toContain(clerk.id)
    expect(await looksOf(api, { registerRows, courseId, hidesPlaces: false }, 2)).toHaveLength(2)
    expect(await looksOf(api, { registerRows: [], hidesPlaces: false })).toEqual([])
  })

  test('T14: tells no place to the household of a protected person', async () => {
    const residentId = randomUUID()
    const registerRows = [{ municipalityCode: '011002', residentId }]
    await actAs(clerk, () => recordLooks(looks, [aLook({ residentId, legalBasis: 'movedIn' })]))
    await recordLooks(looks, [aLook({ residentId })])
    const seen = await looksOf(api, { registerRows, hidesPlaces: true })
    expect(seen.map(({ office }) => office).sort()).toEqual(['anotherMunicipality', 'system'])
    expect(JSON.stringify(seen)).not.toMatch(/011002|movedIn/)
  })
})

test('T12: 100 looks by one account in a day are an anomaly, 99 are not, a process never', async () => {
  const today = tokyoDateOf(new Date())
  const nosy = { ...clerk, id: 'account/nosy' }
  const one = randomUUID()
  await actAs(clerk, () =>
    recordLooks(
      looks,
      Array.from({ length: 99 }, () => aLook()),
    ),
  )
  await actAs(nosy, () =>
    recordLooks(looks, [
      ...Array.from({ length: 60 }, () => aLook()),
      ...Array.from({ length: 40 }, () => aLook({ residentId: one, purpose: 'showTown' })),
    ]),
  )
  await recordLooks(
    looks,
    Array.from({ length: 500 }, () => aLook()),
  )
  const monitor = connect(db.urls.sesshu_monitor, { name: 'test', max: 1 })
  try {
    expect(await busyReaders(monitor, today)).toEqual([
      {
        actor: 'account/nosy',
        role: 'clerk',
        office: '011002',
        reads: 100,
        people: 61,
        purposes: ['manageRegister', 'showTown'],
      },
    ])
    await actAs(clerk, () => recordLooks(looks, [aLook()]))
    expect((await busyReaders(monitor, today)).map(({ reads }) => reads)).toEqual([100, 100])
    expect(await busyReaders(monitor, plainDate('2021-07-01'))).toEqual([])
  } finally {
    await monitor.end({ timeout: 1 })
  }
})
