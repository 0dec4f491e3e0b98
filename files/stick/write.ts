import { randomBytes } from 'node:crypto'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * A file on a stick: there whole or not at all, and on the stick itself when this resolves, not in a cache
 * that dies with the cable. Answers its length. Throws whatever the stick does when it is pulled out.
 */
export async function writeDurably(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`
  let length = 0
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      for await (const piece of bytes) {
        let rest = piece
        while (rest.length > 0) {
          const { bytesWritten } = await file.write(rest)
          rest = rest.subarray(bytesWritten)
        }
        length += piece.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(dirname(path))
  return length
}

/** FAT knows no such thing; then the file's own sync has to do. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync().catch(() => {})
  } finally {
    await folder.close()
  }
}

/** Drafts of a writing that ended with the cable; whoever writes the last file of a stick clears them away. */
export async function removeDrafts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((each) => /\.[0-9a-f]{8}\.part$/.test(each))) {
    await rm(join(folder, name), { force: true }).catch(() => {})
  }
}
