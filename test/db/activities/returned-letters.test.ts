// Letters that come back: scanned by their mark, they stop the next letter and open a task; a new address,
// the register's or a clerk's, puts the notice back into the ladder. Real rows, real seal, text of the PDF.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { letGoOn } from '../../../api/returned-keeper.ts'
import { connect, type Sql } from '../../../db/client.ts'
import { recordReturn } from '../../../db/queries/returned/record.ts'
import { settleReturn, writeElsewhere } from '../../../db/queries/returned/settle.ts'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { envelopeMarkOf } from '../../../domain/envelope-mark.ts'
import { type ReturnReason, readLetterMark } from '../../../domain/returned-post.ts'
import { confirmMail, rewriteAddress, tellMail } from '../../support/people.ts'
import { readPdf } from '../../unit/letters/read-pdf.ts'
import { type Made, on, round1On, World } from './fixture.ts'

let world: World
let api: Sql
let town: string
beforeAll(async () => {
  world = await World.open()
  api = connect(world.db.urls.sesshu_api, { name: 'test api', max: 4 })
})
afterAll(async () => {
  await api?.end({ timeout: 1 })
  await world?.close()
})
beforeEach(async () => {
  town = await world.newTown()
})

const evening = 1140
const backOn = addDays(round1On, 5)
const store = () => ({ sql: api, vault: world.db.vault })

/** A first reminder, sealed and printed; the letter's id. */
async function posted(wish: Partial<Parameters<World['personWithDose']>[0]> = {}) {
  const made = await world.personWithDose({ town, ...wish })
  await mail(made, round1On)
  const [attempt] = await world.attempts(made.courseId)
  return { made, letterId: attempt!.id }
}

/** Whatever is owed leaves on that evening. */
async function mail(made: Made, day: PlainDate): Promise<void> {
  world.setDay(day)
  await sendDue(made)
  world.setDay(day, evening)
  const { letters } = await world.seal(town, day)
  if (letters > 0) await world.print(town, day)
}

/** As the workflow does when a step's moment has come. */
async function sendDue(made: Made): Promise<void> {
  const { steps } = await world.facts(made.courseId)
  const due = steps.find(({ kind }) => kind === 'reminder')
  if (due) await world.sendNotice(made, due as never)
}

function comesBack(letterId: string, reason: ReturnReason = 'addressUnknown', day = backOn) {
  world.setDay(day)
  const mark = readLetterMark(envelopeMarkOf(letterId, 1, 1))!
  return recordReturn(api, { municipalityCode: town, mark, reason }, day)
}

async function pages(day: PlainDate): Promise<string[]> {
  const path = join(world.dataDir, 'letters', `${town}-${day}.pdf`)
  const { pages } = await readPdf(new Uint8Array(readFileSync(path)))
  return pages.map(({ flat }) => flat)
}

const lettersOf = (made: Made) => world.attempts(made.courseId)
const noticesOf = async (made: Made) =>
  (await world.notices(made.courseId)).map(({ round, state, reason }) => [round, state, reason])

describe('a letter that comes back', () => {
  test('stops the next one, opens one task, and is owed again; scanned twice, it came back once', async () => {
    const { made, letterId } = await posted()
    const first = await comesBack(letterId)
    expect(first).toMatchObject({ isRepeat: false, stops: true, letter: { round: 1 } })
    expect(await comesBack(letterId)).toMatchObject({ isRepeat: true, id: first.id })
    expect(await noticesOf(made)).toEqual([[1, 'held', 'addressReturned']])
    expect(await world.tasks(made.courseId)).toMatchObject([{ kind: 'addressReturned' }])
    // Nothing is planned, so that no timer runs on and on; and nothing leaves on any later evening.
    expect((await world.facts(made.courseId)).steps).toEqual([])
    await mail(made, addDays(round1On, 20))
    expect(await lettersOf(made)).toHaveLength(1)
  })

  test('while the next round waits in the queue, that one is held at the seal', async () => {
    const { made, letterId } = await posted()
    const round2On = addDays(round1On, 14)
    world.setDay(round2On)
    await sendDue(made)
    await comesBack(letterId, 'movedAway', round2On)
    world.setDay(round2On, evening)
    expect(await world.seal(town, round2On)).toEqual({ letters: 0 })
    expect(await noticesOf(made)).toEqual([
      [1, 'left', null],
      [2, 'held', 'addressReturned'],
    ])
    expect(await world.tasks(made.courseId)).toHaveLength(1)
  })

  test('of somebody who has moved with their course goes along, and leaves to the address there', async () => {
    const { made, letterId } = await posted()
    const next = await world.newTown()
    const moved = await world.moveTo(made, next, addDays(round1On, 2))
    expect(await comesBack(letterId)).toMatchObject({ stops: false, ended: 'leftRegister' })
    const notices = async () =>
      (await world.notices(made.courseId))
        .filter(({ kind }) => kind === 'reminder')
        .map((notice) => [notice.town, notice.round, notice.state])
    expect(await notices()).toEqual([[town, 1, 'held']])
    expect(await comesBack(letterId)).toMatchObject({ isRepeat: true })
    world.setDay(backOn)
    await sendDue(moved)
    world.setDay(backOn, evening)
    expect((await world.seal(next, backOn)).letters).toBeGreaterThan(0)
    expect(await notices()).toEqual([[next, 1, 'left']])
  })

  test('of somebody who has had the dose since, and moved, is over', async () => {
    const { made, letterId } = await posted()
    await world.dose(made, 2, addDays(round1On, 1))
    await world.replan(made.courseId, addDays(round1On, 1))
    await world.moveTo(made, await world.newTown(), addDays(round1On, 2))
    await comesBack(letterId)
    expect(await noticesOf(made)).toEqual([[1, 'left', null]])
  })

  test('does not keep a mail from leaving', async () => {
    const { made, letterId } = await posted()
    await comesBack(letterId)
    await tellMail(world.db, row(made), 'hanako@example.jp')
    await confirmMail(world.db, row(made), 'hanako@example.jp')
    const again = { ...world.reminder(made), on: backOn }
    await world.sendNotice(made, again)
    expect(await noticesOf(made)).toEqual([[1, 'queued', null]])
    expect((await lettersOf(made)).at(-1)).toMatchObject({ channel: 'mail', state: 'queued' })
  })
})

