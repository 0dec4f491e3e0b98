// Proves who is opened for what, counted in the ledger: nobody where an index or a class is enough, and
// never anybody twice for one thing.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { deskValue } from '../../../db/people/blind.ts'
import { readKeys } from '../../../db/people/keys.ts'
import { placeOf } from '../../../db/people/places.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { fieldNames } from '../../../domain/sealed-fields.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import { open } from '../../../vault/vault.ts'
import { asTx, type Row, ticketIndex } from '../../support/people.ts'
import {
  movedIn,
  openRegister,
  openVenue,
  type Person,
  type Register,
  residentOf,
  scanOf,
  sheetOf,
  somebody,
  type Town,
  told,
  towns,
} from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let db: SealedDatabase
let register: Register

beforeAll(async () => {
  // Two people agree to every erasure of this file.
  db = await sealedDatabase({ approvals: async () => async () => {} })
  register = await openRegister(db, '2021-06-30')
  await openVenue(register)
})
afterAll(async () => {
  await register?.close()
  await db?.drop()
})

async function ok(path: string, body: object) {
  const answer = await register.post(path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

type Look = { purpose: string; fields: string[]; resident: string }

/** The looks that `work` leaves, in the order in which they were committed. */
async function looksOf(work: () => Promise<unknown>): Promise<Look[]> {
  const before = await db.sql<{ id: string }[]>`select id from ledger_inbox`
  await work()
  return db.sql<Look[]>`
    select purpose, fields, resident_id as resident from ledger_inbox
     where not (id = any(${before.map(({ id }) => id)}::uuid[]))
       and fields && ${fieldNames as unknown as string[]} order by looked_at, id`
}

/** How often keyd was asked to unlock anything at all. */
function unlockMessages(): number {
  const { lines } = readKeydLog(join(db.keyd.folder, 'log'))
  return lines.filter(({ op }) => op === 'unlock').length
}

async function idOf(person: Person, town: Town): Promise<string> {
  const [row] = await db.sql`
    select id from resident
     where municipality_code = ${towns[town]} and register_number = ${town + person.number}`
  return row!.id
}

async function withSheet(bornOn?: string) {
  const person = somebody(bornOn)
  const since = bornOn && bornOn > '2010-04-01' ? { residentSince: bornOn } : {}
  await ok('/residents', { residents: [residentOf(person, 'A', since)] })
  const sheet = sheetOf(person, 'A', '2021-04-01')
  await ok('/tickets', { tickets: [sheet] })
  return { person, sheet, resident: await idOf(person, 'A') }
}

describe('T12: a scan', () => {
  test('of a grown-up opens nothing, by QR code or typed with the birth year', async () => {
    const one = await withSheet()
    const two = await withSheet()
    const looks = await looksOf(async () => {
      await ok('/scans', scanOf(one.sheet, 1, '2021-06-01'))
      const typed = { ...scanOf(two.sheet, 1, '2021-06-01'), readBy: 'typed', birthYear: 1950 }
      expect(await ok('/scans', typed)).toMatchObject({ verdict: 'recorded' })
    })
    expect(looks).toEqual([])
  })

  test('of a minor opens the birth date alone, for the age line of the product', async () => {
    const { sheet, resident } = await withSheet('2012-06-11')
    const looks = await looksOf(async () => {
      const answer = await ok('/scans', scanOf(sheet, 1, '2021-06-09'))
      expect(answer.findings).toMatchObject([{ code: 'ageOutsideProduct' }])
    })
    expect(looks).toEqual([{ purpose: 'recordDose', fields: ['bornOn'], resident }])
    const [band] = await db.sql`select age_band as band from dose where resident_id = ${resident}`
    expect(band).toEqual({ band: '-64' })
  })

  test('that is held opens nobody, though the ticket is a child’s', async () => {
    const { sheet } = await withSheet('2012-06-11')
    const body = { ...scanOf(sheet, 1, '2021-06-09'), readBy: 'typed', birthYear: 2011 }
    const looks = await looksOf(async () => {
      expect(await ok('/scans', body)).toMatchObject({ verdict: 'held' })
    })
    expect(looks).toEqual([])
  })

  test('keeps the number of an unattached one sealed under its own key, until it is attached', async () => {
    const person = somebody()
    await ok('/residents', { residents: [residentOf(person, 'A')] })
    const sheet = sheetOf(person, 'A', '2021-04-01')
    const typed = { readBy: 'typed', birthYear: 1950 }
    const body = { ...scanOf(sheet, 1, '2021-06-01'), ...typed }
    expect(await ok('/scans', body)).toMatchObject({ verdict: 'waiting' })

    const row: Row = { municipalityCode: towns.A, residentId: body.scanId }
    const kept = async () => {
      const [scan] = await db.sql`
        select ticket_number, birth_year_stated, ticket_index from scan where id = ${body.scanId}`
      return scan!
    }
    const [key] = await asTx(db, (tx) => readKeys(tx, [row]))
    const asked = { ...key!, fields: ['ticketNumber' as const, 'bornOn' as const] }
    const keys = (await db.vault.unlock('recordDose', [asked])).get(body.scanId)!
    const waiting = await kept()
    expect(open(keys, placeOf('scannedNumber', row), waiting.ticket_number)).toBe(sheet.number)
    expect(open(keys, placeOf('statedYear', row), waiting.birth_year_stated)).toBe('1950')
    expect(waiting.ticket_index).toEqual(await ticketIndex(db, towns.A, sheet.number))

    const looks = await looksOf(() => ok('/tickets', { tickets: [sheet] }))
    expect(looks).toEqual([
      { purpose: 'manageRegister', fields: ['ticketNumber'], resident: await idOf(person, 'A') },
      { purpose: 'recordDose', fields: ['bornOn', 'ticketNumber'], resident: body.scanId },
    ])
    expect(await kept()).toMatchObject({ ticket_number: null, birth_year_stated: null })
  })
})

describe('a register', () => {
  test('of a thousand new residents opens nobody, told again neither', async () => {
    const residents = Array.from({ length: 1_000 }, () => residentOf(somebody(), 'C'))
    const looks = await looksOf(async () => {
      await ok('/residents', { residents })
      const again = await ok('/residents', { residents })
      const results = again.results as { status: string }[]
      expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['same']))
    })
    expect(looks).toEqual([])
  })

  test('opens only what changed of those who are told otherwise', async () => {
    const [same, renamed, rehoused] = [somebody(), somebody(), somebody()]
    const all = [same, renamed, rehoused].map((person) => residentOf(person, 'A'))
    await ok('/residents', { residents: all })
    const name = { family: '改姓', given: '太郎', kana: 'かいせい たろう' }
    const residents = [
      all[0],
      { ...all[1], name, mail: 'a@mail.invalid' },
      { ...all[2], address: 'x' },
    ]
    const before = unlockMessages()
    const looks = await looksOf(async () => {
      const { results } = await ok('/residents', { residents })
      const statuses = (results as { status: string }[]).map(({ status }) => status)
      expect(statuses).toEqual(['same', 'updated', 'updated'])
    })
    const purpose = 'manageRegister'
    const found = new Set(looks.map((look) => JSON.stringify(look)))
    expect(found).toEqual(
      new Set(
        [
          { purpose, fields: ['name', 'kana', 'mail'], resident: await idOf(renamed, 'A') },
          { purpose, fields: ['address'], resident: await idOf(rehoused, 'A') },
        ].map((look) => JSON.stringify(look)),
      ),
    )
    expect(unlockMessages() - before).toBe(1)
  })

  test('keeps people where the desk finds them, by the name told last', async () => {
    const person = somebody('1944-11-03')
    const one = residentOf(person, 'B', {
      name: { family: '見', given: '本', kana: 'みほん もと' },
    })
    const atDesk = async (town: Town, kana: string) => {
      const value = deskValue({ kana }, '1944-11-03' as PlainDate)
      const [index] = await db.vault.index(towns[town], 'desk', [value])
      const rows = await db.sql`
        select resident_id as id from person
         where municipality_code = ${towns[town]} and desk_index = ${Buffer.from(index!)}`
      return rows.map(({ id }) => id)
    }
    await ok('/residents', { residents: [one] })
    const id = await idOf(person, 'B')
    expect(await atDesk('B', 'ﾐﾎﾝ ﾓﾄ')).toEqual([id])
    expect(await atDesk('A', 'ﾐﾎﾝ ﾓﾄ')).toEqual([])
    const renamed = { ...one, name: { ...one.name, kana: 'べつめい もと' } }
    await ok('/residents', { residents: [renamed] })
    expect(await atDesk('B', 'ミホンモト')).toEqual([])
    expect(await atDesk('B', 'ベツメイモト')).toEqual([id])
  })

  test('takes a move-in along without opening either row', async () => {
    const { person, sheet } = await withSheet()
    await ok('/scans', scanOf(sheet, 1, '2021-06-01'))
    const looks = await looksOf(() => ok('/moves', movedIn(person, 'B', 'A', '2021-06-20')))
    expect(looks).toEqual([])
    const [home] = await db.sql`
      select home_municipality_code as town from course
       where home_resident_id = ${await idOf(person, 'B')}`
    expect(home).toEqual({ town: towns.B })
  })

  test('is believed about days long after a birth, and opens one birth date in doubt', async () => {
    const { person } = await withSheet()
    const early = somebody('1938-04-10')
    await ok('/residents', { residents: [residentOf(early, 'A')] })
    expect(await looksOf(() => ok('/deaths', told(person, 'A', { on: '2021-06-12' })))).toEqual([])
    // Within the five years in which somebody of that class may have been born.
    const looks = await looksOf(async () => {
      const answer = await register.post('/deaths', told(early, 'A', { on: '1938-04-09' }))
      expect(answer).toMatchObject({ status: 422, body: { code: 'dateBeforeBirth' } })
    })
    const resident = await idOf(early, 'A')
    expect(looks).toEqual([{ purpose: 'manageRegister', fields: ['bornOn'], resident }])
  })

  test('makes people a year older when it tells them in another fiscal year', async () => {
    const person = somebody('1956-12-25')
    const one = residentOf(person, 'A')
    const kept = async () => {
      const [row] = await db.sql`
        select age_class as class, age_class_on::text as on, older_from::text as older
          from resident where id = ${await idOf(person, 'A')}`
      return row
    }
    await ok('/residents', { residents: [one] })
    expect(await kept()).toEqual({ class: 65, on: '2022-03-31', older: '2021-12-01' })
    register.setToday('2026-04-01')
    const looks = await looksOf(() => ok('/residents', { residents: [one] }))
    register.setToday('2021-06-30')
    expect(await kept()).toEqual({ class: 70, on: '2027-03-31', older: null })
    expect(looks).toEqual([])
  })
})

