/**
 * The gate of a restored database: until everybody who was erased since the backup is gone again, keyd
 * alone may connect. It is shut by the restore, kept shut by every start, and opened by the supervisor
 * once keyd has gone through its list. The mark is a comment on the database: it is there whatever
 * version the backup is of.
 */
import postgres from 'postgres'

const mark = 'restored: people who were erased since the backup are not taken out yet'

/** `superuserUrl` leads to any other database of the server. */
export async function shutGate(superuserUrl: string, database: string): Promise<void> {
  await withServer(superuserUrl, async (sql) => {
    await sql.unsafe(`comment on database ${quoted(database)} is '${mark}'`)
    // Whoever was let in before the backup is not let in by what the backup says.
    await sql.unsafe(`revoke connect on database ${quoted(database)} from public`)
    const roles = await sql<{ role: string }[]>`
      select r.rolname as role from pg_roles r, pg_database d
       where d.datname = ${database} and not r.rolsuper and r.rolname <> 'sesshu_keyd'
         and r.oid <> d.datdba and has_database_privilege(r.oid, d.oid, 'connect')`
    for (const { role } of roles) {
      await sql.unsafe(`revoke connect on database ${quoted(database)} from ${quoted(role)}`)
    }
  })
}

export async function isGateShut(sql: postgres.Sql, database: string): Promise<boolean> {
  const [row] = await sql<{ said: string | null }[]>`
    select shobj_description(oid, 'pg_database') as said from pg_database where datname = ${database}`
  return row?.said === mark
}

/** From here on every start lets all roles in; whoever calls it grants them the database. */
export async function openGate(superuserUrl: string, database: string): Promise<boolean> {
  return withServer(superuserUrl, async (sql) => {
    if (!(await isGateShut(sql, database))) return false
    await sql.unsafe(`comment on database ${quoted(database)} is null`)
    return true
  })
}

async function withServer<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
