/** Proves: who wants no reminders gets none, seen at the last moment too; letters bear a code each. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../../db/client.ts'
import { openByCode } from '../../../db/residents/open-by-code.ts'
import { addDays } from '../../../domain/calendar.ts'
import { groupedLetterCode, readLetterCode } from '../../../domain/letter-code.ts'
import { readPdf } from '../../unit/letters/read-pdf.ts'
import { type Made, on, round1On, World } from './fixture.ts'

let world: World
let town: string
beforeAll(async () => {
  world = await World.open()
  world.deps.myAddress = 'https://sesshu.example.jp/my'
})
afterAll(() => world.close())

const refuse = (made: Made) => world.sql`
  insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
  values (${made.town}, gen_random_uuid(), ${made.residentId}, '2021-06-01', 'letter/test')`
const takeBack = (made: Made) => world.sql`
  update letter_refusal set taken_back_at = now(), taken_back_by = 'letter/test'
   where resident_id = ${made.residentId}`

describe('"stop letters"', () => {
  test('suppresses a reminder with its reason, and the next round is planned as ever', async () => {
    town = await world.newTown()
    const made = await world.personWithDose({ town })
    await refuse(made)
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    expect(await world.notices(made.courseId)).toMatchObject([
      { kind: 'reminder', round: 1, state: 'suppressed', reason: 'declinedLetters' },
    ])
    expect(await world.attempts(made.courseId)).toEqual([])
    expect(facts.steps[0]).toMatchObject({ kind: 'reminder', round: 2 })
  })

  test('told after the letter was queued, takes it back at the seal', async () => {
    town = await world.newTown()
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(made)
    await refuse(made)
    world.setDay(round1On, 1150)
    expect(await world.seal(town, round1On)).toEqual({ letters: 0 })
    expect(await world.notices(made.courseId)).toMatchObject([
      { state: 'suppressed', reason: 'declinedLetters' },
    ])
  })

  test('taken back, lets the next round leave', async () => {
    town = await world.newTown()
    const made = await world.personWithDose({ town })
    await refuse(made)
    world.setDay(round1On)
    await world.sendNotice(made)
    await takeBack(made)
    const next = addDays(round1On, 14)
    world.setDay(next)
    await world.sendNotice(made, world.reminder(made, 2, next))
    expect(await world.notices(made.courseId)).toMatchObject([
      { round: 1, state: 'suppressed' },
      { round: 2, state: 'queued' },
    ])
  })

  test('holds back no word of a void ticket after a move', async () => {
    town = await world.newTown()
    const made = await world.moveTo(
      await world.personWithDose({ town: await world.newTown() }),
      town,
      round1On,
    )
    await refuse(made)
    const day = addDays(round1On, 7)
    world.setDay(day)
    const step = { kind: 'relocationNotice' as const, doseNumber: 2, occasion: made.eventId }
    await world.sendNotice(made, { ...step, round: 1, on: day })
    expect(await world.notices(made.courseId)).toMatchObject([
      { kind: 'relocationNotice', state: 'queued' },
    ])
  })
})

describe('a letter', () => {
  test('bears a code that opens its reader’s record, and the table only its index', async () => {
    town = await world.newTown()
    const made = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(made)
    world.setDay(round1On, 1150)
    await world.seal(town, round1On)
    await world.print(town, round1On)

    const pdf = await readFile(join(world.dataDir, 'letters', `${town}-${round1On}.pdf`))
    const [page] = (await readPdf(new Uint8Array(pdf))).pages
    const printed = /生年月日([3-9A-Y]{4}(?:-[3-9A-Y]{4}){3})/.exec(page!.flat)![1]!
    const code = readLetterCode(printed)
    expect(code.municipalityCode).toBe(town)
    expect(page!.flat).toContain('sesshu.example.jp/my')
    expect(JSON.stringify(await world.sql`select c::text from letter_code c`)).not.toContain(
      groupedLetterCode(code.code!),
    )

    const sql = connect(world.db.urls.sesshu_api, { name: 'test api', max: 2 })
    try {
      const store = { sql, vault: world.db.vault }
      const open = (bornOn: string) => openByCode(store, { code, bornOn: on(bornOn) }, round1On)
      expect(await open('1950-01-02')).toBeUndefined()
      expect(await open('1950-01-01')).toMatchObject({ municipalityCode: town })
    } finally {
      await sql.end()
    }
  })

  test('to each of a batch has a code of its own', async () => {
    town = await world.newTown()
    const made = [await world.personWithDose({ town }), await world.personWithDose({ town })]
    world.setDay(round1On)
    for (const one of made) await world.sendNotice(one)
    world.setDay(round1On, 1150)
    await world.seal(town, round1On)
    const rows = await world.sql`
      select resident_id, made_on::text as made, tries_left as left from letter_code
       where municipality_code = ${town} order by code_index`
    expect(new Set(rows.map((row) => row.resident_id))).toEqual(
      new Set(made.map((one) => one.residentId)),
    )
    expect(rows).toMatchObject([
      { made: round1On, left: 5 },
      { made: round1On, left: 5 },
    ])
  })
})
