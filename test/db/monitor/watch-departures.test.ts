// The watch over what left: each way in which a notice leaves wrongly is planted in a real database and in
// what the SMTP server and the printing house took, and exactly that alarm arrives as a real mail.

import { randomUUID } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { on, round1On } from '../activities/fixture.ts'
import {
  alarms,
  beginWatch,
  byMail,
  closeWatch,
  endWatch,
  event,
  expectExactly,
  laterThan,
  look,
  lookFrom,
  mailDir,
  momentOf,
  openWatch,
  plantLetter,
  plantMail,
  send,
  somebody,
  town,
  world,
} from './watching.ts'

beforeAll(openWatch)
afterAll(closeWatch)
beforeEach(beginWatch)
afterEach(endWatch)

/** Of the only mail that left. */
function leftMs(): number {
  const [name] = readdirSync(mailDir)
  const head = readFileSync(join(mailDir, name!), 'utf8')
  return Date.parse(/X-Sesshu-Accepted-At: (.*)/.exec(head)![1]!)
}

/** What the watch complains of, by the margin of a real system. */
async function detailsWithMargin(): Promise<(string | null)[]> {
  await look(round1On, 60_000)
  return (await alarms()).map(({ detail }) => detail)
}

describe('a notice that left wrongly', () => {
  test('twice: a letter follows a mail of which nobody says that it failed', async () => {
    const made = await byMail()
    await send(made)
    const [notice] = await world.notices(made.courseId)
    plantLetter(notice!.id, round1On)
    await look(round1On)
    await expectExactly('sentTwice', made, 'otherAttempt')
  })

  test('the same mail once more is allowed, a third time is not', async () => {
    const made = await byMail()
    await send(made)
    const [name] = readdirSync(mailDir)
    const again = (as: string) => cpSync(join(mailDir, name!), join(mailDir, as))
    again('20210613T01-again.eml')
    await look(round1On)
    expect(await alarms()).toEqual([])
    again('20210613T02-again.eml')
    await look(laterThan(round1On, 1))
    await expectExactly('sentTwice', made, 'sameMessage')
  })

  test('to somebody whose dose was recorded the day before', async () => {
    const made = await byMail()
    await send(made)
    await world.dose(made, 2, on('2021-06-10'), 'pfizer', on('2021-06-12'))
    await world.sql`
      update dose set recorded_at = ${momentOf('2021-06-12')} where course_id = ${made.courseId}
         and claimed_dose_number = 2`
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('toDosed', made, null as never)
  })

  test('to somebody who was dosed and not recorded yet: nobody’s fault, and counted', async () => {
    const made = await byMail()
    await send(made)
    await world.dose(made, 2, on('2021-06-10'), 'pfizer', on('2021-06-20'))
    await world.sql`
      update dose set recorded_at = ${momentOf('2021-06-20')} where course_id = ${made.courseId}
         and claimed_dose_number = 2`
    await lookFrom(round1On, laterThan(round1On, 30))
    expect(await alarms()).toEqual([])
    const effect = await world.sql`
      select round, channel, sent, watched, came, had_it as "hadIt" from reminder_effect
       where municipality_code = ${town}`
    expect(effect.map((line) => ({ ...line }))).toEqual([
      { round: 1, channel: 'mail', sent: 1, watched: 1, came: 0, hadIt: 1 },
    ])
  })

  test('to somebody who had died, as was told', async () => {
    const made = await byMail()
    await send(made)
    await world.sql`
      update resident set status = 'deceased', status_on = '2021-06-08' where id = ${made.residentId}`
    await event(made, 'deceased', '2021-06-08', '2021-06-10')
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('toDead', made, null as never)
  })

  test('to somebody of whose move-out was told, and who moved in nowhere yet', async () => {
    const made = await somebody()
    await send(made)
    await world.sql`
      update resident set move_out_planned_on = '2021-06-10', move_out_event_id = ${randomUUID()}
       where id = ${made.residentId}`
    await event(made, 'moveOutNotified', '2021-06-10', '2021-06-05')
    await lookFrom(round1On, laterThan(round1On, 1))
    await expectExactly('toMoved', made, 'betweenMunicipalities')
  })

  test.each([
    ['in the very moment is no fault', -1_000, []],
    ['minutes later is one', 120_000, ['betweenMunicipalities']],
  ])('to somebody who moves, and whose move-in is told %s', async (_, laterMs, details) => {
    const made = await byMail()
    await send(made)
    await event(made, 'moveOutNotified', '2021-06-10', '2021-06-05')
    await event(made, 'movedIn', '2021-06-10', round1On)
    await world.sql`
      update register_event set recorded_at = ${new Date(leftMs() + laterMs)}
       where kind = 'movedIn' and resident_id = ${made.residentId}`
    expect(await detailsWithMargin()).toEqual(details)
  })

  test('to somebody who shares a household with a protected person', async () => {
    const made = await byMail()
    await send(made)
    const other = await world.resident({ town })
    for (const residentId of [made.residentId, other]) {
      await world.sql`
        insert into household_member (municipality_code, resident_id, from_on, household, recorded_at)
        values (${town}, ${residentId}, '2021-01-01', ${Buffer.alloc(16, 5)}, '2021-01-01')`
    }
    await world.sql`
      insert into protection (municipality_code, resident_id, from_on, reported_at)
      values (${town}, ${other}, '2021-06-01', ${momentOf('2021-06-02')})`
    await look(round1On)
    await expectExactly('toProtected', made, null as never)
  })

  test.each([
    ['of the very moment is no fault', -1_000, []],
    ['written down minutes later is one', 120_000, ['noDose']],
  ])('about a dose %s', async (_, laterMs, details) => {
    const made = await byMail()
    await send(made)
    await world.sql`
      update dose set recorded_at = ${new Date(leftMs() + laterMs)} where course_id = ${made.courseId}`
    expect(await detailsWithMargin()).toEqual(details)
  })

  test('before its day', async () => {
    const made = await byMail()
    await send(made)
    const [name] = readdirSync(mailDir)
    const early = readFileSync(join(mailDir, name!), 'utf8')
      .replace(/X-Sesshu-Campaign-Date: .*/, 'X-Sesshu-Campaign-Date: 2021-06-01')
      .replace(/X-Sesshu-Accepted-At: .*/, 'X-Sesshu-Accepted-At: 2021-06-01T01:00:00.000Z')
    writeFileSync(join(mailDir, name!), early)
    await lookFrom(on('2021-06-01'), round1On)
    await expectExactly('notOwed', made, 'tooEarly')
  })

  test('to nobody that anybody knows', async () => {
    plantMail(randomUUID(), round1On)
    await look(round1On)
    await expectExactly('unknownDeparture', null, null as never)
  })
})
