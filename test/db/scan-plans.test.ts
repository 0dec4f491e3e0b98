/** Proves: what a scan reads is planned by key even while every table that scans write is empty. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Sql } from '../../db/client.ts'
import { readScanSet } from '../../db/queries/scan-read.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { ScanFacts } from '../../domain/scan.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'

type PlanNode = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: PlanNode[]
}

let db: TestDatabase
let sql: Sql
beforeAll(async () => {
  db = await freshDatabase()
  await db.sql`insert into municipality (code, prefecture, name, kana)
               values ('131041', '見本県', '見本市', 'みほんし') on conflict do nothing`
  // A register is there before the first scan; all that scans write is empty.
  await db.sql`
    insert into resident (municipality_code, id, register_number, birth_year_check, born_on_check,
                          age_class, age_class_on, is_minor)
    select '131041', gen_random_uuid(), 'R' || n, decode(md5('y' || n), 'hex'),
           decode(md5('b' || n), 'hex'), 5 * (n % 20), '2022-03-31', false
      from generate_series(1, 2000) n`
  await db.sql`vacuum analyze`
  sql = connect(db.urls.sesshu_api, { name: 'test-plans', max: 1, byKey: true })
})
afterAll(async () => {
  await sql?.end()
  await db?.drop()
})

test('no table is read from end to end, and none joined as a whole', async () => {
  const scan = {
    scanId: '00000000-0000-4000-8000-000000000000',
    issuingMunicipalityCode: '131041',
    slipKind: 'vaccination',
    claimedDoseNumber: 1,
    venueCode: '1310400018',
    productCode: 'pfizer',
    lotNumber: 'MADEUP1',
  } as ScanFacts
  const ticketIndex = Buffer.alloc(16, 1)
  const { string } = await readScanSet(
    sql,
    { scan, ticketIndex },
    '2021-07-01' as PlainDate,
  ).describe()
  const [row] = await sql.unsafe(`explain (generic_plan, format json) ${string}`)
  const nodes = flat(row!['QUERY PLAN'][0].Plan)
  const tables = new Set(nodes.map((node) => node['Relation Name']).filter(Boolean))
  expect([...tables]).toEqual(expect.arrayContaining(['ticket', 'course', 'course_link', 'dose']))
  const wide = nodes.filter((node) => /^(Seq Scan|Hash|Merge)/.test(node['Node Type']))
  expect(wide.map((node) => `${node['Node Type']} ${node['Relation Name'] ?? ''}`)).toEqual([])
  // Beside the policy's list of towns, another index would read the whole town.
  const ways = nodes.flatMap((node) => node['Index Name'] ?? [])
  const people = ways.filter((name) => /^(resident|course|ticket)_(?!link|slip|key)/.test(name))
  expect([...new Set(people)].sort()).toEqual(['course_pkey', 'resident_pkey', 'ticket_pkey'])
})

function flat(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)]
}
