import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { BackupUnusable } from '../../db/backup/manifest.ts'
import { type Restored, restoreBackup } from '../../db/backup/restore.ts'
import { connect } from '../../db/client.ts'
import { urlFor } from '../../db/roles.ts'
import { DATABASE } from '../../supervisor/servers.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { type Checked, carryOut } from '../doctor/check.ts'
import { databaseChecks } from '../doctor/database.ts'

export const restoreCommand = defineCommand({
  meta: { name: 'restore', description: 'Bring a backup back as a new data dir' },
  args: {
    ...commonArgs,
    from: {
      type: 'string',
      required: true,
      description: 'A backup, or a folder of them, of which the newest is taken',
      valueHint: 'dir',
    },
    wal: {
      type: 'string',
      description: 'A folder of later WAL: an archive, or the pg_wal of a lost cluster',
      valueHint: 'dir',
    },
    'to-time': {
      type: 'string',
      description: 'Restore nothing committed after this instant, such as 2026-04-01T09:30:00Z',
      valueHint: 'instant',
    },
  },
  run: async ({ args }) => {
    const dataDir = args['data-dir']
    if (!dataDir) {
      throw new CommandError(
        'restore needs --data-dir.',
        'Name a folder that does not exist: a restore never writes over anything.',
        exitCodes.usage,
      )
    }
    const toTime = args['to-time'] === undefined ? undefined : parseInstant(args['to-time'])
    const wal = args.wal === undefined ? [] : [resolve(args.wal)]
    const where = { from: resolve(args.from), dataDir: resolve(dataDir), wal }
    return await restore({ ...where, ...(toTime && { toTime }) }, args.json ?? false)
  },
})

/** An offset is required: an hour that depends on the machine’s zone restores the wrong hour. */
function parseInstant(text: string): Date {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
  const at = new Date(text)
  if (isInstant && !Number.isNaN(at.getTime())) return at
  throw new CommandError(
    `"${text}" is no instant.`,
    'Write it with its offset: 2026-04-01T18:30:00+09:00 or 2026-04-01T09:30:00Z.',
    exitCodes.usage,
  )
}

type Where = { from: string; dataDir: string; wal: string[]; toTime?: Date }

async function restore(where: Where, json: boolean): Promise<number> {
  const tell = (line: string): void => void process.stderr.write(`${line}\n`)
  tell(`Restoring into ${where.dataDir}, with a PostgreSQL of its own`)
  const restored = await restoreBackup({
    ...where,
    log: { info: () => {}, warn: tell },
    onProgress: tell,
  }).catch((error) => {
    if (error instanceof BackupUnusable) throw new CommandError(error.message, error.whatToDo)
    throw error
  })
  try {
    const checks = await check(restored)
    const found = await countRows(restored)
    if (json) process.stdout.write(`${JSON.stringify({ ...shown(restored), found, checks })}\n`)
    else process.stdout.write(wordsOf(where.dataDir, restored, found, checks))
    return checks.some(({ status }) => status === 'fail') ? exitCodes.failure : exitCodes.ok
  } finally {
    await restored.server.stop()
  }
}

/** What `doctor` looks at, but for the age of the outbox: nothing has been delivered yet. */
async function check({ server }: Restored): Promise<Checked[]> {
  const checks = databaseChecks(databaseOf(server.superuserUrl))
  return await Promise.all(checks.filter(({ name }) => name !== 'Outbox').map(carryOut))
}

type Found = { scans: number; doses: number; courses: number; notices: number; lastScanAt: string }

async function countRows({ server }: Restored): Promise<Found> {
  const sql = connect(databaseOf(server.superuserUrl), { name: 'sesshu-restore', max: 1 })
  try {
    const [row] = await sql<Found[]>`
      select (select count(*) from scan)::int as scans, (select count(*) from dose)::int as doses,
             (select count(*) from course)::int as courses,
             (select count(*) from notice)::int as notices,
             (select max(received_at)::text from scan) as "lastScanAt"`
    return row!
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function databaseOf(superuserUrl: string): string {
  return urlFor(superuserUrl, { database: DATABASE })
}

function shown({ backup, manifest, lastCommitAt }: Restored): object {
  const { consistentAt, endedAt } = manifest
  return { backup, consistentAt, endedAt, lastCommitAt: lastCommitAt ?? null }
}

function wordsOf(dataDir: string, restored: Restored, found: Found, checks: Checked[]): string {
  const { scans, doses, courses, notices, lastScanAt } = found
  return [
    `Restored ${restored.backup} into ${dataDir}.`,
    ...checks.map(({ status, name, message }) => `${status.padEnd(4)}  ${name}: ${message}`),
    `${scans} scans (the last at ${lastScanAt ?? 'no time'}), ${doses} doses, ${courses} courses, ` +
      `${notices} notices.`,
    'Temporal was not in the backup. Now:',
    `  npx sesshu up --data-dir ${dataDir}`,
    `  npx sesshu reconcile --repair --data-dir ${dataDir}`,
    '',
  ].join('\n')
}
