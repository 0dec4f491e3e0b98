import type postgres from 'postgres'

export type Found = { where: string; marker: string }

/**
 * Where markers stand in any column of any table of a database: as text, inside JSON and arrays, as
 * dates, and as bytes; and in what ANALYZE sampled of the columns.
 */
export async function markersIn(sql: postgres.Sql, markers: string[]): Promise<Found[]> {
  const columns = await sql<{ schema: string; table: string; column: string; type: string }[]>`
    select c.table_schema as schema, c.table_name as "table", c.column_name as "column",
           c.udt_name as type
      from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
     where t.table_type = 'BASE TABLE'
       and c.table_schema not in ('pg_catalog', 'information_schema')
     order by 1, 2, 3`
  const found: Found[] = []
  for (const { schema, table, column, type } of columns) {
    for (const marker of markers) {
      const isThere = await holds(sql, { table: `${schema}.${table}`, column, type }, marker)
      if (isThere) found.push({ where: `${table}.${column}`, marker })
    }
  }
  return [...found, ...(await markersInSamples(sql, markers))]
}

async function holds(
  sql: postgres.Sql,
  { table, column, type }: { table: string; column: string; type: string },
  marker: string,
): Promise<boolean> {
  // Bytes are cast to hex as text, alone or in an array: a marker's bytes are looked for in hex too.
  const inHex = Buffer.from(marker, 'utf8').toString('hex')
  const rows = await sql`
    select 1 from ${sql(table)}
     where strpos(${sql(column)}::text, ${marker}) > 0
        or (${type.includes('bytea')} and strpos(${sql(column)}::text, ${inHex}) > 0)
     limit 1`
  return rows.length > 0
}

async function markersInSamples(sql: postgres.Sql, markers: string[]): Promise<Found[]> {
  const found: Found[] = []
  for (const marker of markers) {
    const inHex = Buffer.from(marker, 'utf8').toString('hex')
    const rows = await sql<{ where: string }[]>`
      select tablename || '.' || attname || ' in pg_stats' as where from pg_stats
       where schemaname not in ('pg_catalog', 'information_schema')
         and (strpos(concat(most_common_vals, histogram_bounds, most_common_elems), ${marker}) > 0
              or strpos(concat(most_common_vals, histogram_bounds, most_common_elems), ${inHex}) > 0)`
    found.push(...rows.map(({ where }) => ({ where, marker })))
  }
  return found
}
