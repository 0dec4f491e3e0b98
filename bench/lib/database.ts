/** A PostgreSQL of the bench's own: durable settings as in operation, thrown away afterwards. */
import postgres from 'postgres'
import { migrate } from '../../db/migrate.ts'
import { ensureRoles, type RoleUrls } from '../../db/roles.ts'
import { openCredentials, startPostgres } from '../../db/server.ts'
import { atStop, killNow, temporaryFolder } from './at-stop.ts'

export type BenchDatabase = {
  dataDir: string
  port: number
  superuserUrl: string
  urls: RoleUrls
  sql: postgres.Sql
  stop(): Promise<void>
}

export async function benchDatabase(): Promise<BenchDatabase> {
  const { path: dataDir, remove } = await temporaryFolder('sesshu-bench-')
  const log = { info: () => {}, warn: (line: string) => process.stderr.write(`${line}\n`) }
  const server = await startPostgres({ dataDir, log })
  const letServerGo = atStop(() => killNow(server.pid, 'SIGQUIT'))
  const credentials = await openCredentials(dataDir)
  const urls = await ensureRoles(server.superuserUrl, 'sesshu', credentials)
  await migrate(urls.owner)
  // Arranging is the superuser's: row security holds the owner too.
  const url = new URL(server.superuserUrl)
  url.pathname = new URL(urls.owner).pathname
  const sql = postgres(url.toString(), { max: 4, onnotice: () => {} })
  // Its people are made up, as a demo's are: a program opens waves alone.
  await sql`update wave_setting set one_opens = true`
  return {
    dataDir,
    port: server.port,
    superuserUrl: server.superuserUrl,
    urls,
    sql,
    stop: async () => {
      await sql.end({ timeout: 2 })
      await server.stop()
      letServerGo()
      await remove()
    },
  }
}
