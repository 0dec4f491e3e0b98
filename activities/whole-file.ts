import { constants } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Whole and on disk when it returns; until then the file is as it was before, or not there. */
export async function writeWholeFile(path: string, content: Uint8Array | string): Promise<void> {
  await stageFile(path, content)
  await placeFile(path)
}

/** On disk, beside its place; `placeFile` puts it there. */
export async function stageFile(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(partialOf(path), 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function placeFile(path: string): Promise<void> {
  await rename(partialOf(path), path)
  const folder = await open(dirname(path), constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function partialOf(path: string): string {
  return `${path}.part`
}
