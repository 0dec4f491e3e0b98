/**
 * What a backup holds, file by file. The manifest is written last and put in place by a rename: a
 * folder without one is a backup that was broken off, and is never offered.
 */
import { open, readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { sha256OfFile } from './copy.ts'

const manifestFile = 'manifest.json'
const filesAtMost = 1_000_000

const pathInside = z
  .string()
  .min(1)
  .max(1_000)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'))

const copiedFile = z.object({
  path: pathInside,
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const lsn = z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/)

const manifestSchema = z.object({
  format: z.literal(1),
  postgresVersion: z.string(),
  startedAt: z.iso.datetime(),
  /** The earliest instant that a restore can be taken back to. */
  consistentAt: z.iso.datetime(),
  /** Whatever was committed before this instant is in the backup. */
  endedAt: z.iso.datetime(),
  timeline: z.int().min(1),
  segmentBytes: z.int().min(1_048_576),
  startLsn: lsn,
  stopLsn: lsn,
  folders: z.array(pathInside).max(filesAtMost),
  files: z.array(copiedFile).max(filesAtMost),
})

/** Instants are UTC; `files` lie under the backup's folder, hashed as they were copied. */
export type Manifest = z.output<typeof manifestSchema>

export class BackupUnusable extends Error {
  readonly whatToDo: string

  constructor(message: string, whatToDo: string) {
    super(message)
    this.name = 'BackupUnusable'
    this.whatToDo = whatToDo
  }
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestFile)
  const draft = await open(`${path}.part`, 'w', 0o600)
  try {
    await draft.writeFile(`${JSON.stringify(manifest, null, 1)}\n`)
    await draft.sync()
  } finally {
    await draft.close()
  }
  await rename(`${path}.part`, path)
}

/** `from` is a backup, or a folder of backups, of which the newest whole one is meant. */
export async function findBackup(from: string): Promise<{ folder: string; manifest: Manifest }> {
  if (await isFile(join(from, manifestFile))) return await readBackup(from)
  const names = await readdir(from).catch(() => [])
  for (const name of names.sort().reverse()) {
    if (await isFile(join(from, name, manifestFile))) return await readBackup(join(from, name))
  }
  throw new BackupUnusable(
    `${from} holds no finished backup.`,
    'Name the folder that npx sesshu backup --to wrote into.',
  )
}

async function readBackup(folder: string): Promise<{ folder: string; manifest: Manifest }> {
  const text = await readFile(join(folder, manifestFile), 'utf8')
  try {
    return { folder, manifest: manifestSchema.parse(JSON.parse(text)) }
  } catch {
    throw unusable(folder, `${manifestFile} is damaged`)
  }
}

/** Sizes first, since they are quick; then every byte. Throws `BackupUnusable` naming the first fault. */
export async function verifyBackup(
  folder: string,
  { files }: Manifest,
  onProgress: (done: number, all: number) => void = () => {},
): Promise<void> {
  for (const { path, bytes } of files) {
    const found = await stat(join(folder, path)).catch(() => undefined)
    if (!found?.isFile()) throw unusable(folder, `${path} is missing`)
    if (found.size !== bytes) {
      throw unusable(folder, `${path} has ${found.size} bytes instead of ${bytes}`)
    }
  }
  for (const [index, { path, sha256 }] of files.entries()) {
    const found = await sha256OfFile(join(folder, path))
    if (found !== sha256) throw unusable(folder, `the contents of ${path} have changed`)
    onProgress(index + 1, files.length)
  }
}

function unusable(folder: string, fault: string): BackupUnusable {
  return new BackupUnusable(
    `The backup ${folder} is not whole: ${fault}.`,
    'Nothing was restored. Use another backup, or copy this one again from where it was kept.',
  )
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
