// The other kinds of municipal files, against a real database and the real keyd.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moveImport, readImport } from '../../../db/imports/engine.ts'
import { receiveImport } from '../../../db/queries/imports/receive.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { type Importer, importerOf, recordOf } from '../../support/imports.ts'
import { openRegister, openVenue, type Register, towns, venueCode } from '../../support/register.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'

let db: SealedDatabase
let register: Register
let importer: Importer
const here = towns.A
const day = (text: string) => text as PlainDate
const [one, two] = [recordOf(), recordOf()]

beforeAll(async () => {
  db = await sealedDatabase()
  register = await openRegister(db, '2021-07-01')
  importer = importerOf(db)
  await openVenue(register)
  await (await importer.review('residentRegister', [one, two])).apply()
})
afterAll(async () => {
  await importer.close()
  await register.close()
  await db.drop()
})

const statusOf = async ({ registerNumber }: { registerNumber: string }) => {
  const [row] = await db.sql`
    select status from resident where municipality_code = ${here} and register_number = ${registerNumber}`
  return row?.status
}

describe('a file', () => {
  test('of tickets gives numbers to people once, and is taken back while nobody used them', async () => {
    const sheet = {
      registerNumber: one.registerNumber,
      number: '0000000194',
      issuedOn: day('2021-04-01'),
    }
    const taken = { ...sheet, registerNumber: two.registerNumber }
    const unknown = { ...sheet, registerNumber: 'nobody', number: '0000000291' }
    const file = await importer.review('ticketNumbers', [sheet, unknown])
    expect(file.reviewed.counts).toMatchObject({ new: 1, rejected: 1 })
    expect(await file.apply()).toMatchObject({ applied: 1 })
    const again = await importer.review('ticketNumbers', [sheet])
    expect(again.reviewed.counts).toMatchObject({ same: 1 })
    const other = await importer.review('ticketNumbers', [taken])
    expect(other.reviewed.noteCounts).toEqual({ ticketNumberTaken: 1 })
    expect(await file.undo()).toEqual({ undone: 1 })
    expect((await importer.review('ticketNumbers', [taken])).reviewed.counts).toMatchObject({
      new: 1,
    })
  })

  test('of My Numbers is compared without opening one, and taken back', async () => {
    const link = { registerNumber: one.registerNumber, myNumber: '123456789018' }
    const file = await importer.review('myNumberLinks', [link])
    expect(file.reviewed.counts).toMatchObject({ new: 1 })
    await file.apply()
    const told = [link, { ...link, registerNumber: two.registerNumber }]
    const again = await importer.review('myNumberLinks', told)
    expect(again.reviewed.counts).toMatchObject({ same: 1, needsDecision: 1 })
    expect(await file.undo()).toEqual({ undone: 1 })
    expect(await db.sql`select 1 from my_number`).toHaveLength(0)
  })

  test('of My Numbers is not taken back over what was told later, nor gives anybody another’s', async () => {
    const [left, right] = [recordOf(), recordOf()]
    await (await importer.review('residentRegister', [left, right])).apply()
    const link = (person: typeof left, myNumber: string) =>
      importer.review('myNumberLinks', [{ registerNumber: person.registerNumber, myNumber }])
    const [a, b, c] = ['100000000005', '200000000000', '300000000004'] as const
    await (await link(left, a)).apply()
    const second = await link(left, b)
    await second.apply()
    await (await link(right, a)).apply()
    // The number that stood here is somebody else's by now.
    await expect(second.undo()).rejects.toMatchObject({ code: 'importHasFollowers' })
    const third = await link(left, c)
    await third.apply()
    await expect(second.undo()).rejects.toMatchObject({ code: 'importHasFollowers' })
    expect((await link(left, c)).reviewed.counts).toMatchObject({ same: 1 })
    expect(await third.undo()).toEqual({ undone: 1 })
    expect((await link(left, b)).reviewed.counts).toMatchObject({ same: 1 })
  })

  test('of tickets or My Numbers with another birth date is another town’s: asked, and given to nobody', async () => {
    const [right, strange] = [recordOf(), recordOf()]
    await (await importer.review('residentRegister', [right, strange])).apply()
    const otherwise = day('1961-02-03')
    const tickets = [right, strange].map(({ registerNumber, bornOn }, i) => ({
      registerNumber,
      bornOn: registerNumber === strange.registerNumber ? otherwise : bornOn,
      number: `88000000${i}7`,
      issuedOn: day('2021-04-01'),
    }))
    const links = [right, strange].map(({ registerNumber, bornOn }, i) => ({
      registerNumber,
      bornOn: registerNumber === strange.registerNumber ? otherwise : bornOn,
      myNumber: ['400000000009', '500000000003'][i]!,
    }))
    for (const [kind, rows] of [
      ['ticketNumbers', tickets],
      ['myNumberLinks', links],
    ] as const) {
      const file = await importer.review(kind, rows as never)
      expect(file.reviewed).toMatchObject({
        counts: { new: 1, needsDecision: 1 },
        noteCounts: { birthDateDiffers: 1 },
      })
      expect(await file.apply({ leaveUndecided: true })).toMatchObject({ applied: 1 })
    }
    const held = await db.sql`
      select r.register_number from ticket t
        join resident r on (r.municipality_code, r.id) = (t.municipality_code, t.resident_id)
       where r.register_number in (${right.registerNumber}, ${strange.registerNumber})`
    expect(held.map(({ register_number: number }) => number)).toEqual([right.registerNumber])
  })

  test('of moves is rehearsed where it is recorded, and replayed without a trace', async () => {
    const { registerNumber } = two
    const newcomer = recordOf()
    const records = [
      {
        kind: 'moveOutNotified' as const,
        registerNumber,
        effectiveOn: day('2021-06-20'),
        notifiedOn: day('2021-06-10'),
      },
      {
        ...{
          kind: 'movedIn' as const,
          registerNumber: newcomer.registerNumber,
          resident: newcomer,
        },
        effectiveOn: day('2021-06-10'),
      },
      {
        kind: 'movedAbroad' as const,
        registerNumber,
        effectiveOn: day('2021-06-25'),
        notifiedOn: day('2021-06-20'),
      },
      { kind: 'removed' as const, registerNumber: 'nobody', effectiveOn: day('2021-06-01') },
      { kind: 'movedIn' as const, registerNumber: 'new1', effectiveOn: day('2021-06-01') },
    ]
    const file = await importer.review('moves', records)
    expect(file.reviewed.counts).toMatchObject({ new: 3, rejected: 2 })
    expect(file.reviewed.noteCounts).toEqual({ unknownResident: 1, detailsMissing: 1 })
    // A rehearsal leaves its looks and nothing else.
    expect(await statusOf(newcomer)).toBeUndefined()
    expect(await db.sql`select 1 from register_event`).toHaveLength(0)
    expect(await file.apply()).toMatchObject({ applied: 3 })
    expect(await statusOf(newcomer)).toBe('registered')
    expect(await statusOf(two)).toBe('movedAbroad')
    const again = await importer.review('moves', records)
    expect(again.reviewed.counts).toMatchObject({ same: 3, rejected: 2 })
    await expect(file.undo()).rejects.toMatchObject({ code: 'importCannotBeUndone' })
  })

  test('of moves that contradicts itself about a newcomer says so, and the rest is applied', async () => {
    const newcomer = recordOf()
    const { registerNumber } = newcomer
    const arrival = {
      ...{ kind: 'movedIn' as const, registerNumber, effectiveOn: day('2021-06-10') },
      resident: newcomer,
    }
    const other = { ...newcomer, bornOn: day('1951-06-06') }
    const told = { registerNumber, notifiedOn: day('2021-06-20') }
    const file = await importer.review('moves', [
      arrival,
      { ...arrival, effectiveOn: day('2021-06-11'), resident: other },
      { kind: 'removed' as const, registerNumber, effectiveOn: day('1949-01-01') },
      { kind: 'moveCancelled' as const, registerNumber, effectiveOn: day('2021-07-20') },
      { kind: 'movedAbroad' as const, ...told, effectiveOn: day('2021-06-25') },
    ])
    expect(file.reviewed.counts).toMatchObject({ new: 2, needsDecision: 1, rejected: 2 })
    expect(file.reviewed.noteCounts).toEqual({
      ...{ birthDateDiffers: 1, dateBeforeBirth: 1, dateInFuture: 1 },
    })
    expect(await file.apply({ leaveUndecided: true })).toMatchObject({ applied: 2 })
    expect(await statusOf(newcomer)).toBe('movedAbroad')
  })

  test('of deaths is written whole or not at all', async () => {
    const [lives, other] = [recordOf(), recordOf()]
    await (await importer.review('residentRegister', [lives, other])).apply()
    const file = await importer.review('deaths', [
      { registerNumber: lives.registerNumber, on: day('2021-06-30') },
      { registerNumber: other.registerNumber, on: day('2021-06-30') },
    ])
    const broken = structuredClone(file.changes)
    Object.assign((broken[1] as { record: object }).record, { registerNumber: 'nobody' })
    await expect(file.apply({ changes: broken })).rejects.toMatchObject({ code: 'registerMovedOn' })
    expect(await statusOf(lives)).toBe('registered')
    await file.apply()
    expect(await statusOf(lives)).toBe('deceased')
  })

  test('of deaths or protections asks where a number is registered with another birth date', async () => {
    const person = recordOf()
    await (await importer.review('residentRegister', [person])).apply()
    const { registerNumber, bornOn } = person
    const stranger = { registerNumber, bornOn: day('1951-06-06') }
    const death = await importer.review('deaths', [{ ...stranger, on: day('2021-06-30') }])
    const kept = await importer.review('protections', [{ ...stranger, from: day('2021-06-01') }])
    const left = await importer.review('moves', [
      {
        ...{ kind: 'removed', registerNumber, effectiveOn: day('2021-06-01') },
        resident: { bornOn: stranger.bornOn },
      },
    ])
    for (const { reviewed } of [death, kept, left]) {
      expect(reviewed.counts).toMatchObject({ needsDecision: 1, new: 0 })
      expect(reviewed.noteCounts).toEqual({ birthDateDiffers: 1 })
    }
    await death.apply({ leaveUndecided: true })
    expect(await statusOf(person)).toBe('registered')

    // Told with its own birth date it is taken, and told again without one it is the same event.
    const right = { registerNumber, bornOn, on: day('2021-06-30') }
    const file = await importer.review('deaths', [right])
    expect(await file.apply()).toMatchObject({ applied: 1 })
    const again = await importer.review('deaths', [{ registerNumber, on: right.on }, right])
    expect(again.reviewed.counts).toMatchObject({ same: 2 })
  })

  test('of doses goes through the scan, by ticket or by register number', async () => {
    const person = recordOf()
    await (await importer.review('residentRegister', [person])).apply()
    const sheet = {
      ...{ registerNumber: person.registerNumber, number: '0000000388' },
      issuedOn: day('2021-04-01'),
    }
    await (await importer.review('ticketNumbers', [sheet])).apply()
    const dose = {
      ...{ registerNumber: person.registerNumber, bornOn: person.bornOn, doseNumber: 1 },
      ...{ givenOn: day('2021-06-09'), venueCode, productCode: 'pfizer', lotNumber: 'MIHON01' },
    }
    const without = { ...dose, registerNumber: one.registerNumber }
    const file = await importer.review('doses', [
      dose,
      { ...dose, venueCode: '9999999999' },
      without,
    ])
    expect(file.reviewed.noteCounts).toEqual({ unknownVenue: 1, doseWithoutTicket: 1 })
    // Neither the venue nor the ticket is this town's.
    const venueElsewhere = '0110000026'
    await register.put(`/venues/${venueElsewhere}`, {
      municipalityCode: towns.B,
      name: '隣町体育館',
    })
    const foreign = { ...dose, venueCode: venueElsewhere, registerNumber: undefined }
    const ticket = { municipalityCode: towns.B, number: '0000000388' }
    const strange = await importer.review('doses', [{ ...foreign, ticket } as never])
    expect(strange.reviewed.noteCounts).toEqual({ anotherVenue: 1 })
    await file.apply({ leaveUndecided: true })
    expect(await db.sql`select 1 from dose`).toHaveLength(1)
    expect((await importer.review('doses', [dose])).reviewed.counts).toMatchObject({ same: 1 })
  })

  test('of doses that stops halfway says how many rows are in, and goes on counting', async () => {
    const [first, second] = [recordOf(), recordOf()]
    await (await importer.review('residentRegister', [first, second])).apply()
    const issuedOn = day('2021-04-01')
    const sheets = [first, second].map(({ registerNumber }, i) => {
      return { registerNumber, number: ['0000000485', '0000000582'][i]!, issuedOn }
    })
    await (await importer.review('ticketNumbers', sheets)).apply()
    const given = { doseNumber: 1, givenOn: day('2021-06-09'), venueCode, productCode: 'pfizer' }
    const records = [first, second].map(({ registerNumber }) => {
      return { registerNumber, ...given, lotNumber: 'MIHON01' }
    })
    const file = await importer.review('doses', records)
    const broken = structuredClone(file.changes)
    Object.assign((broken[1] as { record: object }).record, { registerNumber: 'nobody' })
    await expect(file.apply({ changes: broken })).rejects.toMatchObject({ code: 'registerMovedOn' })
    const { municipalityCode, importId } = file.job
    const kept = () => readImport(importer.sql, municipalityCode, importId)
    expect(await kept()).toMatchObject({ state: 'applying', applied: 1 })
    await moveImport(importer.sql, file.job, { from: ['applying'], to: 'reading' })
    const again = await importer.reviewAgain(file.job, records)
    expect(again.reviewed.counts).toMatchObject({ same: 1, new: 1 })
    expect(await again.apply()).toMatchObject({ applied: 2 })
    expect(await kept()).toMatchObject({ state: 'applied', applied: 2 })
  })

  test('is the same import when its bytes come again, and none of an older stick', async () => {
    const arrived = {
      ...{ municipalityCode: here, fileName: 'a.csv', mode: 'full' as const, bytes: 1 },
      ...{ receivedBy: 'test', today: day('2021-07-01'), sha256: 'ab'.repeat(32) },
    }
    const importId = crypto.randomUUID()
    const first = await receiveImport(importer.sql, { ...arrived, importId })
    expect(first).toEqual({ importId, state: 'received', isRepeat: false })
    const again = { ...arrived, importId: crypto.randomUUID() }
    expect(await receiveImport(importer.sql, again)).toEqual({ ...first, isRepeat: true })

    const newer = await importer.review('residentRegister', [recordOf()], { sequence: 7 })
    const older = await importer.review('residentRegister', [recordOf()], { sequence: 6 })
    await newer.apply()
    await expect(older.apply()).rejects.toMatchObject({ code: 'sequenceTooLow' })
    await expect(
      importer.review('residentRegister', [recordOf()], { sequence: 5 }),
    ).rejects.toMatchObject({ code: 'sequenceTooLow' })
  })
})
