/** Rows of classes that are deleted by age, so many days old, for the test of retention. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { SealedDatabase } from './sealed.ts'
import { type SeededResident, town } from './town.ts'

type Place = {
  db: SealedDatabase
  onDay: (days: number) => PlainDate
  ago: (days: number) => Date
  accountId: string
  ada: SeededResident
}

const count = async (rows: PromiseLike<readonly unknown[]>) => (await rows).length > 0

export const otherCases = (place: () => Place) => ({
  watchedNotices: {
    async make(days: number) {
      const { db, onDay } = place()
      const id = randomUUID()
      await db.sql`
        insert into notice_departure (source, channel, notice_id, left_on, left_at)
        values (${id}, 'letter', ${randomUUID()}, ${onDay(days)}, now())`
      return () => count(db.sql`select 1 from notice_departure where source = ${id}`)
    },
  },
  printMarks: {
    async make(days: number) {
      const { db, onDay, accountId } = place()
      const id = randomUUID()
      await db.sql`
        insert into letter_batch (municipality_code, batch_on, id, state)
        values (${town}, ${onDay(days)}, ${randomUUID()}, 'proposed')`
      await db.sql`
        insert into batch_mark (municipality_code, batch_on, reading_id, ordinal, mark, read_by)
        values (${town}, ${onDay(days)}, ${id}, 0, 'x', ${accountId})`
      return () => count(db.sql`select 1 from batch_mark where reading_id = ${id}`)
    },
  },
  mailLinks: {
    async make(days: number) {
      const { db, ago, ada } = place()
      const key = randomBytes(32)
      await db.sql`
        insert into mail_address (municipality_code, resident_id) values (${town}, ${ada.residentId})
        on conflict do nothing`
      await db.sql`
        insert into mail_link (municipality_code, token_sha256, resident_id, made_at, usable_until)
        values (${town}, ${key}, ${ada.residentId}, ${ago(days)}, now())`
      return () => count(db.sql`select 1 from mail_link where token_sha256 = ${key}`)
    },
  },
  staffSessions: {
    async make(days: number) {
      const { db, ago, accountId } = place()
      const key = randomBytes(32)
      await db.sql`
        insert into account_session (token_sha256, account_id, signed_in_by, started_at, expires_at)
        values (${key}, ${accountId}, 'password', ${ago(days + 1)}, ${ago(days)})`
      return () => count(db.sql`select 1 from account_session where token_sha256 = ${key}`)
    },
  },
  signInChallenges: {
    async make(days: number) {
      const { db, ago } = place()
      const key = randomBytes(32)
      await db.sql`
        insert into sign_in_challenge (token_sha256, kind, challenge, expires_at)
        values (${key}, 'oidc', 'x', ${ago(days)})`
      return () => count(db.sql`select 1 from sign_in_challenge where token_sha256 = ${key}`)
    },
  },
  residentSessions: {
    async make(days: number) {
      const { db, ago, ada } = place()
      const key = randomBytes(32)
      await db.sql`
        insert into resident_session (municipality_code, token_sha256, resident_id, letter_code_id, started_at, expires_at)
        values (${town}, ${key}, ${ada.residentId}, ${randomUUID()},
                ${ago(days)}::timestamptz - interval '15 minutes', ${ago(days)})`
      return () => count(db.sql`select 1 from resident_session where token_sha256 = ${key}`)
    },
  },
})
