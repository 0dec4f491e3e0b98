// A vaccination register comes in: what a town exports says nothing new to it, and tells an empty one the same
// doses; what contradicts, and what cannot be, is said at its own cell.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  dosePlaces,
  vaccinationRegisterRows,
} from '../../../db/queries/returns/vaccination-register.ts'
import type { PlainDate } from '../../../domain/course.ts'
import type { FileProfile, ReadRow } from '../../../domain/municipal-file.ts'
import { guessFile, readRows } from '../../../files/read-file.ts'
import { vaccinationRegisterCsv } from '../../../files/returns/layouts.ts'
import { returnWords } from '../../../i18n/return-files.ts'
import { testApi } from '../../support/api.ts'
import { type Importer, importerOf, recordOf } from '../../support/imports.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { aScan, numberStep, otherTown, seedTowns, town } from '../../support/town.ts'
import { sourceOf } from '../../support/workbook.ts'

type Side = { db: SealedDatabase; importer: Importer }
type Person = ReturnType<typeof recordOf> & { ticketNumber: string }

const today = '2021-07-20' as PlainDate
const { register } = returnWords
const header = [register.number, ...register.ofDose(1), ...register.ofDose(2)]

let here: Side
let there: Side
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  const open = async () => {
    const db = await sealedDatabase()
    await seedTowns(db.sql)
    return { db, importer: importerOf(db) }
  }
  ;[here, there] = await Promise.all([open(), open()])
  api = testApi(here.db, today)
})
afterAll(async () => {
  await api?.close()
  for (const side of [here, there]) {
    await side?.importer.close()
    await side?.db.drop()
  }
})

let sheets = 0

/** The same person with the same sheet, on both sides or on one. */
async function somebody(...sides: Side[]): Promise<Person> {
  return somebodyWho({}, ...sides)
}

async function somebodyWho(
  is: Partial<ReturnType<typeof recordOf>>,
  ...sides: Side[]
): Promise<Person> {
  sheets += 1
  const person = {
    ...recordOf(),
    ...is,
    ticketNumber: String(sheets * numberStep).padStart(10, '0'),
  }
  const { ticketNumber: number, ...record } = person
  const issuedOn = '2021-04-01' as PlainDate
  for (const { importer } of sides) {
    const more = { municipalityCode: town, today }
    await (await importer.review('residentRegister', [record], more)).apply()
    const sheet = { registerNumber: record.registerNumber, number, issuedOn }
    await (await importer.review('ticketNumbers', [sheet], more)).apply()
  }
  return person
}

async function given({ ticketNumber }: Person, claimedDoseNumber: number, givenOn: string) {
  const scan = aScan({ municipalityCode: town, ticketNumber }, { claimedDoseNumber, givenOn })
  const answer = await api.post('/api/v1/scans', scan)
  expect(answer.body.verdict).toMatch(/^recorded/)
  return answer.body as { doseId: string }
}