describe('back into the ladder', () => {
  test('a new address in the register lifts the stop: the same notice leaves there', async () => {
    const { made, letterId } = await posted()
    const { id } = await comesBack(letterId)
    await goOn()
    expect(await endingOf(id)).toBeNull()
    const residence = { postcode: '9990077', address: '架空県架空市新町7-7' }
    await rewriteAddress(world.db, row(made), { ...residence, fromOn: '2021-06-10' })
    expect(await goOn()).toBe(1)
    expect(await endingOf(id)).toBe('registerTold')
    expect(await world.news(made.courseId)).toHaveLength(1)

    const nextOn = addDays(backOn, 1)
    await mail(made, nextOn)
    const [page] = await pages(nextOn)
    expect(page).toContain('〒999-0077架空県架空市新町7-7')
    const attempts = await lettersOf(made)
    expect(attempts.map(({ state }) => state)).toEqual(['sealed', 'sealed'])
    // The ladder goes on from there: the second round 14 days later, once.
    expect((await world.facts(made.courseId)).steps).toMatchObject([
      { kind: 'reminder', round: 2, on: addDays(nextOn, 14) },
    ])
    expect(await openTasks(made)).toEqual([])
  })

  test('an address told after the letter was sealed needs nobody: it is sent there at once', async () => {
    const { made, letterId } = await posted()
    const residence = { postcode: '9990088', address: '架空県架空市北町8' }
    await rewriteAddress(world.db, row(made), { ...residence, fromOn: '2021-06-14' })
    expect(await comesBack(letterId)).toMatchObject({ stops: false, ended: 'registerTold' })
    expect(await world.tasks(made.courseId)).toEqual([])
    await mail(made, backOn)
    expect((await pages(backOn))[0]).toContain('〒999-0088架空県架空市北町8')
  })

  test('an address entered on a legal ground is written to, until the register tells a newer one', async () => {
    const { made, letterId } = await posted()
    const { id } = await comesBack(letterId)
    const there = { postcode: '9991234', address: '別県別市施設1号', fromOn: backOn }
    const key = { municipalityCode: town, id }
    expect(await writeElsewhere(store(), key, { ...there, ground: 'fieldInquiry' }, backOn)).toBe(
      true,
    )
    await expect(
      writeElsewhere(store(), key, { ...there, ground: 'guardian' }, backOn),
    ).rejects.toMatchObject({ code: 'alreadySettled' })
    await mail(made, backOn)
    expect((await pages(backOn))[0]).toContain('〒999-1234別県別市施設1号')
    const [kept] = await world.sql`
      select ground, address from forwarding_address where resident_id = ${made.residentId}`
    expect(kept!.ground).toBe('fieldInquiry')
    expect(Buffer.from(kept!.address).includes(Buffer.from('施設'))).toBe(false)

    const residence = { postcode: '9990099', address: '架空県架空市南町9' }
    await rewriteAddress(world.db, row(made), { ...residence, fromOn: '2021-06-20' })
    const round2On = addDays(backOn, 14)
    await mail(made, round2On)
    expect((await pages(round2On))[0]).toContain('〒999-0099架空県架空市南町9')
  })

  test('what a guardian wishes stands above what the register tells', async () => {
    const { made, letterId } = await posted()
    const { id } = await comesBack(letterId)
    const guardian = { postcode: '9995555', address: '別県別市後見人方', fromOn: backOn }
    await writeElsewhere(
      store(),
      { municipalityCode: town, id },
      { ...guardian, ground: 'guardian' },
      backOn,
    )
    const residence = { postcode: '9990099', address: '架空県架空市南町9' }
    await rewriteAddress(world.db, row(made), { ...residence, fromOn: '2021-06-16' })
    await mail(made, backOn)
    expect((await pages(backOn))[0]).toContain('後見人方')
  })

  test('the same address once more, where somebody made sure of it', async () => {
    const { made, letterId } = await posted()
    const { id } = await comesBack(letterId, 'noNamePlate')
    await settleReturn(api, { municipalityCode: town, id }, 'sameAddressAgain', backOn)
    await mail(made, backOn)
    expect(await lettersOf(made)).toMatchObject([{ state: 'sealed' }, { state: 'sealed' }])
    expect(await endingOf(id)).toBe('sameAddressAgain')
  })

  test('entered by mistake, it is as it was; refused by its reader, it stops nothing', async () => {
    const one = await posted()
    const wrong = await comesBack(one.letterId)
    await settleReturn(api, { municipalityCode: town, id: wrong.id }, 'enteredByMistake', backOn)
    expect(await noticesOf(one.made)).toEqual([[1, 'left', null]])
    expect((await world.facts(one.made.courseId)).steps).toMatchObject([{ round: 2 }])

    town = await world.newTown()
    const two = await posted()
    const refused = await comesBack(two.letterId, 'refused')
    expect(refused).toMatchObject({ stops: false, ended: undefined })
    expect(await noticesOf(two.made)).toEqual([[1, 'left', null]])
    expect(await world.tasks(two.made.courseId)).toHaveLength(1)
    await settleReturn(api, { municipalityCode: town, id: refused.id }, 'noFurther', backOn)
    expect(await openTasks(two.made)).toEqual([])
  })
})