describe('a wave', () => {
  const waveOf = (town: Town, bornOnOrBefore: string) => {
    return { waveId: randomUUID(), municipalityCode: towns[town], bornOnOrBefore }
  }
  const openCourses = async (people: Person[], town: Town) => {
    const numbers = people.map((person) => town + person.number)
    const rows = await db.sql`
      select r.register_number as number from resident r
        join course_link l on (l.municipality_code, l.resident_id) = (r.municipality_code, r.id)
       where r.municipality_code = ${towns[town]} and r.register_number = any(${numbers})`
    return new Set(rows.map(({ number }) => number))
  }
  const enrol = (people: Person[], town: Town) =>
    ok('/residents', { residents: people.map((person) => residentOf(person, town)) })
  /** What the other tests of this file left in a town is called up and out of the way. */
  const emptied = (town: Town) => ok('/waves', waveOf(town, '2021-06-30'))

  test('of the programme opens nobody, and draws its line to the day', async () => {
    await emptied('A')
    const [in65, out65] = [somebody('1957-04-01'), somebody('1957-04-02')]
    await enrol([in65, out65], 'A')
    const looks = await looksOf(() => ok('/waves', waveOf('A', '1957-04-01')))
    expect(looks).toEqual([])
    expect(await openCourses([in65, out65], 'A')).toEqual(new Set([`A${in65.number}`]))
  })

  test('of any other day opens the class that it divides, once each, in one question a chunk', async () => {
    await emptied('B')
    const older = Array.from({ length: 30 }, () => somebody('1940-05-05'))
    const divided = ['1955-06-15', '1955-06-16', '1953-01-01', '1957-03-31'].map(somebody)
    const younger = Array.from({ length: 30 }, () => somebody('1980-05-05'))
    await enrol([...older, ...divided, ...younger], 'B')
    const wave = waveOf('B', '1955-06-15')
    const before = unlockMessages()
    const looks = await looksOf(async () => {
      expect(await ok('/waves', wave)).toMatchObject({ courses: 32 })
    })
    const ids = await Promise.all(divided.map((person) => idOf(person, 'B')))
    expect(new Set(looks.map(({ resident }) => resident))).toEqual(new Set(ids))
    expect(looks).toHaveLength(4)
    expect(looks[0]).toMatchObject({ purpose: 'openWave', fields: ['bornOn'] })
    expect(unlockMessages() - before).toBe(1)
    const opened = await openCourses(divided, 'B')
    expect(opened).toEqual(new Set([divided[0], divided[2]].map((p) => `B${p!.number}`)))
    expect(await looksOf(() => ok('/waves', wave))).toEqual([])
  })

  test('asked for twice at once, or broken off and taken up again, looks at nobody twice', async () => {
    await emptied('C')
    const divided = Array.from({ length: 500 }, (_, i) =>
      somebody(i % 2 ? '1955-01-01' : '1956-01-01'),
    )
    await enrol(divided, 'C')
    const wave = waveOf('C', '1955-06-15')
    const first = await looksOf(async () => {
      await Promise.all([register.post('/waves', wave), register.post('/waves', wave)])
    })
    expect(first).toHaveLength(500)
    expect(new Set(first.map(({ resident }) => resident)).size).toBe(500)
    expect((await openCourses(divided, 'C')).size).toBe(250)

    const [position] = await db.sql`
      select r.age_class as class, r.id from resident r
       where r.municipality_code = ${towns.C} and r.register_number = ${`C${divided[0]!.number}`}`
    // What a process that was killed after some chunk leaves behind.
    const broken = waveOf('C', '1955-06-15')
    await db.sql`
      insert into wave (id, municipality_code, born_on_or_before, opened_on, courses,
                        reached_age_class, reached_resident_id)
      values (${broken.waveId}, ${towns.C}, '1955-06-15', '2021-06-30', 7, ${position!.class},
              ${position!.id})`
    const rest = await looksOf(async () => {
      expect(await ok('/waves', broken)).toMatchObject({ courses: 7 })
    })
    // Those without a course who come after the place where it was broken off.
    expect(rest.every(({ resident }) => resident < position!.id)).toBe(true)
    expect(rest.length).toBeLessThan(250)
  })
})

