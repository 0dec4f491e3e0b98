/**
 * Where imports keep their bytes between arrival and receipt: `<folder>/<importId>/<name>.age`, sealed for
 * keyd from the first byte on. A file is there whole or not at all.
 */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
} from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { DomainError } from '../domain/errors.ts'
import type { FileKeys, FileRecipient } from '../domain/file-keys.ts'
import type { FileSource } from '../domain/municipal-file.ts'
import { headerLength, openSealed, plainBytes, sealTo } from './sealed-file.ts'

/** What arrives must not stop what else writes to this disk: so many bytes of it stay free. */
export const freeOnDisk = 1024 * 1024 * 1024

/** Of the plain bytes. */
export type Spooled = { sha256: string; bytes: number }

export type PutOptions = {
  /** Who may open it later; `imports` (the importer alone) unless it is for a clerk's hands. */
  recipient?: FileRecipient
  /** Throws `fileTooLarge` beyond it, and keeps nothing. */
  mostBytes?: number
  /** Bytes of the disk that stay free. Throws `noRoomForFile` before there are fewer, and keeps nothing. */
  leaveFree?: number
  signal?: AbortSignal
}

export type SpoolSink = {
  /** Takes the bytes over and resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>
  /** The file is there, on disk, once this resolves. */
  close(): Promise<Spooled>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}

export type Spool = {
  /** Writes a file whole; a file of that name is replaced by it. On any error nothing is left. */
  put(
    importId: string,
    name: string,
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<Spooled>
  /** For a writer that has its bytes piece by piece, such as a change set. */
  sink(importId: string, name: string, options?: PutOptions): SpoolSink
  /**
   * Opened as often as it has to be read; each opening asks keyd once. Throws `spooledFileMissing`; reading
   * throws what `openSealed` throws.
   */
  source(importId: string, name: string, recipient?: FileRecipient): Promise<FileSource>
  has(importId: string, name: string): Promise<boolean>
  /** Names of one import's files. */
  names(importId: string): Promise<string[]>
  /** Ids that have a folder. */
  imports(): Promise<string[]>
  removeFile(importId: string, name: string): Promise<void>
  remove(importId: string): Promise<void>
}

const READ_AHEAD_BYTES = 1024 * 1024
const LOOK_AT_DISK_EVERY_BYTES = 16 * 1024 * 1024
const DRAFT = '.draft'

/** `folder` is `dataDir/imports`; it is made at the first writing. */
export function openSpool(folder: string, keys: FileKeys): Spool {
  const folderOf = (importId: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(importId)) throw new Error('An import id is a UUID')
    return join(folder, importId)
  }
  const pathOf = (importId: string, name: string): string => {
    if (!/^[a-z][a-zA-Z0-9.-]{0,63}$/.test(name)) throw new Error('A spooled file has a plain name')
    return join(folderOf(importId), `${name}.age`)
  }

  const put: Spool['put'] = async (importId, name, bytes, options = {}) => {
    const path = pathOf(importId, name)
    await mkdir(folderOf(importId), { recursive: true, mode: 0o700 })
    const recipient = await keys.recipient(options.recipient ?? 'imports')
    const { leaveFree } = options
    const within = leaveFree === undefined ? bytes : leavingFree(folder, bytes, leaveFree)
    const counted = counting(within, options)
    try {
      await writeWhole(path, sealTo(recipient, counted.bytes))
    } catch (error) {
      // Of an import that has nothing else, not even an empty folder.
      await rmdir(folderOf(importId)).catch(() => {})
      throw error
    }
    return counted.done()
  }

  return {
    put,
    sink: (importId, name, options) => {
      const through = new PassThrough({ highWaterMark: READ_AHEAD_BYTES })
      const written = put(importId, name, through, options)
      // Whoever writes next hears why; without a listener of its own the stream would end the process.
      through.on('error', () => {})
      written.catch((error) => through.destroy(error))
      return {
        async write(bytes) {
          if (through.destroyed) await written
          if (!through.write(bytes)) await Promise.race([once(through, 'drain'), written])
        },
        async close() {
          through.end()
          return await written
        },
        async abort() {
          through.destroy(new Error('The writer gave up'))
          await written.catch(() => {})
        },
      }
    },
    async source(importId, name, recipient = 'imports') {
      const path = pathOf(importId, name)
      const because = { for: recipient === 'results' ? 'results' : 'import', id: importId } as const
      return {
        name,
        bytes: await plainLength(path),
        open: () =>
          openSealed(createReadStream(path, { highWaterMark: READ_AHEAD_BYTES }), (header) =>
            keys.unwrap(recipient, header, because),
          ),
      }
    },
    has: (importId, name) => exists(pathOf(importId, name)),
    names: async (importId) =>
      (await namesIn(folderOf(importId)))
        .filter((file) => file.endsWith('.age'))
        .map((file) => file.slice(0, -'.age'.length)),
    imports: async () => (await namesIn(folder)).filter((file) => /^[0-9a-f-]{36}$/.test(file)),
    removeFile: (importId, name) => rm(pathOf(importId, name), { force: true }),
    remove: (importId) => rm(folderOf(importId), { recursive: true, force: true }),
  }
}

/** Under another name until it is whole and on disk. */
async function writeWhole(path: string, sealed: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}${DRAFT}`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await writeAll(file, sealed)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function writeAll(file: FileHandle, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let pending: Uint8Array[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    // A disk may take less than it was given; `writev` says how much.
    let rest = Buffer.concat(pending)
    pending = []
    size = 0
    while (rest.length > 0) {
      const { bytesWritten } = await file.write(rest)
      rest = rest.subarray(bytesWritten)
    }
  }
  for await (const piece of bytes) {
    pending.push(piece)
    size += piece.length
    if (size >= READ_AHEAD_BYTES) await flush()
  }
  await flush()
}

async function* leavingFree(
  folder: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let unlooked = LOOK_AT_DISK_EVERY_BYTES
  for await (const chunk of source) {
    unlooked += chunk.length
    if (unlooked >= LOOK_AT_DISK_EVERY_BYTES) {
      unlooked = 0
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < bytes) {
        throw new DomainError('noRoomForFile', 'The disk of the imports is nearly full')
      }
    }
    yield chunk
  }
}

function counting(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { mostBytes = Number.POSITIVE_INFINITY, signal }: PutOptions,
) {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    bytes: (async function* () {
      for await (const chunk of source) {
        signal?.throwIfAborted()
        bytes += chunk.length
        if (bytes > mostBytes) {
          throw new DomainError('fileTooLarge', `The file is longer than ${mostBytes} bytes`)
        }
        hash.update(chunk)
        yield chunk
      }
    })(),
    done: (): Spooled => ({ sha256: hash.digest('hex'), bytes }),
  }
}

async function plainLength(path: string): Promise<number> {
  const file = await open(path, 'r').catch((error) => {
    if (error.code !== 'ENOENT') throw error
    throw new DomainError('spooledFileMissing', 'The spool holds no such file')
  })
  try {
    const beginning = Buffer.alloc(4_096)
    const { bytesRead } = await file.read(beginning, 0, beginning.length, 0)
    const header = headerLength(beginning.subarray(0, bytesRead)) ?? 0
    return plainBytes((await file.stat()).size, header)
  } finally {
    await file.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}