describe('nobody is written to who should not be', () => {
  test('dosed meanwhile: the stop lifted, nothing is owed any more', async () => {
    const { made, letterId } = await posted()
    const { id } = await comesBack(letterId)
    await world.dose(made, 2, on('2021-06-16'))
    await settleReturn(api, { municipalityCode: town, id }, 'sameAddressAgain', backOn)
    await mail(made, backOn)
    expect(await lettersOf(made)).toHaveLength(1)
    expect(await world.facts(made.courseId)).toMatchObject({ stage: 'complete', steps: [] })
  })

  test('of somebody protected no address is entered; of another town’s letter nothing is told', async () => {
    const { made, letterId } = await posted()
    const { id } = await comesBack(letterId)
    await world.protect(made, on('2021-06-15'))
    const there = {
      postcode: '9991234',
      address: '別県',
      fromOn: backOn,
      ground: 'ownRequest' as const,
    }
    const key = { municipalityCode: town, id }
    await expect(writeElsewhere(store(), key, there, backOn)).rejects.toMatchObject({
      code: 'protectedByHand',
    })
    town = await world.newTown()
    await expect(comesBack(letterId)).rejects.toMatchObject({ code: 'letterNotFound' })
    const elsewhere = { municipalityCode: town, id }
    expect(await settleReturn(api, elsewhere, 'noFurther', backOn)).toBe(false)
  })

  test('who has moved on is told by the register: nothing waits here', async () => {
    const { made, letterId } = await posted()
    const other = await world.newTown()
    await world.moveTo(made, other, on('2021-06-15'))
    expect(await comesBack(letterId)).toMatchObject({ stops: false, ended: 'leftRegister' })
    expect(await world.tasks(made.courseId)).toEqual([])
  })
})

test('each step leaves its look', async () => {
  const { made, letterId } = await posted()
  await world.sql`delete from ledger_inbox`
  await comesBack(letterId)
  const looks = await world.sql`
    select purpose, resident_id as resident, fields from ledger_inbox order by purpose`
  expect(looks).toMatchObject([
    { purpose: 'returnedPost', resident: made.residentId, fields: ['notices', 'registerEvents'] },
    { purpose: 'settleMove', resident: made.residentId },
  ])
})

function goOn(): Promise<number> {
  const log = pino({ level: 'silent' })
  return letGoOn({ sql: api, clock: world.clock, log, wakeRelays: () => {} })
}

const row = ({ town: municipalityCode, residentId }: Made) => ({ municipalityCode, residentId })

async function endingOf(id: string) {
  const [found] = await world.sql`select ended_because from returned_letter where id = ${id}`
  return found!.ended_because
}

async function openTasks(made: Made) {
  const rows = await world.sql`
    select kind from task where course_id = ${made.courseId} and done_at is null`
  return rows.map(({ kind }) => kind)
}
