/** What readers of letters leave behind, so many days old, for the test of retention. */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import { aLetterCode } from './letters.ts'
import type { SealedDatabase } from './sealed.ts'
import { type SeededResident, town } from './town.ts'

type Place = {
  db: SealedDatabase
  ada: SeededResident
  ago: (days: number) => Date
  onDay: (days: number) => PlainDate
}

const count = async (rows: PromiseLike<readonly unknown[]>) => (await rows).length > 0

export const readerCases = (place: () => Place) => ({
  letterCodes: {
    async make(days: number) {
      const { db, ada, onDay } = place()
      const before = await db.sql`select id from letter_code`
      await aLetterCode(db, ada, onDay(days))
      const [made] = await db.sql`
        select id from letter_code where id <> all (${before.map((row) => row.id)}::uuid[])`
      return () => count(db.sql`select 1 from letter_code where id = ${made!.id}`)
    },
  },
  letterCodeTries: {
    async make(days: number) {
      const { db, ago } = place()
      const [made] = await db.sql`
        insert into letter_code_try (was_right, tried_at) values (false, ${ago(days)}) returning id`
      return () => count(db.sql`select 1 from letter_code_try where id = ${made!.id}`)
    },
  },
  residentMessages: {
    async make(days: number) {
      const { db, ada, onDay } = place()
      const id = randomUUID()
      await db.sql`
        insert into resident_message (municipality_code, id, resident_id, kind, said_on)
        values (${town}, ${id}, ${ada.residentId}, 'notMine', ${onDay(days)})`
      return () => count(db.sql`select 1 from resident_message where id = ${id}`)
    },
  },
  letterRefusals: {
    async make(days: number) {
      const { db, ada, onDay } = place()
      const id = randomUUID()
      await db.sql`
        insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by, taken_back_at, taken_back_by)
        values (${town}, ${id}, ${ada.residentId}, ${onDay(days)}, 'letter/test', now(), 'letter/test')`
      return () => count(db.sql`select 1 from letter_refusal where id = ${id}`)
    },
  },
})
