// What is written about reading is what the database does.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { namelessPurposes, personPurposes } from '../../../db/purposes.ts'
import { purposeFields } from '../../../domain/purpose-fields.ts'
import { renderAccess } from '../../../tools/access/render.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await freshDatabase()
})
afterAll(() => db.drop())

const page = (name: string) =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

test('docs/who-can-read-what.md is current (npx tsx tools/access/write.ts)', async () => {
  expect(await renderAccess(db.sql as never)).toBe(page('who-can-read-what.md'))
})

test('the rules know the purposes of the program, and no others', async () => {
  const rows = await db.sql<{ purpose: string }[]>`
    select distinct purpose from purpose_rule where purpose not in ('*', 'migrate', 'inspect')`
  // Those of later parts open sealed fields before there is a read path of theirs.
  const known = [...personPurposes, ...namelessPurposes, ...Object.keys(purposeFields)]
  expect(rows.map(({ purpose }) => purpose).filter((purpose) => !known.includes(purpose))).toEqual(
    [],
  )
  const used = new Set(rows.map(({ purpose }) => purpose))
  expect(personPurposes.filter((purpose) => !used.has(purpose))).toEqual([])
})

test('docs/read-paths.md names every purpose, and says of each whether it leaves a look', () => {
  const rows = page('read-paths.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
  for (const purpose of personPurposes) {
    const lines = rows.filter((row) => row.includes(`| \`${purpose}\` |`))
    expect([purpose, lines.length > 0, lines.every((row) => !/\| none/.test(row))]).toEqual([
      purpose,
      true,
      true,
    ])
  }
  for (const purpose of namelessPurposes) {
    const lines = rows.filter((row) => row.includes(`| \`${purpose}\` |`))
    expect([purpose, lines.length > 0]).toEqual([purpose, true])
  }
})
