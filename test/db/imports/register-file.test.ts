// A register file against a real database and the real keyd, under the importer's own role.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outcomesOf, readImport, readNotes } from '../../../db/imports/engine.ts'
import type { PlainDate } from '../../../domain/course.ts'
import {
  type Importer,
  importerOf,
  inBatches,
  readRowsOf,
  recordOf,
} from '../../support/imports.ts'
import { openRegister, type Register, towns } from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let db: SealedDatabase
let register: Register
let importer: Importer

beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, '2021-07-01')
  importer = importerOf(db)
})
afterAll(async () => {
  await importer.close()
  await register.close()
  await db.drop()
})

const here = towns.A
const day = (text: string) => text as PlainDate
const counts = (more: object) => ({
  ...{ rows: 0, new: 0, changed: 0, same: 0, needsDecision: 0, rejected: 0 },
  ...more,
})
const rowsOf = async (table: string): Promise<string[]> => {
  const rows = await db.sql.unsafe(
    `select to_jsonb(t) - 'recorded_at' - 'told_at' as row from ${table} t
      where municipality_code = '${here}' order by (to_jsonb(t) - 'recorded_at' - 'told_at')::text`,
  )
  return rows.map((row) => JSON.stringify(row.row))
}

describe('a register file', () => {
  test('brings people in, knows them again by one digest each, and says what differs', async () => {
    const people = [
      recordOf({ householdNumber: 'H1' }),
      recordOf({ householdNumber: 'H1' }),
      recordOf(),
    ]
    const first = await importer.review('residentRegister', people, { mode: 'full' })
    expect(first.reviewed.counts).toEqual(counts({ rows: 3, new: 3 }))
    expect(await first.apply()).toMatchObject({ applied: 3, wasApplied: false })

    const [one, two, three] = people
    const moved = { ...two!, residentSince: day('2021-06-01'), address: '見本町99番' }
    const older = { ...three!, bornOn: day('1951-05-05') }
    const told = [
      one!,
      moved,
      older,
      recordOf(),
      one!,
      recordOf({ residentSince: day('2022-01-01') }),
    ]
    const again = await importer.review('residentRegister', told, { mode: 'full' })
    expect(again.reviewed.counts).toEqual(
      counts({ rows: 6, new: 1, changed: 1, same: 1, needsDecision: 2, rejected: 1 }),
    )
    expect(again.reviewed.noteCounts).toEqual({
      ...{ birthDateDiffers: 1, twiceInFile: 1, dateInFuture: 1 },
    })
    const results = []
    for await (const result of outcomesOf(
      inBatches([...again.outcomes]) as never,
      inBatches(again.changes),
    )) {
      results.push(result.outcome)
    }
    expect(results).toEqual([
      'same',
      'changed',
      'needsDecision',
      'new',
      'needsDecision',
      'rejected',
    ])
    await expect(again.apply()).rejects.toMatchObject({ code: 'decisionsMissing' })
    expect(await again.apply({ leaveUndecided: true })).toMatchObject({ applied: 2 })
    const last = await importer.review('residentRegister', [one!, moved], { mode: 'full' })
    expect(last.reviewed).toMatchObject({
      counts: counts({ rows: 2, same: 2 }),
      missingFromFile: 2,
    })
  })

  test('is a no-op when it is applied twice, and answers its first receipt', async () => {
    const file = await importer.review('residentRegister', [recordOf(), recordOf()])
    await file.apply()
    const before = await rowsOf('person')
    expect(await file.apply()).toEqual({ applied: 2, hasNews: false, wasApplied: true })
    expect(await rowsOf('person')).toEqual(before)
    expect(await readImport(importer.sql, here, file.job.importId)).toMatchObject({
      state: 'applied',
      applied: 2,
    })
  })

  test('is applied whole or not at all', async () => {
    const [one, two] = [recordOf(), recordOf()]
    const before = await rowsOf('resident')
    const file = await importer.review('residentRegister', [one, two])
    const other = await importer.review('residentRegister', [two])
    await other.apply()
    const between = await rowsOf('resident')
    await expect(file.apply()).rejects.toMatchObject({ code: 'registerMovedOn' })
    expect(await rowsOf('resident')).toEqual(between)
    expect(between).toHaveLength(before.length + 1)
  })

  test('does not overwrite what was told after its review', async () => {
    const person = recordOf()
    await (await importer.review('residentRegister', [person])).apply()
    const file = await importer.review('residentRegister', [{ ...person, address: '見本町2番' }])
    await tellOverHttp({ ...person, family: '別名' })
    await expect(file.apply()).rejects.toMatchObject({ code: 'registerMovedOn' })
  })

  test('is compared in full once somebody was told of by another way', async () => {
    const person = recordOf({ householdNumber: 'H7' })
    await (await importer.review('residentRegister', [person])).apply()
    for (const change of [
      { family: '別名' },
      { address: '見本町3番' },
      { householdNumber: 'H8' },
    ]) {
      await tellOverHttp({ ...person, ...change })
      const file = await importer.review('residentRegister', [person])
      expect(file.reviewed.counts, Object.keys(change)[0]).toMatchObject({ changed: 1 })
      await file.apply()
      const again = await importer.review('residentRegister', [person])
      expect(again.reviewed.counts).toMatchObject({ same: 1 })
    }
  })

  test('never merges two people of one name and birth date; of one who had left a clerk gets a task', async () => {
    const person = recordOf()
    await (await importer.review('residentRegister', [person])).apply()
    // Whoever lives there at the same time under another number is somebody else.
    const twin = { ...person, registerNumber: `${person.registerNumber}8` }
    await (await importer.review('residentRegister', [twin])).apply()
    await db.sql`
      update residence set to_on = from_on
       where resident_id in (select id from resident
                              where register_number in (${person.registerNumber}, ${twin.registerNumber}))`
    const later = { ...person, registerNumber: `${person.registerNumber}9` }
    const file = await importer.review('residentRegister', [later])
    expect(file.reviewed.counts).toMatchObject({ new: 1 })
    await file.apply()
    const numbers = [person, twin, later].map(({ registerNumber }) => registerNumber)
    const people = await db.sql`select id from resident where register_number = any(${numbers})`
    expect(people).toHaveLength(3)
    const tasks = await db.sql`
      select from task where kind = 'possiblySamePerson' and resident_id = any(${people.map(({ id }) => id)})`
    expect(tasks).toHaveLength(2)
  })

  test('that knows no mail takes nobody’s mail away', async () => {
    const person = recordOf({ mail: 'mihon@example.jp' })
    await (await importer.review('residentRegister', [person])).apply()
    const kept = async () =>
      await db.sql`
        select p.mail is not null as "hasMail" from person p
          join resident r on (r.municipality_code, r.id) = (p.municipality_code, p.resident_id)
         where r.register_number = ${person.registerNumber}`
    const { mail: _, ...silent } = person
    const renamed = { ...silent, family: '改姓' }
    const file = await importer.review('residentRegister', [renamed])
    expect(file.reviewed.counts).toMatchObject({ changed: 1 })
    await file.apply()
    expect(await kept()).toEqual([{ hasMail: true }])
  })

  test('is not undone by half once what it replaced is not kept any more', async () => {
    const person = recordOf()
    await (await importer.review('residentRegister', [person])).apply()
    const file = await importer.review('residentRegister', [{ ...person, family: '改姓' }])
    await file.apply()
    await db.sql`
      update import_file set received_on = received_on - 60 where id = ${file.job.importId}`
    await expect(file.undo()).rejects.toMatchObject({ code: 'importTooOldToUndo' })
    expect(await readImport(importer.sql, here, file.job.importId)).toMatchObject({
      state: 'applied',
    })
  })

  test('is undone byte for byte, and not once something rests on it', async () => {
    const known = recordOf({
      ...{ householdNumber: 'H20', myNumber: '123456789018', facilityCode: 'F1' },
    })
    await (await importer.review('residentRegister', [known])).apply()
    const tables = [
      'resident',
      'person',
      'residence',
      'household_member',
      'my_number',
      'resident_key',
      'resident_group',
      'task',
    ]
    const gone = recordOf({ priorityGroup: 'P1' })
    await (await importer.review('residentRegister', [gone])).apply()
    await db.sql`
      update residence set to_on = from_on
       where resident_id = (select id from resident where register_number = ${gone.registerNumber})`
    const before = await Promise.all(tables.map(rowsOf))
    const changed = {
      ...known,
      ...{ family: '改姓', residentSince: day('2021-06-01'), address: '見本町77番' },
      ...{ householdNumber: 'H21', myNumber: '210987654321' },
      ...{ facilityCode: '', priorityGroup: 'P2' },
    }
    const alike = { ...gone, registerNumber: `${gone.registerNumber}7` }
    const file = await importer.review('residentRegister', [changed, alike])
    await file.apply()
    expect(await Promise.all(tables.map(rowsOf))).not.toEqual(before)
    expect(await file.undo()).toEqual({ undone: 2 })
    expect(await Promise.all(tables.map(rowsOf))).toEqual(before)
    expect(await file.undo()).toEqual({ undone: 0 })

    const person = recordOf()
    const kept = await importer.review('residentRegister', [person])
    await kept.apply()
    const ticket = {
      ...{ municipalityCode: here, number: '0000000097', registerNumber: person.registerNumber },
      issuedOn: '2021-04-01',
    }
    await register.post('/tickets', { tickets: [ticket] })
    await expect(kept.undo()).rejects.toMatchObject({ code: 'importHasFollowers' })
  })

  test('keeps the cells that need a look under seal, and leaves a look to whoever reads them', async () => {
    const secret = 'ほかに無い文字列'
    const cell = { column: 'B', header: '氏名', code: 'invalidDate', value: secret }
    const rows = [
      ...readRowsOf<'residentRegister'>([recordOf()]),
      { rowNumber: 3, cells: [secret], faults: [cell], flags: [] },
    ]
    const file = await importer.review('residentRegister', [], { rows })
    const of = { municipalityCode: here, importId: file.job.importId }
    const stored = await db.sql`select * from import_note where import_id = ${of.importId}`
    expect(stored).toHaveLength(1)
    expect(Buffer.from(stored[0]!.cell).includes(Buffer.from(secret))).toBe(false)
    const looks = async () =>
      (await db.sql`select 1 from ledger_inbox where resident_id = ${of.importId}`).length
    const before = await looks()
    const notes = await readNotes(importer.store, of, { outcomes: ['rejected'] })
    expect(notes).toEqual([{ rowNumber: 3, outcome: 'rejected', cells: [cell] }])
    expect(await looks()).toBe(before + 1)
  })

  test('opens nobody by a review, and leaves one look at the town when it is applied', async () => {
    await db.sql`delete from ledger_inbox`
    const people = [recordOf(), recordOf()]
    const file = await importer.review('residentRegister', people)
    await importer.review('residentRegister', people)
    expect(await db.sql`select 1 from ledger_inbox`).toHaveLength(0)
    await file.apply()
    const looks = await db.sql`select resident_id, purpose from ledger_inbox`
    expect(looks).toEqual([{ resident_id: null, purpose: 'manageRegister' }])
  })
})

async function tellOverHttp(person: ReturnType<typeof recordOf> & { householdNumber?: string }) {
  const { family, given, kana, ...rest } = person
  const resident = { ...rest, municipalityCode: here, name: { family, given, kana } }
  const { status } = await register.post('/residents', { residents: [resident] })
  expect(status).toBe(200)
}
