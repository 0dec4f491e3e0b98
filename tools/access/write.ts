/** Writes docs/who-can-read-what.md anew, from a database that it makes and throws away. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { ensureRoles, urlFor } from '../../db/roles.ts'
import { deleteDataDir, openCredentials, startPostgres } from '../../db/server.ts'
import { renderAccess } from './render.ts'

const dataDir = await mkdtemp(join(tmpdir(), 'sesshu-access-'))
const server = await startPostgres({ dataDir, log: { info: () => {}, warn: () => {} } })
try {
  const roles = await ensureRoles(server.superuserUrl, 'sesshu', await openCredentials(dataDir))
  await migrate(roles.owner)
  const url = urlFor(server.superuserUrl, { database: 'sesshu' })
  const sql = connect(url, { name: 'access', max: 1 })
  const text = await renderAccess(sql)
  await sql.end({ timeout: 1 })
  await writeFile(new URL('../../docs/who-can-read-what.md', import.meta.url), text)
} finally {
  await server.stop()
  await deleteDataDir(dataDir)
}
