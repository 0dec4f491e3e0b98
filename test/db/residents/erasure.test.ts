/**
 * Proves: whoever was erased is gone. No key, nothing sealed, no keyed index by which the paper in
 * somebody's drawer finds them; doses stay and name nobody; the ledger still verifies.
 */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../../db/client.ts'
import { exportLedger } from '../../../db/ledger/export.ts'
import { erasureSubject } from '../../../db/residents/erasure-subject.ts'
import type { ExportedRow } from '../../../domain/ledger-row.ts'
import { chainBegin, chainHash, leafHashOf } from '../../../ledger/row.ts'
import { as, asProgram, type Staff, seedStaff } from '../../support/credentials.ts'
import { aLetterCode, cookieOf, press, read, tryCode } from '../../support/letters.ts'
import { type Site, startSite } from '../../support/pages-site.ts'
import { aDevice } from '../../support/people-rows.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { openSealer } from '../../support/sealer.ts'
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

const bornOn = '1950-05-05'
let people = 0

beforeAll(async () => {
  db = await sealedDatabase()
  site = startSite(db, { isDemo: false })
  await seedTowns(db.sql)
  await seedStaff(db.sql)
})
afterAll(async () => {
  await site?.close()
  await db?.drop()
})

async function told(path: string, body: object) {
  const init = { method: 'POST', headers: asProgram, body: JSON.stringify(body) }
  const answer = await site.app.request(path, init)
  return { status: answer.status, body: JSON.parse(await answer.text()) }
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

/** Stands for what was read of a sheet, and is found again. */
const sealedReading = (n: number) =>
  Buffer.concat([Buffer.alloc(8, 1), Buffer.alloc(56, `conflict ${n}.`)])

type Person = SeededResident & { code: string; cookie: string }

/** With everything that can be kept about somebody. */
async function aWholePerson(): Promise<Person> {
  // Nobody else's, so that what is found by it is theirs.
  const kana = `ミホン ${'ア'.repeat(++people)}`
  const resident = await aResident(db, { kana, mail: `who${randomUUID()}@mail.invalid` })
  const { registerNumber } = resident
  expect((await told('/api/v1/scans', aScan(resident))).status).toBe(201)
  const moved = { municipalityCode: town, registerNumber, eventId: randomUUID() }
  await told('/api/v1/moves', {
    ...{ ...moved, kind: 'addressChanged', effectiveOn: '2021-07-01' },
    ...{ postcode: '1050011', address: '新町2番地' },
  })
  await db.sql`
    insert into household_member (municipality_code, resident_id, from_on, household)
    values (${town}, ${resident.residentId}, '2020-01-01', ${Buffer.alloc(16, people)})`
  await db.sql`
    insert into ticket_sheet (municipality_code, id, resident_id, number_index, reason, dose_numbers,
                              body_digest, issued_on, issued_by)
    select ${town}, ${randomUUID()}, resident_id, number_index, 'lost', '[1,2]',
           ${Buffer.alloc(16, people)}, '2021-07-01', 'a'
      from ticket where resident_id = ${resident.residentId}`
  await db.sql`
    insert into scan_conflict (municipality_code, id, scan_id, venue_code, device_id, code, status,
                               kept_at, came_back_at, reported_on, ticket_read, birth_stated,
                               ticket_town, ticket_index)
    select ${otherTown}, ${randomUUID()}, ${randomUUID()}, '0110000018', ${await aDevice(db.sql)},
           'malformed', 422, now(), now(), '2021-07-01', ${sealedReading(people)},
           ${sealedReading(people)}, municipality_code, number_index
      from ticket where resident_id = ${resident.residentId}`
  const code = await aLetterCode(db, resident)
  const cookie = cookieOf(await tryCode(site.app, code, bornOn))
  await press(site.app, cookie, 'already', { place: '標識診療所' })
  await press(site.app, cookie, 'letters', { wish: 'stop' })
  return { ...resident, code, cookie }
}

async function approved({ residentId }: SeededResident, agree: Staff = 'secondAdministrator') {
  const { body } = await asked('municipalAdministrator', '/api/v1/approvals', {
    ...{ kind: 'keyDestruction', reasonCode: 'ownRequest' },
    subject: erasureSubject(town, [residentId]),
  })
  await asked(agree, `/api/v1/approvals/${body.id}/approve`, {})
  return body.id as string
}

const erase = (who: Staff, { residentId }: SeededResident, approvalId: string) =>
  asked(who, '/api/v1/erasures', {
    ...{ municipalityCode: town, residentId, approvalId, reason: 'ownRequest' },
  })

async function erased(): Promise<Person> {
  const person = await aWholePerson()
  const { status, body } = await erase('municipalAdministrator', person, await approved(person))
  expect({ status, body }).toEqual({ status: 200, body: { erased: 1 } })
  return person
}

/** Every row of every table as text, the list of erased numbers aside. */
async function wholeDatabase(): Promise<string> {
  const tables = await db.sql<{ name: string }[]>`
    select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname <> 'erased_register_number'`
  const texts: string[] = []
  for (const { name } of tables) {
    for (const { t } of await db.sql`select x::text as t from ${db.sql(name)} x`) texts.push(t)
  }
  return texts.join('\n')
}

/** Whatever in the database leads to one person by a key, a paper or a register. */
async function tracesOf({ residentId, registerNumber, ticketNumber, code }: Person) {
  const [ticket] = await db.vault.index(town, 'ticket', [ticketNumber])
  const [letter] = await db.vault.index(town, 'letterCode', [code.replaceAll('-', '')])
  const [born] = await db.vault.index(town, 'bornOn', [`${residentId}|${bornOn}`])
  const [year] = await db.vault.index(town, 'birthYear', [`${residentId}|1950`])
  const kept = await db.sql`
    select encode(desk_index, 'hex') as desk, encode(told_check, 'hex') as told,
           encode(identity_born, 'hex') as identity from person where resident_id = ${residentId}`
  const hex = [ticket, letter, born, year].map((index) => Buffer.from(index!).toString('hex'))
  const reading = sealedReading(people).toString('hex')
  return [...hex, reading, ...Object.values(kept[0] ?? {}), `,${registerNumber},`] as string[]
}

describe('erasing', () => {
  test('takes two people, and is no operator’s business', async () => {
    const person = await aWholePerson()
    const alone = await asked('municipalAdministrator', '/api/v1/approvals', {
      ...{ kind: 'keyDestruction', reasonCode: 'ownRequest' },
      subject: erasureSubject(town, [person.residentId]),
    })
    const refusal = await erase('municipalAdministrator', person, alone.body.id)
    expect(refusal.body.code).toBe('approvalMissing')
    for (const who of ['operator', 'clerk', 'supervisoryAuthority'] as const) {
      expect((await erase(who, person, alone.body.id)).status).toBe(403)
    }
    const elsewhere = await approved(await aResident(db))
    expect((await erase('municipalAdministrator', person, elsewhere)).body.code).toBe(
      'approvalMissing',
    )
    expect(
      await db.sql`select 1 from person where resident_id = ${person.residentId}`,
    ).toHaveLength(1)
  })

  test('leaves no key, no sealed value and no index of the person anywhere', async () => {
    const person = await aWholePerson()
    const traces = await tracesOf(person)
    const before = await wholeDatabase()
    for (const trace of traces) expect(before).toContain(trace)
    await erase('municipalAdministrator', person, await approved(person))
    const after = await wholeDatabase()
    const left = after.split('\n').filter((row) => traces.some((trace) => row.includes(trace)))
    expect(left).toEqual([])
    for (const table of [
      'resident_key',
      'person',
      'residence',
      'household_member',
      'resident_session',
      'resident_message',
    ]) {
      expect(
        await db.sql`select 1 from ${db.sql(table)} where resident_id = ${person.residentId}`,
      ).toHaveLength(0)
    }
    const [sheet] =
      await db.sql`select number, revoked_because as why from ticket where resident_id = ${person.residentId}`
    expect(sheet).toEqual({ number: null, why: 'erased' })
  })

  test('keeps the dose for the statistics, and what hangs on it together', async () => {
    const person = await erased()
    const rows = await db.sql`
      select d.given_on::text as on, d.product_code as product, d.lot_number as lot, d.venue_code as venue
        from dose d
        join ticket t on (t.municipality_code, t.number_index) = (d.issuing_municipality_code, d.ticket_index)
        join ticket_slip s on (s.municipality_code, s.ticket_index) = (t.municipality_code, t.number_index)
        join scan n on n.id = d.scan_id and n.ticket_index = d.ticket_index
       where d.resident_id = ${person.residentId}`
    expect(rows).toEqual([
      { on: '2021-06-09', product: 'pfizer', lot: 'TEST01', venue: '1310400018' },
    ])
  })

  test('ends the course and tells its workflow', async () => {
    const person = await erased()
    const [course] = await db.sql`
      select id, stage, closed_because as why, steps, version from course where home_resident_id = ${person.residentId}`
    expect(course).toMatchObject({ stage: 'closed', why: 'erased', steps: [] })
    const [news] = await db.sql`select version from outbox where course_id = ${course!.id}`
    expect(news!.version).toBe(course!.version)
  })

  test('ends the letters’ codes and the reader’s session', async () => {
    const person = await erased()
    expect((await tryCode(site.app, person.code, bornOn)).status).toBe(403)
    expect((await read(site.app, person.cookie)).body).not.toContain('受けた接種')
  })

  test('repeated, finds nothing more to erase', async () => {
    const person = await erased()
    const again = await erase('municipalAdministrator', person, await approved(person))
    expect(again.body).toEqual({ erased: 0 })
  })

  test('of one leaves the others as they were', async () => {
    const other = await aWholePerson()
    const before = await tracesOf(other)
    await erased()
    const after = await wholeDatabase()
    for (const trace of before) expect(after).toContain(trace)
    expect((await read(site.app, other.cookie)).body).toContain('受けた接種')
  })
})

describe('whoever was erased', () => {
  test('is not written anew by the register’s next file', async () => {
    const person = await erased()
    const { body } = await told('/api/v1/residents', {
      residents: [
        {
          ...{ municipalityCode: town, registerNumber: person.registerNumber, bornOn },
          name: { family: '見本', given: '太郎', kana: 'ミホン タロウ' },
          ...{ residentSince: '2000-01-01', postcode: '1600000', address: '見本町1' },
        },
      ],
    })
    expect(body.results).toMatchObject([{ status: 'refused', code: 'residentErased' }])
  })

  test('is not found by the ticket in their drawer: a scan of it waits, attached to nobody', async () => {
    const person = await erased()
    const { body } = await told('/api/v1/scans', aScan(person, { claimedDoseNumber: 2 }))
    expect(body.verdict).toBe('waiting')
    const doses = await db.sql`select 1 from dose where resident_id = ${person.residentId}`
    expect(doses).toHaveLength(1)
  })

  test('is opened by nobody, though an old copy still has the wrapped key', async () => {
    const person = await aWholePerson()
    const [old] = await db.sql`
      select wrapped, key_version as "keyVersion", dek_version as "dekVersion" from resident_key
       where resident_id = ${person.residentId}`
    await erase('municipalAdministrator', person, await approved(person))
    const key = { municipalityCode: town, residentId: person.residentId, ...(old as object) }
    const keys = await db.vault.unlock('showCourse', [{ ...key, fields: ['name'] } as never])
    expect(keys.size).toBe(0)
  })

  test('stays out, when rows of an old backup come back: keyd takes them away as it starts', async () => {
    const person = await erased()
    await db.sql`update resident set erased_at = null, register_number = ${person.registerNumber}
                  where id = ${person.residentId}`
    await db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      values (${town}, ${person.residentId}, '2021-01-01')`
    await db.keyd.restart()
    const [row] = await db.sql`
      select register_number as number, erased_at from resident where id = ${person.residentId}`
    expect(row!.number).toMatch(/^erased\//)
    expect(
      await db.sql`select 1 from protection where resident_id = ${person.residentId}`,
    ).toHaveLength(0)
  })

  test('elsewhere keeps their record there: the other town’s course goes on', async () => {
    const person = await aWholePerson()
    const n = Number(person.registerNumber.slice(1))
    await told('/api/v1/moves', {
      ...{ eventId: randomUUID(), kind: 'movedIn', municipalityCode: otherTown },
      ...{ registerNumber: `E${n}`, effectiveOn: '2021-07-03' },
      previous: { municipalityCode: town, registerNumber: person.registerNumber },
      name: { family: '見本', given: `太郎${n}`, kana: 'ミホン タロウ' },
      ...{ bornOn, postcode: '0600000', address: '別町1' },
    })
    const [before] = await db.sql`
      select course_id as id from course_link where resident_id = ${person.residentId}`
    await erase('municipalAdministrator', person, await approved(person))
    const [course] = await db.sql`
      select stage, home_municipality_code as town, doses_given as doses from course where id = ${before!.id}`
    expect(course).toEqual({ stage: 'secondDoseOverdue', town: otherTown, doses: 1 })
  })
})

test('the ledger, chained before and after, still verifies', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sesshu-erasure-'))
  const opened = await openSealer(db, folder)
  const authority = connect(db.urls.sesshu_authority, { name: 'test', max: 1 })
  try {
    const person = await aWholePerson()
    await opened.sealer.drain()
    await erase('municipalAdministrator', person, await approved(person))
    await opened.sealer.drain()
    await opened.sealer.signHead()
    const rows: ExportedRow[] = []
    await exportLedger(authority, { head: () => {}, row: (row) => void rows.push(row) })
    expect(rows.filter((row) => row.residentId === person.residentId).length).toBeGreaterThan(3)
    let chain = chainBegin
    for (const row of rows) {
      const leaf = leafHashOf(row)
      chain = chainHash(chain, leaf)
      expect([row.leafHash, row.chainHash]).toEqual([
        Buffer.from(leaf).toString('base64'),
        Buffer.from(chain).toString('base64'),
      ])
    }
  } finally {
    await Promise.all([opened.close(), authority.end({ timeout: 1 })])
    rmSync(folder, { recursive: true, force: true })
  }
})
