/** Proves that sealed files are age's own, that no byte can be changed or cut, and that memory stays flat. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DomainError } from '../../domain/errors.ts'
import type { FileKeys } from '../../domain/file-keys.ts'
import {
  headerLength,
  openSealed,
  PIECE_BYTES,
  plainBytes,
  sealedBytes,
  sealTo,
} from '../../files/sealed-file.ts'
import { openSpool } from '../../files/spool.ts'

let identity: string
let recipient: string
let folder: string

beforeAll(async () => {
  identity = await generateX25519Identity()
  recipient = await identityToRecipient(identity)
  folder = await mkdtemp(join(tmpdir(), 'sesshu-spool-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Remembers the headers it has opened: thousands of the broken files below share theirs. */
const fileKeys = new Map<string, Uint8Array>()
const unwrap = async (header: Uint8Array): Promise<Uint8Array> => {
  const name = Buffer.from(header).toString('latin1')
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  const key = fileKeys.get(name) ?? (await decrypter.decryptHeader(header))
  fileKeys.set(name, key)
  return key
}

const keys: FileKeys = { recipient: async () => recipient, unwrap: (_, header) => unwrap(header) }

async function gather(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of bytes) all.push(piece)
  return Buffer.concat(all)
}

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const opened = (sealed: Uint8Array, size = 7_001) =>
  gather(openSealed(chunked(sealed, size), unwrap))
const text = (bytes: number) => Buffer.alloc(bytes, '山田花子,0123456789\r\n')

describe('a sealed file', () => {
  const sizes = [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES]

  it.each(sizes)('of %i bytes is read by the library, and the library’s by us', async (size) => {
    const plain = text(size)
    const ours = await gather(sealTo(recipient, [plain]))
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    expect(Buffer.from(await decrypter.decrypt(ours)).equals(plain)).toBe(true)
    const encrypter = new Encrypter()
    encrypter.addRecipient(recipient)
    const theirs = await encrypter.encrypt(plain)
    expect((await opened(theirs)).equals(plain)).toBe(true)
    const header = headerLength(ours)!
    expect(plainBytes(ours.length, header)).toBe(size)
    expect(sealedBytes(size, header)).toBe(ours.length)
  })

  it('comes back whatever the pieces are in which it travels', async () => {
    const plain = text(2 * PIECE_BYTES + 5)
    const run = fc.asyncProperty(
      fc.integer({ min: 1, max: 200_000 }),
      fc.integer({ min: 1, max: 200_000 }),
      async (writing, reading) => {
        const sealed = await gather(sealTo(recipient, chunked(plain, writing)))
        return (await opened(sealed, reading)).equals(plain)
      },
    )
    await fc.assert(run, { numRuns: 15 })
  })

  it('is refused when any byte is changed, and when it is cut at any byte', async () => {
    const plain = text(60)
    const sealed = await gather(sealTo(recipient, [plain]))
    const wrong: string[] = []
    for (let at = 0; at < sealed.length; at += 1) {
      const flipped = Buffer.from(sealed)
      flipped[at]! ^= 1 << (at % 8)
      if (await isAccepted(flipped)) wrong.push(`flipped ${at}`)
      if (await isAccepted(sealed.subarray(0, at))) wrong.push(`cut ${at}`)
    }
    if (await isAccepted(Buffer.concat([sealed, Buffer.of(0)]))) wrong.push('longer')
    expect(wrong).toEqual([])
  })

  it('says that it was cut where a whole piece is the last that came', async () => {
    const sealed = await gather(sealTo(recipient, [text(3 * PIECE_BYTES)]))
    const start = headerLength(sealed)! + 16
    const cutAfter = sealed.subarray(0, start + PIECE_BYTES + 16)
    await expect(opened(cutAfter)).rejects.toMatchObject({ code: 'sealedFileCut' })
    await expect(opened(cutAfter.subarray(0, -1))).rejects.toMatchObject({
      code: 'sealedFileBroken',
    })
    await expect(opened(sealed.subarray(0, start))).rejects.toMatchObject({ code: 'sealedFileCut' })
    await expect(opened(text(40))).rejects.toMatchObject({ code: 'notSealed' })
    await expect(opened(Buffer.alloc(0))).rejects.toMatchObject({ code: 'notSealed' })
  })

  it('whose header never ends costs no memory', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('age-encryption.org/v1\n-> X25519 ')
      for (;;) yield Buffer.alloc(65_536, 'a')
    }
    await expect(gather(openSealed(endless(), unwrap))).rejects.toMatchObject({
      code: 'sealedFileBroken',
    })
  })
})

