import { expect, test } from 'vitest'
import { freshDatabase } from '../support/db.ts'

test('migrates', async () => {
  const db = await freshDatabase()
  const rows = await db.sql`select count(*)::int as n from pg_policies`
  console.log(
    rows,
    await db.sql`select policyname, qual from pg_policies where tablename = 'course' limit 5`,
  )
  console.log(
    await db.sql`select proname, proowner::regrole::text from pg_proc where prosecdef and pronamespace='public'::regnamespace`,
  )
  expect(1).toBe(1)
  await db.drop()
})
