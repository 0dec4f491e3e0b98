/** Proves that only keyd opens sealed files, for the clients that may, and that it writes each one down. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keydClients } from '../../../domain/purpose-fields.ts'
import { headerLength, openSealed, sealTo } from '../../../files/sealed-file.ts'
import { openSpool } from '../../../files/spool.ts'
import { readKeydLog } from '../../../keyd/keyd-log.ts'
import { freshDatabase, type TestDatabase } from '../../support/db.ts'
import { startTestKeyd, type TestKeyd } from '../../support/keyd.ts'

const importId = '00000000-0000-4000-8000-0000000000aa'
let database: TestDatabase
let keyd: TestKeyd
let folder: string

beforeAll(async () => {
  database = await freshDatabase()
  keyd = await startTestKeyd(database)
  folder = await mkdtemp(join(tmpdir(), 'sesshu-spool-'))
})

afterAll(async () => {
  await keyd?.stop()
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

async function gather(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const piece of bytes) all.push(piece)
  return Buffer.concat(all).toString('utf8')
}

const read = async (client: 'import' | 'api', name: string, recipient: 'imports' | 'results') => {
  const spool = openSpool(folder, keyd.fileKeys(client))
  return await gather((await spool.source(importId, name, recipient)).open())
}

it('lets pages put a file that the importer alone can open, and hand out only results', async () => {
  const pages = openSpool(folder, keyd.fileKeys('api'))
  await pages.put(importId, 'upload', [Buffer.from('山田花子')])
  expect(await read('import', 'upload', 'imports')).toBe('山田花子')
  await expect(read('api', 'upload', 'imports')).rejects.toMatchObject({ code: 'keydNotAllowed' })
  await expect(read('api', 'upload', 'results')).rejects.toMatchObject({ code: 'notSealedForUs' })
  const importer = openSpool(folder, keyd.fileKeys('import'))
  await importer.put(importId, 'results', [Buffer.from('済')], { recipient: 'results' })
  expect(await read('api', 'results', 'results')).toBe('済')
})

it('opens for no other client', async () => {
  const sealed = await gatherBytes(sealTo(await keyd.fileKeys().recipient('imports'), []))
  const header = sealed.subarray(0, headerLength(sealed))
  const may: string[] = []
  for (const client of keydClients) {
    const asked = keyd.fileKeys(client).unwrap('imports', header, { for: 'stick', id: 'x' })
    await asked.then(
      () => may.push(client),
      (error) => expect(error.code).toBe('keydNotAllowed'),
    )
  }
  expect(may).toEqual(['import'])
})

it('writes into its log which file was opened, for whom and why, and what was refused', async () => {
  await read('import', 'upload', 'imports')
  const file = await readFile(join(folder, importId, 'upload.age'))
  const digest = createHash('sha256')
    .update(file.subarray(0, headerLength(file)))
    .digest('hex')
  const { lines } = readKeydLog(join(keyd.folder, 'log'))
  const opened = lines.findLast((line) => line.op === 'unwrapFile')
  expect(opened).toMatchObject({
    client: 'import',
    recipient: 'imports',
    file: digest,
    because: 'import',
    of: importId,
  })
  const stranger = await identityToRecipient(await generateX25519Identity())
  const foreign = sealTo(stranger, [Buffer.from('x')])
  const keys = keyd.fileKeys()
  const opening = openSealed(foreign, (header) =>
    keys.unwrap('imports', header, { for: 'stick', id: 'foreign' }),
  )
  await expect(gather(opening)).rejects.toMatchObject({ code: 'notSealedForUs' })
  const refused = readKeydLog(join(keyd.folder, 'log')).lines.at(-1)
  expect(refused).toMatchObject({ op: 'unwrapFile', of: 'foreign', refused: 'notSealedForUs' })
})

it('finds the same identity after a new start, and nowhere outside keyd’s folder', async () => {
  const before = await keyd.fileKeys().recipient('imports')
  await keyd.restart()
  expect(await keyd.fileKeys().recipient('imports')).toBe(before)
  expect(await read('import', 'upload', 'imports')).toBe('山田花子')
  expect((await readdir(join(keyd.folder, 'files'))).sort()).toEqual(['imports.key', 'results.key'])
})

it('a lost stick or spool says nothing to whoever has no keyd', async () => {
  const keys = keyd.fileKeys()
  await keys.recipient('imports')
  const spool = openSpool(folder, keys)
  await keyd.end()
  const source = await spool.source(importId, 'upload')
  await expect(gather(source.open())).rejects.toMatchObject({ code: 'keydAway' })
  await keyd.start()
})

async function gatherBytes(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of bytes) all.push(piece)
  return Buffer.concat(all)
}
