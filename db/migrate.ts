import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import postgres from 'postgres'

const folder = new URL('./migrations/', import.meta.url)

/** Any two starts at once take turns: one number for this whole system's advisory lock. */
const migrationLock = 20210125

/**
 * Brings the database up to the newest reviewed SQL file, as its owner, each file in one transaction.
 * Roles must exist before (`db/roles.ts`). Returns the names of the files applied now.
 * Throws when a file that was already applied has since been edited: files are never changed later.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  const applied: string[] = []
  try {
    await sql`select pg_advisory_lock(${migrationLock})`
    await sql`create table if not exists schema_migration (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`
    const done = await sql<
      { name: string; sha256: string }[]
    >`select name, sha256 from schema_migration`
    const known = new Map(done.map((row) => [row.name, row.sha256]))
    for (const { name, text, sha256 } of await readMigrations()) {
      const before = known.get(name)
      if (before === sha256) continue
      if (before !== undefined) {
        throw new Error(
          `Migration ${name} was edited after it had been applied here. Restore the file and add a new one.`,
        )
      }
      await sql.begin(async (tx) => {
        // Row security holds for owners too: without a purpose a change of rows would change none.
        await tx`select set_config('sesshu.purpose', 'migrate', true)`
        await tx.unsafe(text)
        await tx`insert into schema_migration (name, sha256) values (${name}, ${sha256})`
      })
      applied.push(name)
    }
    return applied
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function readMigrations(): Promise<{ name: string; text: string; sha256: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, folder), 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}
