// Cohorts looked through in a real database, as the worker's role: who gets which notice, once, and who none.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays } from '../../../domain/calendar.ts'
import type { PlainDate } from '../../../domain/course.ts'
import { lookThroughTowns } from '../../../workers/cohorts.ts'
import { calledUpIn } from '../activities/called-up.ts'
import { dose1On, type Made, on, round1On, World } from '../activities/fixture.ts'

/** Pfizer of 2021-05-01: due on 05-22, and a mail a week before that, a Saturday. */
const preDueOn = on('2021-05-15')
const mail = 'hanako@example.invalid'

let world: World
beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

async function aTown(settings: Record<string, unknown>): Promise<string> {
  const town = await world.newTown()
  await world.sql`
    update municipality_setting set ${world.sql(settings)} where municipality_code = ${town}`
  return town
}

/** What a worker does on that day at ten. */
async function lookThrough(day: PlainDate, minute = 600): Promise<void> {
  world.setDay(day, minute)
  const { worker: sql, clock } = world
  await lookThroughTowns({ sql, clock, log: world.deps.log, wakeMailSender: () => {} })
}

async function noticesOf({ courseId }: Pick<Made, 'courseId'>) {
  return world.sql`
    select kind, phase, dose_number as dose, round, state, reason,
           (select string_agg(a.channel, ' ' order by attempt) from notice_attempt a
             where a.notice_id = n.id) as channels
      from notice n where course_id = ${courseId} order by kind, phase, dose_number`
}

const calledUp = (wish: Parameters<World['resident']>[0], since: PlainDate) =>
  calledUpIn(world, wish, since)

async function recall(lotNumber: string, knownFrom: PlainDate): Promise<void> {
  await world.sql`
    insert into lot (product_code, lot_number, recalled_on) values ('pfizer', ${lotNumber}, ${knownFrom})
    on conflict (product_code, lot_number) do update set recalled_on = excluded.recalled_on`
  await world.sql`
    insert into lot_statement (product_code, lot_number, kind, on_day, known_from, told_by)
    values ('pfizer', ${lotNumber}, 'recall', ${knownFrom}, ${knownFrom}, 'test')`
}

describe('before the due date', () => {
  const day = preDueOn

  test('a mail to whoever has an address, once, and not a day earlier', async () => {
    const town = await aTown({ pre_due_days: 7 })
    const made = await world.personWithDose({ town, mail })
    const without = await world.personWithDose({ town })
    await lookThrough(addDays(day, -1))
    expect(await noticesOf(made)).toEqual([])
    await lookThrough(day)
    await lookThrough(addDays(day, 1))
    expect(await noticesOf(made)).toEqual([
      {
        ...{ kind: 'reminder', phase: 'preDue', dose: 2, round: 1 },
        ...{ state: 'queued', reason: null, channels: 'mail' },
      },
    ])
    expect(await noticesOf(without)).toEqual([])
  })

  test('an address that was stopped, or that nobody confirmed, makes no candidate', async () => {
    const town = await aTown({ pre_due_days: 7 })
    for (const state of ['verified', 'stopped', 'asked']) {
      const { residentId } = await world.personWithDose({ town, mail })
      await world.sql`
        update mail_address
           set state = ${state}, stopped_on = ${state === 'stopped' ? day : null},
               stopped_because = ${state === 'stopped' ? 'bounced' : null}
         where municipality_code = ${town} and resident_id = ${residentId}`
    }
    await lookThrough(day)
    const runs = await world.sql`
      select candidates, queued from cohort_run where municipality_code = ${town} and day = ${day}`
    expect(runs).toMatchObject([{ candidates: 1, queued: 1 }])
  })

  test('it settles no overdue round', async () => {
    const town = await aTown({ pre_due_days: 7 })
    const made = await world.personWithDose({ town, mail })
    await lookThrough(day)
    world.setDay(round1On)
    const facts = await world.sendNotice(made)
    expect(await noticesOf(made)).toMatchObject([{ phase: 'overdue' }, { phase: 'preDue' }])
    expect(facts.steps).toMatchObject([{ kind: 'reminder', round: 2 }])
  })

  test('none to the dosed, dead, declined, protected, moving; none when it is switched off', async () => {
    const town = await aTown({ pre_due_days: 7 })
    const off = await aTown({ pre_due_days: 0 })
    const person = () => world.personWithDose({ town, mail })
    const dosed = await person()
    await world.dose(dosed, 2, addDays(day, -1))
    await world.replan(dosed.courseId, day)
    const dead = await person()
    await world.die(dead, day)
    const declined = await person()
    await world.sql`update course set declined_from = ${day} where id = ${declined.courseId}`
    const protectedOne = await person()
    await world.protect(protectedOne, on('2021-01-01'))
    const moving = await person()
    await world.planToMoveOut(moving, addDays(day, -1), day)
    const refuses = await person()
    await world.sql`
      insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
      values (${town}, ${randomUUID()}, ${refuses.residentId}, ${day}, 'test')`
    const elsewhere = await world.personWithDose({ town: off, mail })
    await lookThrough(day)
    for (const one of [dosed, dead, declined, protectedOne, moving, elsewhere]) {
      expect(await noticesOf(one)).toEqual([])
      expect(await world.tasks(one.courseId)).toEqual([])
    }
    expect(await noticesOf(refuses)).toMatchObject([
      { state: 'suppressed', reason: 'declinedLetters' },
    ])
  })
})