async function exported({ importer: { store } }: Side): Promise<string> {
  const ask = { municipalityCode: town, today }
  const places = await dosePlaces(store, ask)
  const chunks: Uint8Array[] = []
  const file = vaccinationRegisterCsv(vaccinationRegisterRows(store, ask), { places })
  for await (const chunk of file) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function brought({ importer }: Side, text: string) {
  const source = sourceOf(text)
  const profile = (await guessFile(source, [])).profile as FileProfile & { kind: 'doses' }
  expect(profile.kind).toBe('doses')
  const rows: ReadRow<'doses'>[] = []
  const context = { municipalityCode: town, today }
  for await (const batch of readRows(source, profile, context)) rows.push(...batch)
  const file = await importer.review('doses', [], { rows, municipalityCode: town, today })
  const { counts } = file.reviewed
  const { rows: all, ...outcomes } = counts
  expect(Object.values(outcomes).reduce((sum, n) => sum + n)).toBe(all)
  expect(file.outcomes).toHaveLength(all)
  return file
}

const cells = (doseDay: string, lot: string, more: Partial<Record<number, string>> = {}) =>
  ['', doseDay, '', '', '見本会場', '', 'ファイザー', lot].map((cell, at) => more[at] ?? cell)
const none = Array.from({ length: 8 }, () => '')
const csv = (...rows: string[][]) => [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('')

const dosesOf = ({ db }: Side, numbers: string[]) => db.sql`
  select r.register_number, d.claimed_dose_number, d.given_on, d.product_code, d.lot_number,
         d.venue_code, d.issuing_municipality_code, d.resident_id is not null as attached
    from dose d join resident r on (r.municipality_code, r.id) = (d.municipality_code, d.resident_id)
   where d.voided_at is null and r.register_number = any(${numbers})
   order by r.register_number, d.claimed_dose_number`
const scansIn = async ({ db }: Side) => (await db.sql`select 1 from scan`).length
/** Moments of recording are each system's own. */
const withoutMoments = (text: string) =>
  text.split('\r\n').map((line) => line.split(',').filter((_, at) => at % 8 !== 1))

describe('what a town exports', () => {
  let text: string
  const people: Person[] = []

  beforeAll(async () => {
    for (let i = 0; i < 4; i += 1) people.push(await somebody(here, there))
    const [one, two, second, alike] = people as [Person, Person, Person, Person]
    await given(one, 1, '2021-06-09')
    await given(two, 1, '2021-06-09')
    await given(two, 2, '2021-06-30')
    await given(second, 2, '2021-06-30')
    // Two slips that claim the same dose stand by their days in the file.
    await given(alike, 1, '2021-06-09')
    await given(alike, 1, '2021-06-30')
    text = await exported(here)
  })

  test('says nothing new to it, with a look at everybody in it', async () => {
    const before = await scansIn(here)
    await here.db.sql`delete from ledger_inbox`
    const file = await brought(here, text)
    expect(file.reviewed.counts).toMatchObject({ rows: 4, same: 4 })
    expect(file.changes).toEqual([])
    expect(await file.apply()).toMatchObject({ applied: 0, hasNews: false })
    expect(await scansIn(here)).toBe(before)
    const looks = await here.db.sql`
      select fields from ledger_inbox where purpose = 'recordDose' and resident_id is not null`
    expect(looks.map(({ fields }) => fields)).toEqual(people.map(() => ['doses', 'ticket']))
  })

  test('tells an empty one the same doses, which then exports the same', async () => {
    const file = await brought(there, text)
    expect(file.reviewed).toMatchObject({ counts: { rows: 4, new: 4 }, noteCounts: {} })
    expect(await file.apply()).toMatchObject({ applied: 4, hasNews: true })
    const [kept, told] = await Promise.all(
      [here, there].map((side) =>
        dosesOf(
          side,
          people.slice(0, 3).map((one) => one.registerNumber),
        ),
      ),
    )
    expect(told).toHaveLength(4)
    expect(told).toEqual(kept)
    expect(withoutMoments(await exported(there))).toEqual(withoutMoments(text))
    // Nobody stated a birth year, and nothing is held: number and ticket say together whose it is.
    const verdicts = await there.db
      .sql`select distinct verdict from scan where verdict not like 'recorded%'`
    expect(verdicts).toHaveLength(0)
    const again = await brought(there, text)
    expect(again.reviewed.counts).toMatchObject({ rows: 4, same: 4 })
    expect(await again.apply()).toMatchObject({ applied: 0 })
    await expect(file.undo()).rejects.toMatchObject({ code: 'importCannotBeUndone' })
  })

  test('of whoever is protected is without a venue: known here, and refused where it is not', async () => {
    const hidden = await somebody(here, there)
    await given(hidden, 1, '2021-06-09')
    await here.db.sql`
      insert into protection (municipality_code, resident_id, from_on)
      select ${town}, id, '2021-01-01' from resident where register_number = ${hidden.registerNumber}`
    const [head, ...lines] = (await exported(here)).split('\r\n')
    const line = lines.find((one) => one.startsWith(`"${hidden.registerNumber}"`))!
    const alone = `${head}\r\n${line}\r\n`
    expect((await brought(here, alone)).reviewed.counts).toMatchObject({ same: 1 })
    const { changes, reviewed } = await brought(there, alone)
    expect(reviewed.counts).toMatchObject({ rejected: 1 })
    expect(changes).toMatchObject([{ notes: [{ column: 'F', code: 'venueMissing' }] }])
  })
})

describe('a row', () => {
  test('whose first dose is known adds the second alone, by the sheet that the person holds', async () => {
    const person = await somebody(here)
    const { registerNumber } = person
    await given(person, 1, '2021-06-09')
    const text = csv([
      registerNumber,
      ...cells('20210609', 'TEST01'),
      ...cells('20210630', 'TEST02'),
    ])
    const file = await brought(here, text)
    expect(file.reviewed.counts).toMatchObject({ rows: 1, changed: 1 })
    expect(await file.apply()).toMatchObject({ applied: 1 })
    expect(await dosesOf(here, [registerNumber])).toMatchObject([
      { claimed_dose_number: 1, lot_number: 'TEST01' },
      { claimed_dose_number: 2, lot_number: 'TEST02' },
    ])
  })

  test('that a venue was faster with is met when it is applied, and written once', async () => {
    const person = await somebody(here)
    const file = await brought(
      here,
      csv([person.registerNumber, ...cells('20210609', 'TEST01'), ...none]),
    )
    await given(person, 1, '2021-06-09')
    expect(await file.apply()).toMatchObject({ applied: 1 })
    expect(await dosesOf(here, [person.registerNumber])).toHaveLength(1)
  })

  test('that was contradicted since the review is looked at anew, and nothing of it is in', async () => {
    const person = await somebody(here)
    const file = await brought(
      here,
      csv([person.registerNumber, ...cells('20210609', 'TEST09'), ...none]),
    )
    await given(person, 1, '2021-06-09')
    await expect(file.apply()).rejects.toMatchObject({ code: 'registerMovedOn' })
    expect(await dosesOf(here, [person.registerNumber])).toHaveLength(1)
  })

  test('that contradicts what is known asks, at its own cell, and changes nothing', async () => {
    const [known, voided, other] = [
      await somebody(here),
      await somebody(here),
      await somebody(here),
    ]
    await given(known, 1, '2021-06-09')
    const { doseId } = await given(voided, 1, '2021-06-09')
    await here.db.sql`
      update dose set voided_at = now(), voided_by = 'test', void_reason = 'wrongPerson' where id = ${doseId}`
    const of = ({ registerNumber }: Person, ...blocks: string[][]) => [
      registerNumber,
      ...blocks.flat(),
    ]
    const file = await brought(
      here,
      csv(
        of(known, none, cells('20210609', 'OTHER')),
        of(voided, cells('20210609', 'TEST01'), none),
        of(other, none, cells('20210609', 'TEST01', { 2: known.ticketNumber })),
        of(other, none, cells('20210609', 'TEST01')),
        of(await somebody(here), cells('20210609', 'TEST01', { 3: otherTown }), none),
      ),
    )
    expect(file.reviewed.counts).toMatchObject({ rows: 5, needsDecision: 5 })
    const said = file.changes.map(
      (change) => 'notes' in change && change.notes.map(({ column, code }) => [column, code]),
    )
    expect(said).toEqual([
      [['K', 'doseDiffers']],
      [['C', 'doseWasVoided']],
      [['L', 'ticketNumberTaken']],
      [['A', 'twiceInFile']],
      [['E', 'doseOfAnotherTown']],
    ])
    expect(await file.apply({ leaveUndecided: true })).toMatchObject({ applied: 0 })
  })

  test('of a child, with a dose before its birth, is refused at its cell; a day later it is taken', async () => {
    const bornOn = '2021-06-15' as PlainDate
    const is = { bornOn, residentSince: bornOn }
    const [early, late] = [await somebodyWho(is, here), await somebodyWho(is, here)]
    const file = await brought(
      here,
      csv(
        [early.registerNumber, ...cells('20210614', 'TEST01'), ...none],
        [late.registerNumber, ...cells('20210616', 'TEST01'), ...none],
      ),
    )
    expect(file.reviewed.counts).toMatchObject({ rows: 2, rejected: 1, new: 1 })
    const notes = file.changes.flatMap((change) => ('notes' in change ? change.notes : []))
    expect(notes).toMatchObject([{ column: 'C', code: 'dateBeforeBirth' }])
    expect(await file.apply()).toMatchObject({ applied: 1 })
  })

  test('that cannot be says why at its own cell, and no half of it is taken', async () => {
    const people = await Promise.all(
      Array.from({ length: 4 }, () => 0).map(async () => somebody(here)),
    )
    const twice = randomUUID().slice(0, 8)
    for (const code of ['1310400026', '1310400034']) {
      await here.db
        .sql`insert into venue (code, municipality_code, name) values (${code}, ${town}, ${twice})`
    }
    const [one, two, three, four] = people.map(({ registerNumber }) => registerNumber)
    const file = await brought(
      here,
      csv(
        ['nobody', ...cells('20210609', 'TEST01'), ...none],
        [one!, ...cells('20210609', 'TEST01'), ...cells('20210630', 'TEST01', { 4: '別の会場' })],
        [two!, ...cells('20210609', 'TEST01'), ...cells('20210630', 'TEST01', { 4: twice })],
        [three!, ...cells('20210609', 'TEST01', { 2: '9999999999' }), ...none],
        [four!, ...cells('20210609', 'TEST01', { 4: '1310400026' }), ...none],
        ['nobody either', ...none, ...none],
      ),
    )
    expect(file.reviewed.counts).toMatchObject({ rows: 6, rejected: 4, new: 1, same: 1 })
    const said = file.changes.map(
      (change) =>
        'notes' in change && change.notes.map(({ column, code, value }) => [column, code, value]),
    )
    expect(said).toEqual([
      [['A', 'unknownResident', 'nobody']],
      [['N', 'unknownVenueName', '別の会場']],
      [['N', 'venueNameTwice', twice]],
      [['D', 'ticketUnknown', '9999999999']],
      [],
    ])
    await file.apply()
    expect(
      await dosesOf(
        here,
        people.map(({ registerNumber }) => registerNumber),
      ),
    ).toMatchObject([{ register_number: four, venue_code: '1310400026' }])
  })
})
