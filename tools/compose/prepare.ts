import { randomBytes } from 'node:crypto'
import { Connection } from '@temporalio/client'
import { grantCommandLine } from '../../auth/grants.ts'
import { migrate } from '../../db/migrate.ts'
import { ensureRoles } from '../../db/roles.ts'
import { ensureSearchAttributes } from '../../workers/search-attributes.ts'

// What `sesshu up` does before its processes start, once, for servers that compose runs.
const superuserUrl = required('SUPERUSER_URL')
const database = 'sesshu'

const roles = await ensureRoles(superuserUrl, database, { passwordOf })
const applied = await migrate(roles.owner)
const token = process.env.SESSHU_CLI_TOKEN
if (token) await grantCommandLine(roles.owner, token)
process.stdout.write(`Database ready; ${applied.length} migrations applied.\n`)

const connection = await Connection.connect({ address: required('TEMPORAL_ADDRESS') })
try {
  await ensureSearchAttributes(connection, required('TEMPORAL_NAMESPACE'))
  process.stdout.write('Search attributes ready.\n')
} finally {
  await connection.close()
}

/** A role that compose runs nothing as gets a password that nobody knows. */
async function passwordOf(role: string): Promise<string> {
  return process.env[`${role.toUpperCase()}_PASSWORD`] || randomBytes(24).toString('hex')
}

function required(name: string): string {
  const value = process.env[name]
  if (value) return value
  process.stderr.write(`${name} is not set; docker-compose.yml sets it.\n`)
  process.exit(1)
}
