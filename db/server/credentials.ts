import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Random passwords of one data dir, kept in `credentials.json`, readable by its owner alone. */
export type Credentials = {
  /** The kept password of that name, or a new one, kept from now on. */
  passwordOf(name: string): Promise<string>
  /** The kept password of that name, if there is one. */
  known(name: string): string | undefined
}

const PASSWORD_BYTES = 24

/** Throws when the file is there but cannot be read as what it should be: never starts afresh. */
export async function openCredentials(dataDir: string): Promise<Credentials> {
  const path = join(dataDir, 'credentials.json')
  const kept = new Map(Object.entries(await readKept(path)))
  let lastWrite: Promise<void> = Promise.resolve()
  return {
    known: (name) => kept.get(name),
    passwordOf: async (name) => {
      if (!kept.has(name)) {
        kept.set(name, randomBytes(PASSWORD_BYTES).toString('base64url'))
        lastWrite = lastWrite.then(() => write(path, Object.fromEntries(kept)))
      }
      await lastWrite
      return kept.get(name) as string
    },
  }
}

async function readKept(path: string): Promise<Record<string, string>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    const kept: unknown = JSON.parse(text)
    const values = Object.values(kept as object)
    if (values.every((value) => typeof value === 'string')) return kept as Record<string, string>
  } catch {
    // Falls through to the one sentence for every way in which the file can be unreadable.
  }
  throw new Error(`${path} is not a JSON object of passwords. Restore it from a backup.`)
}

async function write(path: string, kept: Record<string, string>): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flush: true })
  await chmod(draft, 0o600)
  await rename(draft, path)
}
