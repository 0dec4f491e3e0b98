// The embedded PostgreSQL itself: what is committed outlives a kill, and roles keep to themselves.

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertRoleOwnsNothing, processRoles } from '../../db/roles.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'

describe('roles', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(() => database.drop())

  test.each(processRoles)('%s connects and owns nothing', async (role) => {
    const sql = postgres(database.urls[role], { max: 1 })
    await assertRoleOwnsNothing(sql)
    const [row] = await sql`select current_user::text as name`
    await sql.end()
    expect(row?.name).toBe(role)
  })
})