describe('somebody who was erased', () => {
  test('is told again in vain, gets no sheet, and a scan of the old one waits for nobody', async () => {
    const { person, sheet, resident } = await withSheet()
    await db.keyd
      .link('keys')
      .ask('erase', { municipalityCode: towns.A, residentIds: [resident], reason: 'test' })
    const one = residentOf(person, 'A')
    const outcome = async (item: object) => {
      const { results } = await ok('/residents', { residents: [item] })
      return (results as { status: string; code?: string }[])[0]
    }
    const refused = { status: 'refused', code: 'residentErased' }
    expect(await outcome(one)).toMatchObject(refused)
    expect(await outcome({ ...one, address: '見本町9番' })).toMatchObject(refused)
    expect(await outcome({ ...one, mail: 'a@mail.invalid' })).toMatchObject(refused)
    const tickets = [sheet, sheetOf(person, 'A', '2021-05-01')]
    const { results } = await ok('/tickets', { tickets })
    expect(results).toMatchObject([refused, refused])
    const more = { kind: 'addressChanged', effectiveOn: '2021-06-01' }
    const moved = told(person, 'A', { ...more, postcode: '0400001', address: '見本町8番' })
    expect((await register.post('/moves', moved)).body.code).toBe('residentErased')
    expect(await ok('/scans', scanOf(sheet, 1, '2021-06-01'))).toMatchObject({ verdict: 'waiting' })
  })
})

