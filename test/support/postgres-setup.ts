import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { ensureRoles, type RoleUrls, urlFor } from '../../db/roles.ts'
import { openCredentials, startPostgres } from '../../db/server.ts'
import { letTestTokenIn } from './credentials.ts'
import { onExit, rememberServer, runFolder, type Started, shareServer } from './shared.ts'

/** What every test file knows of the run's PostgreSQL; see `freshDatabase()`. */
export type TestPostgres = { superuserUrl: string; roles: RoleUrls; template: string }

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestPostgres
  }
}

const TEMPLATE = 'sesshu_template'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = await shareServer('postgres', startTestPostgres)
  project.provide('postgres', shared.value)
  return shared.stop
}

async function startTestPostgres(): Promise<Started<TestPostgres>> {
  const folder = await runFolder('postgres')
  const server = await startPostgres({
    dataDir: folder,
    log: { info: () => {}, warn: (line) => console.warn(line) },
    // Made for this run and thrown away: only the tests of durability itself need a disk.
    settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '128MB' },
  })
  rememberServer(folder, [server.pid])
  const forget = onExit(() => {
    try {
      process.kill(server.pid, 'SIGKILL')
    } catch {
      // Already gone.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const stop = async (): Promise<void> => {
    await server.stop()
    forget()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const credentials = await openCredentials(folder)
    const roles = await ensureRoles(server.superuserUrl, TEMPLATE, credentials)
    await migrateTemplate(roles.owner)
    await closeTemplate(server.superuserUrl)
    return { value: { superuserUrl: server.superuserUrl, roles, template: TEMPLATE }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function migrateTemplate(ownerUrl: string): Promise<void> {
  const module = join(import.meta.dirname, '..', '..', 'db', 'migrate.ts')
  if (!existsSync(module)) return
  const { migrate } = await import('../../db/migrate.ts')
  await migrate(ownerUrl)
  const sql = postgres(ownerUrl, { max: 1 })
  await letTestTokenIn(sql)
  await sql.end()
}

/** A database with a session in it cannot be cloned, so nobody may open one. */
async function closeTemplate(superuserUrl: string): Promise<void> {
  const sql = postgres(urlFor(superuserUrl, { database: 'postgres' }), { max: 1 })
  await sql.unsafe(`alter database ${TEMPLATE} with is_template true allow_connections false`)
  await sql.end()
}