describe('an invitation', () => {
  const since = on('2021-04-12')
  const due = addDays(since, 60)

  test('to whoever has a ticket and never came, by letter, once', async () => {
    const town = await aTown({ invitation_after_days: 60 })
    const made = await calledUp({ town }, since)
    await lookThrough(addDays(due, -1))
    expect(await noticesOf(made)).toEqual([])
    await lookThrough(due)
    await lookThrough(addDays(due, 1))
    expect(await noticesOf(made)).toEqual([
      {
        ...{ kind: 'invitation', phase: '', dose: 1, round: 1 },
        ...{ state: 'queued', reason: null, channels: 'letter' },
      },
    ])
  })

  test('not to whoever came and was sent home, has no ticket or had a dose; a protected one by hand', async () => {
    const town = await aTown({ invitation_after_days: 60 })
    const sentHome = await calledUp({ town }, since)
    await world.sql`
      insert into screening (municipality_code, id, resident_id, course_id, screened_on, venue_code,
                             scan_id)
      values (${town}, ${randomUUID()}, ${sentHome.residentId}, ${sentHome.courseId}, ${addDays(due, -10)},
              '1310000001', ${randomUUID()})`
    const noTicket = await calledUp({ town }, since)
    await world.sql`delete from ticket where resident_id = ${noTicket.residentId}`
    const dosed = await calledUp({ town }, since)
    await world.dose(dosed, 1, addDays(due, -1))
    await world.replan(dosed.courseId, due)
    const hidden = await calledUp({ town }, since)
    await world.protect(hidden, since)
    await lookThrough(due)
    for (const one of [sentHome, noTicket, dosed]) expect(await noticesOf(one)).toEqual([])
    expect(await noticesOf(hidden)).toMatchObject([{ state: 'suppressed', reason: 'protected' }])
    expect(await world.tasks(hidden.courseId)).toMatchObject([{ kind: 'noticeByHand' }])
  })

  test('dosed between queue and seal: no letter', async () => {
    const town = await aTown({ invitation_after_days: 60 })
    const made = await calledUp({ town }, since)
    await lookThrough(due)
    await world.dose(made, 1, due)
    await world.replan(made.courseId, due)
    expect(await world.seal(town, due)).toEqual({ letters: 0 })
    expect(await noticesOf(made)).toMatchObject([{ state: 'suppressed', reason: 'dosed' }])
  })
})

