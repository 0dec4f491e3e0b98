// The drizzle schema against the migrated database's own catalogue, both ways, and who owns what.

import { getTableColumns, is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectOrm, readAs } from '../../db/orm.ts'
import { processRoles } from '../../db/roles.ts'
import * as schema from '../../db/schema/index.ts'
import { freshDatabase, type TestDatabase } from '../support/db.ts'

type Column = { table: string; column: string; type: string; nullable: boolean }

describe('the schema', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(() => database.drop())

  test('has every column of the database, with type and nullability, and no other', async () => {
    const inDatabase = await database.sql<Column[]>`
      select c.table_name as "table", c.column_name as "column",
             case c.data_type when 'ARRAY' then replace(ltrim(c.udt_name, '_'), 'int4', 'integer') || '[]' else c.data_type end
               as type,
             c.is_nullable = 'YES' as nullable
        from information_schema.columns c join information_schema.tables t
             using (table_schema, table_name)
       where c.table_schema = 'public' and t.table_type = 'BASE TABLE'`
    expect(declaredColumns().map(line).sort()).toEqual(inDatabase.map(line).sort())
  })

  test('has the primary keys of the database', async () => {
    const keys = await database.sql<{ table: string; columns: string[] }[]>`
      select i.indrelid::regclass::text as "table",
             array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum)) as columns
        from pg_index i
        join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
       where i.indisprimary group by 1`
    const inDatabase = keys.map((key) => `${key.table} (${key.columns.join(', ')})`)
    expect(declaredKeys().sort()).toEqual(inDatabase.sort())
  })

  test('belongs to no role that a process connects as', async () => {
    const owners = await database.sql<{ owner: string }[]>`
      select distinct pg_get_userbyid(relowner)::text as owner from pg_class
       where relnamespace = 'public'::regnamespace`
    expect(owners.map((row) => row.owner)).toEqual(['sesshu_owner'])
    const powerful = await database.sql`
      select rolname from pg_roles
       where rolname = any(${[...processRoles]})
         and (rolsuper or rolbypassrls or pg_has_role(rolname, 'sesshu_owner', 'member'))`
    expect(powerful).toHaveLength(0)
  })

  test('reads dates as plain dates, names its purpose, and cannot write in a read', async () => {
    await database.sql`insert into lot (product_code, lot_number, expires_on)
                       values ('pfizer', 'MADEUP1', '2021-09-30')`
    const pool = connectOrm(database.urls.sesshu_api, { name: 'test', max: 1 })
    try {
      const scope = { municipalityCode: '011002', purpose: 'showTown' } as const
      const rows = await readAs(pool.orm, scope, (tx) => tx.select().from(schema.lot))
      expect(rows[0]?.expiresOn).toBe('2021-09-30')
      const named = await readAs(pool.orm, scope, (tx) =>
        tx.execute(`select current_setting('sesshu.municipality') as m,
                           current_setting('sesshu.purpose') as p`),
      )
      expect(named[0]).toEqual({ m: '011002', p: 'showTown' })
      const writing = readAs(pool.orm, scope, (tx) =>
        tx.insert(schema.lot).values({ productCode: 'pfizer', lotNumber: 'MADEUP2' }),
      )
      await expect(writing).rejects.toMatchObject({ cause: { code: '25006' } })
    } finally {
      await pool.close()
    }
  })
})

function tables(): PgTable[] {
  const exported: unknown[] = Object.values(schema)
  return exported.filter((value): value is PgTable => is(value, PgTable))
}

function declaredColumns(): Column[] {
  return tables().flatMap((table) =>
    Object.values(getTableColumns(table)).map((column) => ({
      table: getTableConfig(table).name,
      column: column.name,
      type: column.getSQLType(),
      nullable: !column.notNull,
    })),
  )
}

function declaredKeys(): string[] {
  return tables().map((table) => {
    const { name, columns, primaryKeys } = getTableConfig(table)
    const key = primaryKeys[0]?.columns ?? columns.filter((column) => column.primary)
    return `${name} (${key.map((column) => column.name).join(', ')})`
  })
}

function line({ table, column, type, nullable }: Column): string {
  return `${table}.${column} ${type}${nullable ? '' : ' not null'}`
}