describe('while keyd is away', () => {
  afterEach(() => db.keyd.start())

  test('nothing is recorded, read or told, and the caller learns what to do', async () => {
    const { person, sheet } = await withSheet()
    const newcomer = somebody()
    const everything = () => db.sql`
      select (select count(*) from scan) as scans, (select count(*) from resident) as residents,
             (select count(*) from register_event) as events, (select count(*) from ticket) as tickets,
             (select count(*) from ledger_inbox
               where fields && ${fieldNames as unknown as string[]}) as opened`
    const before = await everything()
    await db.keyd.end()
    const asked = [
      ['/scans', scanOf(sheet, 1, '2021-06-01')],
      ['/scans', { ...scanOf(sheet, 1, '2021-06-01'), readBy: 'typed', birthYear: 1950 }],
      ['/residents', { residents: [residentOf(newcomer, 'A')] }],
      ['/tickets', { tickets: [sheetOf(person, 'A', '2021-05-01')] }],
      ['/deaths', told(person, 'A', { on: '2021-06-12' })],
    ] as const
    const answers = await Promise.all(asked.map(([path, body]) => register.post(path, body)))
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'keysAway' } })
      expect(answer.body.whatToDo).toMatch(/same id/)
    }
    expect(await everything()).toEqual(before)
  }, 60_000)
})