describe('a recalled lot', () => {
  const day = on('2021-08-27')

  test('word of it to everybody who was given it, complete or not, from the day after it was known', async () => {
    const town = await aTown({ lot_recall_notices: true })
    const complete = await world.personWithDose({ town })
    await world.dose(complete, 2, addDays(dose1On, 21))
    await world.replan(complete.courseId, day)
    const half = await world.personWithDose({ town, mail })
    await world.sql`update dose set lot_number = 'BAD1' where course_id in
                    (${complete.courseId}, ${half.courseId})`
    const other = await world.personWithDose({ town })
    await recall('BAD1', day)
    await lookThrough(day)
    expect(await noticesOf(complete)).toEqual([])
    await lookThrough(addDays(day, 1))
    await lookThrough(addDays(day, 2))
    expect(await noticesOf(complete)).toMatchObject([
      { kind: 'lotRecall', dose: 1, state: 'queued', channels: 'letter' },
    ])
    expect(await noticesOf(half)).toMatchObject([{ kind: 'lotRecall', channels: 'mail' }])
    expect(await noticesOf(other)).toEqual([])
    expect(await world.seal(town, addDays(day, 2))).toEqual({ letters: 1 })
  })

  test('the town of today tells whoever moved; who declined more doses is told by hand', async () => {
    const former = await aTown({ lot_recall_notices: true })
    const town = await aTown({ lot_recall_notices: true })
    const mover = await world.personWithDose({ town: former })
    const declined = await world.personWithDose({ town })
    await world.sql`update dose set lot_number = 'BAD2' where course_id in
                    (${mover.courseId}, ${declined.courseId})`
    const moved = await world.moveTo(mover, town, addDays(day, -3))
    await world.sql`update course set declined_from = ${addDays(day, -1)} where id = ${declined.courseId}`
    await world.replan(declined.courseId, day)
    await recall('BAD2', day)
    await lookThrough(addDays(day, 3))
    expect(await world.notices(moved.courseId)).toMatchObject([{ town, kind: 'lotRecall' }])
    expect(await noticesOf(declined)).toMatchObject([{ state: 'suppressed', reason: 'declined' }])
    expect(await world.tasks(declined.courseId)).toMatchObject([{ kind: 'noticeByHand' }])
  })

  test('lifted before the seal: no letter', async () => {
    const town = await aTown({ lot_recall_notices: true })
    const made = await world.personWithDose({ town })
    await world.sql`update dose set lot_number = 'BAD3' where course_id = ${made.courseId}`
    await recall('BAD3', day)
    await lookThrough(addDays(day, 4))
    await world.sql`update lot set recalled_on = null where lot_number = 'BAD3'`
    expect(await world.seal(town, addDays(day, 4))).toEqual({ letters: 0 })
    expect(await noticesOf(made)).toMatchObject([{ reason: 'lotNotRecalled' }])
  })
})

describe('a town’s turn', () => {
  test('comes once a day, at its minute, and not on a quiet day', async () => {
    const town = await aTown({ pre_due_days: 7, notice_minute: 660 })
    const quiet = await aTown({ pre_due_days: 7, quiet_weekdays: [6] })
    const made = await world.personWithDose({ town, mail })
    const later = await world.personWithDose({ town: quiet, mail })
    await lookThrough(preDueOn, 600)
    expect(await noticesOf(made)).toEqual([])
    await lookThrough(preDueOn, 660)
    expect(await noticesOf(made)).toHaveLength(1)
    expect(await noticesOf(later)).toEqual([])
    await lookThrough(addDays(preDueOn, 1))
    expect(await noticesOf(later)).toHaveLength(1)
    const runs = await world.sql`
      select candidates, queued from cohort_run where municipality_code = ${town}
       and day = ${preDueOn}`
    expect(runs).toMatchObject([{ candidates: 1, queued: 1 }])
  })

  test('goes on past a course that cannot be looked at, and is not over before it was', async () => {
    const town = await aTown({ pre_due_days: 7, invitation_after_days: 28 })
    const made = await world.personWithDose({ town, mail })
    const invited = await calledUp({ town }, addDays(preDueOn, -28))
    await world.sql.unsafe(`
      create function be_stuck() returns trigger language plpgsql as $$
      begin
        if new.course_id = '${made.courseId}' then raise exception 'stuck'; end if;
        return new;
      end $$`)
    await world.sql.unsafe(
      'create trigger be_stuck before insert on notice for each row execute function be_stuck()',
    )
    await lookThrough(preDueOn)
    await world.sql.unsafe('drop function be_stuck() cascade')
    expect(await noticesOf(invited)).toMatchObject([{ kind: 'invitation', state: 'queued' }])
    expect(await noticesOf(made)).toEqual([])
    expect(world.logged.join()).toContain('cohortFailed')
    await world.sql`update cohort_run set leased_until = null where municipality_code = ${town}`
    await lookThrough(preDueOn)
    expect(await noticesOf(made)).toMatchObject([{ phase: 'preDue', state: 'queued' }])
  })

  test('two workers at once queue each notice once', async () => {
    const town = await aTown({ pre_due_days: 7 })
    const people: Made[] = []
    for (let n = 0; n < 6; n += 1) people.push(await world.personWithDose({ town, mail }))
    await Promise.all([1, 2, 3].map(() => lookThrough(preDueOn)))
    for (const one of people) expect(await world.attempts(one.courseId)).toHaveLength(1)
  })
})
