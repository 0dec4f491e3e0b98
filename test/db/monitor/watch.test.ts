// The watch over what is owed and what left: each kind of difference is planted in a real database, with
// real mails in a real SMTP server's folder and real printed batches, and exactly that alarm arrives as a
// real mail. The sender's own tables lie in half of these; the watch has to be right all the same.

import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { on, round1On } from '../activities/fixture.ts'
import {
  alarms,
  arrived,
  beginWatch,
  byMail,
  closeWatch,
  endWatch,
  expectExactly,
  laterThan,
  look,
  lookFrom,
  mailDir,
  openWatch,
  send,
  somebody,
  town,
  world,
} from './watching.ts'

beforeAll(openWatch)
afterAll(closeWatch)
beforeEach(beginWatch)
afterEach(endWatch)

describe('when all is well', () => {
  test('a mail and a letter, a second round, and no alarm', async () => {
    const [mailed, lettered] = [await byMail(), await somebody()]
    await send(mailed)
    await send(lettered)
    await lookFrom(laterThan(round1On, -1), laterThan(round1On, 14))
    for (const made of [mailed, lettered]) await send(made, 2, laterThan(round1On, 14))
    await lookFrom(laterThan(round1On, 14), laterThan(round1On, 20))
    expect(await alarms()).toEqual([])
    expect(await arrived()).toEqual([])
    const lines = await world.sql`
      select day::text, what, count from monitor_count where municipality_code = ${town} order by 1, 2`
    expect(lines.map((line) => ({ ...line }))).toEqual([
      { day: round1On, what: 'left.letter', count: 1 },
      { day: round1On, what: 'left.mail', count: 1 },
      { day: laterThan(round1On, 14), what: 'left.letter', count: 1 },
      { day: laterThan(round1On, 14), what: 'left.mail', count: 1 },
    ])
  })

  test('what is left out for a reason that facts bear out is no difference', async () => {
    const [dead, safe, unwilling, gone] = [
      await somebody(),
      await somebody(),
      await somebody(),
      await somebody(),
    ]
    await world.die(dead, on('2021-06-01'))
    await world.protect(safe, on('2021-05-20'))
    await world.sql`
      insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
      values (${town}, ${randomUUID()}, ${unwilling.residentId}, '2021-06-01', 'a')`
    await world.planToMoveOut(gone, on('2021-06-10'), on('2021-06-05'))
    for (const made of [safe, unwilling, gone]) {
      world.setDay(round1On)
      await world.sendNotice(made)
    }
    await lookFrom(laterThan(round1On, -1), laterThan(round1On, 5))
    expect(await alarms()).toEqual([])
    const [line] = await world.sql`
      select json_object_agg(what, count) as counts from monitor_count
       where municipality_code = ${town} and day = ${round1On}`
    expect(line!.counts).toEqual({
      'suppressed.protected': 1,
      'suppressed.declinedLetters': 1,
      'held.betweenMunicipalities': 1,
      byHandOpen: 1,
    })
  })
})

describe('a notice that was lost', () => {
  test('never decided on: an alarm once the day after its day is over, closed when it leaves', async () => {
    const made = await byMail()
    await lookFrom(laterThan(round1On, -1), round1On)
    expect(await alarms()).toEqual([])
    await look(laterThan(round1On, 1))
    await expectExactly('missed', made, 'nothingKnown')
    await send(made, 1, laterThan(round1On, 2))
    await look(laterThan(round1On, 2))
    expect(await alarms()).toEqual([{ kind: 'late', detail: null, courseId: made.courseId }])
  })

  test('the sender says that it left: the journal knows of none', async () => {
    const made = await byMail()
    await send(made)
    for (const name of readdirSync(mailDir)) rmSync(join(mailDir, name))
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('missed', made, 'saidLeft')
  })

  test('the plan lies that all is complete, and the grace that there is time: owed all the same', async () => {
    const made = await byMail()
    await world.sql`
      update course set stage = 'complete', doses_given = 2, steps = '[]', overdue_on = null
       where id = ${made.courseId}`
    await world.sql`
      insert into municipality_grace (municipality_code, day, days, doses)
      select ${town}, d, 300, 60 from generate_series('2021-05-01'::date, '2021-07-01', '1 day') d`
    await lookFrom(round1On, laterThan(round1On, 1))
    const kinds = (await alarms()).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind !== 'graceDiffers')).toEqual(['missed'])
    expect(kinds.filter((kind) => kind === 'graceDiffers').length).toBeGreaterThan(0)
  })

  test('a letter that was taken out of a printed batch', async () => {
    const made = await somebody()
    await send(made)
    const path = join(world.dataDir, 'letters', `${town}-${round1On}.manifest.json`)
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...manifest, letters: [] }))
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('missed', made, 'saidLeft')
  })
})

describe('a notice that was left out', () => {
  test.each(['dosed', 'protected', 'noSender', 'because'])(
    'for "%s", which no fact bears out',
    async (reason) => {
      const made = await somebody()
      world.setDay(round1On)
      await world.sendNotice(made)
      await world.sql`
        update notice set state = 'suppressed', reason = ${reason} where course_id = ${made.courseId}`
      await lookFrom(round1On, laterThan(round1On, 3))
      await expectExactly('suppressedWithoutReason', made, reason)
    },
  )

  test('protected, and nobody was asked to see to it by hand', async () => {
    const made = await somebody()
    await world.protect(made, on('2021-05-20'))
    world.setDay(round1On)
    await world.sendNotice(made)
    await world.sql`delete from task where course_id = ${made.courseId}`
    await lookFrom(round1On, laterThan(round1On, 2))
    await expectExactly('byHandMissing', made, null as never)
  })
})

describe('when the sender’s tables lie', () => {
  test('its rows are gone: what left is known by its own id', async () => {
    const [mailed, lettered] = [await byMail(), await somebody()]
    await send(mailed)
    await send(lettered)
    await world.sql`delete from notice_attempt where notice_id in
                      (select id from notice where municipality_code = ${town})`
    await world.sql`delete from notice where municipality_code = ${town}`
    await lookFrom(round1On, laterThan(round1On, 3))
    expect(await alarms()).toEqual([])
  })

  test('one person’s notice is booked on another: who got none is found', async () => {
    const [one, other] = [await byMail(), await byMail()]
    await send(one)
    await world.sql`
      update notice set course_id = ${other.courseId}, occasion = ${other.doseId}
       where course_id = ${one.courseId}`
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('missed', other)
  })
})