async function isAccepted(sealed: Uint8Array): Promise<boolean> {
  try {
    await opened(sealed)
    return true
  } catch {
    return false
  }
}

describe('the spool', () => {
  const importId = '00000000-0000-4000-8000-000000000001'

  it('keeps nothing that can be read, and gives everything back', async () => {
    const spool = openSpool(folder, keys)
    const plain = text(200_000)
    const put = await spool.put(importId, 'upload', chunked(plain, 4_096))
    expect(put.bytes).toBe(plain.length)
    const onDisk = await readFile(join(folder, importId, 'upload.age'))
    expect(onDisk.includes('山田花子')).toBe(false)
    const source = await spool.source(importId, 'upload')
    expect(source.bytes).toBe(plain.length)
    for (let time = 0; time < 2; time += 1) {
      expect((await gather(source.open())).equals(plain)).toBe(true)
    }
    expect(await spool.names(importId)).toEqual(['upload'])
    expect(await spool.imports()).toEqual([importId])
    await spool.remove(importId)
    expect(await spool.has(importId, 'upload')).toBe(false)
    await expect(spool.source(importId, 'upload')).rejects.toBeInstanceOf(DomainError)
  })

  it('leaves nothing behind when the source breaks, is too long, or its writer gives up', async () => {
    const spool = openSpool(folder, keys)
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield text(100_000)
      throw new Error('pulled out')
    }
    await expect(spool.put(importId, 'a', breaking())).rejects.toThrow('pulled out')
    await expect(spool.put(importId, 'b', [text(100)], { mostBytes: 99 })).rejects.toMatchObject({
      code: 'fileTooLarge',
    })
    const noRoom = { leaveFree: Number.MAX_SAFE_INTEGER }
    await expect(spool.put(importId, 'b', [text(100)], noRoom)).rejects.toMatchObject({
      code: 'noRoomForFile',
    })
    const sink = spool.sink(importId, 'c')
    await sink.write(text(5_000_000))
    await sink.abort()
    const small = spool.sink(importId, 'd', { mostBytes: 10 })
    const writing = async () => {
      for (let time = 0; time < 9; time += 1) await small.write(text(2_000_000))
      await small.close()
    }
    await expect(writing()).rejects.toMatchObject({ code: 'fileTooLarge' })
    expect(await readdir(folder)).toEqual([])
  })

  it('takes a change set piece by piece, and keeps the old one until the new one is whole', async () => {
    const spool = openSpool(folder, keys)
    const sink = spool.sink(importId, 'changes')
    for (let piece = 0; piece < 300; piece += 1)
      await sink.write(Buffer.from(`${piece}\n`.repeat(900)))
    const { bytes } = await sink.close()
    const again = spool.sink(importId, 'changes')
    await again.write(Buffer.from('half'))
    await again.abort()
    const source = await spool.source(importId, 'changes')
    expect(source.bytes).toBe(bytes)
    expect((await gather(source.open())).subarray(0, 4).toString()).toBe('0\n0\n')
  })

  it('refuses names and ids that lead elsewhere', async () => {
    const spool = openSpool(folder, keys)
    await expect(spool.put('../etc', 'a', [])).rejects.toThrow('UUID')
    await expect(spool.put(importId, '../a', [])).rejects.toThrow('plain name')
  })

  it('costs less than a second of computing for 30 MB, and no memory', async () => {
    const spool = openSpool(folder, keys)
    const megabyte = text(1024 * 1024)
    const megabytes = 64
    const mbPerSecond = async (work: () => Promise<void>): Promise<number> => {
      const before = process.cpuUsage()
      await work()
      const { user, system } = process.cpuUsage(before)
      return megabytes / ((user + system) / 1e6)
    }
    const writing = await mbPerSecond(async () => {
      await spool.put(
        importId,
        'large',
        Array.from({ length: megabytes }, () => megabyte),
      )
    })
    const rssBefore = process.memoryUsage().rss
    let read = 0
    const reading = await mbPerSecond(async () => {
      const source = await spool.source(importId, 'large')
      for await (const piece of source.open()) read += piece.length
    })
    expect(read).toBe(megabytes * megabyte.length)
    expect(writing).toBeGreaterThan(30)
    expect(reading).toBeGreaterThan(30)
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(48e6)
    if (process.env.SHOW_SPEED) console.log({ writing, reading })
  })
})
