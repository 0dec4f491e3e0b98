import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { asOwner, grantProgram } from '../../auth/grants.ts'
import { temporalConnectionOptions } from '../../config/temporal.ts'
import { migrate } from '../../db/migrate.ts'
import { ensureRoles } from '../../db/roles.ts'
import { seedReferenceData } from '../../db/seed.ts'
import { ensureSearchAttributes } from '../../workers/search-attributes.ts'
import { ensureNamespace } from './namespace.ts'

// What `sesshu up` does before its processes start, once, for servers that compose runs.
const superuserUrl = required('SUPERUSER_URL')
const database = 'sesshu'
/** A new namespace is known to every part of the server a few seconds after it was made. */
const knownWithinMs = 60_000

const roles = await ensureRoles(superuserUrl, database, { passwordOf })
const applied = await migrate(roles.owner)
await seedReferenceData(roles.owner)
const token = process.env.SESSHU_CLI_TOKEN
if (token) {
  const program = { name: 'command line', token, mayRecordScans: true }
  await asOwner(roles.owner, (sql) => grantProgram(sql, program))
}
process.stdout.write(`Database ready; ${applied.length} migrations applied.\n`)

const namespace = required('TEMPORAL_NAMESPACE')
const options = temporalConnectionOptions(required('TEMPORAL_ADDRESS'))
const connection = await Connection.connect(options)
try {
  await ensureNamespace(connection, namespace)
  await untilKnown(() => ensureSearchAttributes(connection, namespace))
  process.stdout.write('Namespace and search attributes ready.\n')
} finally {
  await connection.close()
}

async function untilKnown(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + knownWithinMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(1_000)
    }
  }
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
