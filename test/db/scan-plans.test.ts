/** Proves: what a scan reads is planned by key even while every table is empty. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Sql } from '../../db/client.ts'
import { readScanSet } from '../../db/queries/scan-read.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Scan } from '../../domain/scan.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'

type PlanNode = { 'Node Type': string; 'Relation Name'?: string; Plans?: PlanNode[] }

let db: TestDatabase
let sql: Sql
beforeAll(async () => {
  db = await freshDatabase()
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
    ticketNumber: '0000000001',
    slipKind: 'vaccination',
    claimedDoseNumber: 1,
    venueCode: '1310400018',
    productCode: 'pfizer',
    lotNumber: 'MADEUP1',
  } as Scan
  const { string } = await readScanSet(sql, scan, '2021-07-01' as PlainDate).describe()
  const [row] = await sql.unsafe(`explain (generic_plan, format json) ${string}`)
  const nodes = flat(row!['QUERY PLAN'][0].Plan)
  const tables = new Set(nodes.map((node) => node['Relation Name']).filter(Boolean))
  expect([...tables]).toEqual(expect.arrayContaining(['ticket', 'course', 'course_link', 'dose']))
  const wide = nodes.filter((node) => /^(Seq Scan|Hash|Merge)/.test(node['Node Type']))
  expect(wide.map((node) => `${node['Node Type']} ${node['Relation Name'] ?? ''}`)).toEqual([])
})

function flat(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)]
}
