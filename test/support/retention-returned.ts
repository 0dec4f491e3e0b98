/** What returned letters and calls leave behind, so many days old, for the test of retention. */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { SealedDatabase } from './sealed.ts'
import { aResident, town } from './town.ts'

type Place = { db: SealedDatabase; onDay: (days: number) => PlainDate }

const count = async (rows: PromiseLike<readonly unknown[]>) => (await rows).length > 0

export const returnedCases = (place: () => Place) => ({
  returnedLetters: {
    async make(days: number) {
      const { db, onDay } = place()
      const { residentId } = await aResident(db)
      const id = randomUUID()
      await db.sql`
        insert into returned_letter (municipality_code, id, resident_id, letter_id, reason, sent_at,
                                     sent_on, returned_on, entered_by, stops, ended_on, ended_at,
                                     ended_by, ended_because)
        values (${town}, ${id}, ${residentId}, ${randomUUID()}, 'other', now(), ${onDay(days)},
                ${onDay(days)}, 'a', true, ${onDay(days)}, now(), 'a', 'registerTold')`
      return () => count(db.sql`select 1 from returned_letter where id = ${id}`)
    },
  },
  forwardingAddresses: {
    async make(days: number) {
      const { db, onDay } = place()
      const { residentId } = await aResident(db)
      const id = randomUUID()
      await db.sql`
        insert into forwarding_address (municipality_code, id, resident_id, from_on, ground, address,
                                        entered_on, entered_by, ended_on, ended_by)
        values (${town}, ${id}, ${residentId}, ${onDay(days)}, 'guardian', ${Buffer.alloc(64, 1)},
                ${onDay(days)}, 'a', ${onDay(days)}, 'a')`
      return () => count(db.sql`select 1 from forwarding_address where id = ${id}`)
    },
  },
  contactPhones: {
    async make(days: number) {
      const { db, onDay } = place()
      const { residentId } = await aResident(db)
      await db.sql`
        insert into contact_phone (municipality_code, resident_id, number, source, entered_on,
                                   entered_by)
        values (${town}, ${residentId}, ${Buffer.alloc(64, 1)}, 'person', ${onDay(days)}, 'a')`
      return () => count(db.sql`select 1 from contact_phone where resident_id = ${residentId}`)
    },
  },
  followUpCalls: {
    async make(days: number) {
      const { db, onDay } = place()
      const { residentId } = await aResident(db)
      const [id, task] = [randomUUID(), randomUUID()]
      await db.sql`
        insert into task (municipality_code, id, kind, resident_id, occasion, opened_on)
        values (${town}, ${task}, 'followUp', ${residentId}, ${task}, ${onDay(days)})`
      await db.sql`
        insert into follow_up_call (municipality_code, id, task_id, resident_id, outcome, called_on,
                                    called_by)
        values (${town}, ${id}, ${task}, ${residentId}, 'notReached', ${onDay(days)}, 'a')`
      return () => count(db.sql`select 1 from follow_up_call where id = ${id}`)
    },
  },
})
