/** Files of our own folders that a page hands out. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Follows no link, so that a name of ours opens nothing else. */
export function openPlainFile(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
}

/** Its bytes; undefined for what is no plain file, or too large. Closes it. */
export async function readPlainFile(
  file: FileHandle,
  bytesAtMost: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const found = await file.stat()
    if (!found.isFile() || found.size > bytesAtMost) return undefined
    return new Uint8Array(await file.readFile())
  } finally {
    await file.close()
  }
}
