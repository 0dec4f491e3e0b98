import { existsSync, statSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { defineCommand } from 'citty'
import { type DataDir, DEFAULT_DATA_DIR, dataDirAt } from '../../config/data-dir.ts'
import { BackupUnusable } from '../../db/backup/manifest.ts'
import { type TakenBackup, takeBackup } from '../../db/backup/take.ts'
import { CommandError, commonArgs, exitCodes } from '../common.ts'
import { roleUrl, tellTargets } from '../servers.ts'

export const backupCommand = defineCommand({
  meta: { name: 'backup', description: 'Copy the running database into a folder, whole' },
  args: {
    ...commonArgs,
    to: {
      type: 'string',
      required: true,
      description: 'The folder of backups; each gets a folder of its own in it',
      valueHint: 'dir',
    },
  },
  run: async ({ args }) =>
    await backup(args['data-dir'] ?? DEFAULT_DATA_DIR, resolve(args.to), args.json ?? false),
})

async function backup(dataDir: string, to: string, json: boolean): Promise<number> {
  if (process.env.DATABASE_URL) {
    throw new CommandError(
      'DATABASE_URL names a server that others administer; its files are not here to copy.',
      'Use that server’s own backups. Unset DATABASE_URL to back up the database of a data dir.',
      exitCodes.usage,
    )
  }
  const targets = await tellTargets(dataDir)
  const databaseUrl = await roleUrl(dataDir, targets, 'sesshu_backup')
  const dir = dataDirAt(dataDir)
  const clusterDir = await realpath(dir.pg)
  assertReadable(clusterDir)
  const tell = (line: string): void => void process.stderr.write(`${line}\n`)
  const taken = await takeBackup({
    to,
    databaseUrl,
    clusterDir,
    beside: besideOf(dir),
    onProgress: tell,
  }).catch((error) => {
    if (error instanceof BackupUnusable) throw new CommandError(error.message, error.whatToDo)
    throw error
  })
  process.stdout.write(json ? `${JSON.stringify(shown(taken))}\n` : wordsOf(taken))
  return exitCodes.ok
}

/** Passwords, without which nobody could open what comes back; letters and sheets, printed once. */
export function besideOf(dir: DataDir): { path: string; from: string }[] {
  return [
    { path: 'credentials.json', from: dir.credentials },
    { path: 'letters', from: dir.letters },
    ...(existsSync(dir.sheets) ? [{ path: 'sheets', from: dir.sheets }] : []),
  ]
}

function assertReadable(clusterDir: string): void {
  const uid = process.getuid?.()
  if (uid === 0 || uid === statSync(clusterDir).uid) return
  throw new CommandError(
    `${clusterDir} belongs to another account.`,
    'Run backup as the account that runs npx sesshu up.',
  )
}

function shown({ folder, bytes, manifest }: TakenBackup): object {
  const { startedAt, consistentAt, endedAt, files } = manifest
  return { backup: folder, bytes, files: files.length, startedAt, consistentAt, endedAt }
}

function wordsOf({ folder, bytes, manifest }: TakenBackup): string {
  const size = `${(bytes / 1024 ** 2).toFixed(0)} MiB in ${manifest.files.length} files`
  return [
    `${folder}: ${size}.`,
    `Everything acknowledged before ${manifest.endedAt} is in it; what came later is not.`,
    'Temporal is not: after a restore, npx sesshu reconcile --repair rebuilds it.',
    'It holds people’s records and passwords: keep it as closely as the database itself.',
    '',
  ].join('\n')
}
