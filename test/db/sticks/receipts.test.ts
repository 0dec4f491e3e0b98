/** Proves that a stick carries one receipt home, the first, whatever is taken off it and whenever we are cut off. */
import { hash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listSticks } from '../../../db/queries/sticks/sticks.ts'
import { toBase64 } from '../../../domain/stick.ts'
import { verifyReceipt } from '../../../files/stick/receipt.ts'
import { attendStick } from '../../../workers/sticks/attend-stick.ts'
import type { StickDeps } from '../../../workers/sticks/deps.ts'
import { town } from '../../support/town.ts'
import { openWatched, type Watched } from '../../support/watched-sticks.ts'

let watched: Watched

beforeAll(async () => {
  watched = await openWatched()
}, 120_000)
afterAll(() => watched?.close())

it('writes the first receipt again to whoever took it off', async () => {
  const { folder, manifest } = await watched.newStick()
  await attendStick(watched.deps, folder)
  await watched.applied(manifest)
  await attendStick(watched.deps, folder)
  const receipt = await verifyReceipt(folder, await watched.systemKey())
  // Plugged in once more, or a copy of it: the same imports, and the first receipt again.
  const later = { ...watched.deps, now: () => watched.deps.now() + 86_400_000 }
  const copy = watched.sticks.folder()
  cpSync(folder, copy, { recursive: true })
  for (const name of ['receipt.sig', 'receipt.json']) rmSync(join(copy, name))
  expect(await attendStick(later, copy)).toEqual({ outcome: 'answered' })
  expect(await watched.importsOf(manifest)).toHaveLength(2)
  for (const name of ['receipt.sig', 'receipt.json', 'receipt.html']) {
    expect(readFileSync(join(copy, name))).toEqual(readFileSync(join(folder, name)))
  }

  // An answer is gone: sealed anew, under a receipt that says of which first one it is.
  const [{ id: undone } = { id: '' }] = await watched.importsOf(manifest)
  await watched.db
    .sql`update import_file set state = 'undone', undone_at = now() where id = ${undone}`
  for (const name of ['receipt.sig', join('results', '1-results.csv.age')]) rmSync(join(copy, name))
  expect(await attendStick(later, copy)).toEqual({ outcome: 'answered' })
  const again = await verifyReceipt(copy, await watched.systemKey())
  const firstSha256 = hash('sha256', readFileSync(join(folder, 'receipt.json')))
  expect(again).toMatchObject({
    issuedAt: receipt.issuedAt,
    files: receipt.files,
    again: { issuedAt: '2021-07-06T03:00:00.000Z', firstSha256 },
  })
  expect(readFileSync(join(copy, 'receipt.html'), 'utf8')).toContain('2021-07-06T03:00:00.000Z')
  expect((await listSticks(watched.api, town))[0]!.receipt).toEqual(receipt)
})

it('keeps the receipt that lay on the stick when the writer was cut off before noting it', async () => {
  const { folder, manifest } = await watched.newStick(1)
  await attendStick(watched.deps, folder)
  await watched.applied(manifest)
  await attendStick(watched.deps, folder)
  const first = await verifyReceipt(folder, await watched.systemKey())
  const of = watched.db.sql`sequence = ${manifest.sequence}`
  await watched.db
    .sql`update stick set state = 'taken', answered_at = null, receipt = null where ${of}`
  expect(await attendStick({ ...watched.deps, now: () => 0 }, folder)).toEqual({
    outcome: 'answered',
  })
  expect(await verifyReceipt(folder, await watched.systemKey())).toEqual(first)
  expect((await listSticks(watched.api, town))[0]!.receipt).toEqual(first)
})

it('tells a receipt of another stick, a changed one and a missing answer', async () => {
  const { folder, manifest } = await watched.newStick(1)
  await attendStick(watched.deps, folder)
  await watched.applied(manifest)
  await attendStick(watched.deps, folder)
  const key = await watched.systemKey()
  await verifyReceipt(folder, key)
  const wrong = expect.objectContaining({ code: 'stickReceiptWrong' })
  await expect(verifyReceipt(folder, toBase64(watched.sticks.key.publicKey))).rejects.toEqual(wrong)
  const other = await watched.newStick(1)
  for (const name of ['receipt.json', 'receipt.sig']) {
    cpSync(join(folder, name), join(other.folder, name))
  }
  await expect(verifyReceipt(other.folder, key)).rejects.toEqual(wrong)
  const path = join(folder, 'receipt.json')
  const whole = readFileSync(path)
  for (let at = 0; at < whole.length; at += 97) {
    const broken = Buffer.from(whole)
    broken[at]! ^= 1
    writeFileSync(path, broken)
    await expect(verifyReceipt(folder, key)).rejects.toEqual(wrong)
  }
  writeFileSync(path, whole)
  appendFileSync(join(folder, 'results', '1-results.csv.age'), 'x')
  await expect(verifyReceipt(folder, key)).rejects.toEqual(wrong)
})

it('writes the receipt anew when a stick was pulled out while it was written', async () => {
  const { folder, manifest } = await watched.newStick()
  await attendStick(watched.deps, folder)
  await watched.applied(manifest)
  const torn: StickDeps = {
    ...watched.deps,
    returnsOf: () => [
      {
        name: 'vaccination-register.csv',
        bytes: (async function* () {
          yield Buffer.from('half')
          throw Object.assign(new Error('gone'), { code: 'EIO' })
        })(),
      },
    ],
  }
  expect(await attendStick(torn, folder)).toEqual({ outcome: 'gone' })
  expect((await listSticks(watched.api, town))[0]).toMatchObject({
    state: 'taken',
    pulledOut: 'writing',
  })
  expect(existsSync(join(folder, 'receipt.json'))).toBe(false)
  expect(readdirSync(join(folder, 'results')).some((name) => name.endsWith('.part'))).toBe(false)
  // What the cable itself cut off could not be taken away any more.
  const drafts = ['receipt.json.0a1b2c3d.part', join('results', '2-overdue.csv.age.4e5f6a7b.part')]
  for (const draft of drafts) writeFileSync(join(folder, draft), 'half')
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'answered' })
  expect(drafts.filter((draft) => existsSync(join(folder, draft)))).toEqual([])
  await verifyReceipt(folder, await watched.systemKey())
})

it.skipIf(process.getuid?.() === 0)('says so when nothing can be written on it', async () => {
  const { folder, manifest } = await watched.newStick()
  await attendStick(watched.deps, folder)
  await watched.applied(manifest)
  chmodSync(folder, 0o500)
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'notWritable' })
  chmodSync(folder, 0o700)
})
