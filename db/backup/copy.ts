/** Copies files while others write them, and says of each what was copied. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

export type CopiedFile = { path: string; bytes: number; sha256: string }

const chunkBytes = 1024 * 1024

/**
 * Copies one file, to the end that it has when it is reached; `flush` makes it last. Undefined when
 * the file is gone: a table may be dropped while its cluster is copied.
 */
export async function copyHashed(
  from: string,
  to: string,
): Promise<{ bytes: number; sha256: string } | undefined> {
  const source = await open(from, 'r').catch(ignoreMissing)
  if (!source) return undefined
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    const target = await open(to, 'w', 0o600)
    try {
      const hash = createHash('sha256')
      const chunk = Buffer.allocUnsafe(chunkBytes)
      let bytes = 0
      for (;;) {
        const { bytesRead } = await source.read(chunk, 0, chunkBytes)
        if (bytesRead === 0) break
        const part = chunk.subarray(0, bytesRead)
        hash.update(part)
        await target.writeFile(part)
        bytes += bytesRead
      }
      return { bytes, sha256: hash.digest('hex') }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** Everything below the folder is on disk. One call for all: a flush per file holds up every commit. */
export async function flush(folder: string): Promise<void> {
  await promisify(execFile)('sync', process.platform === 'linux' ? ['-f', folder] : [])
}

export function sha256Of(parts: Iterable<Uint8Array>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array)
  return hash.digest('hex')
}

export type Tree = { folders: string[]; files: string[]; links: string[] }

/** All that lies under `root`, by paths relative to it; what `skip` names is left out whole. */
export async function listTree(root: string, skip: (path: string) => boolean): Promise<Tree> {
  const tree: Tree = { folders: [], files: [], links: [] }
  const pending = ['']
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(ignoreMissing)
    for (const entry of entries ?? []) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (skip(path)) continue
      if (entry.isSymbolicLink()) tree.links.push(path)
      else if (entry.isDirectory()) {
        tree.folders.push(path)
        pending.push(path)
      } else if (entry.isFile()) tree.files.push(path)
    }
  }
  return tree
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
