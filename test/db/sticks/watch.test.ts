/**
 * Proves that a right stick imports itself up to the review and carries its receipt home, whatever happens to
 * the cable; that a wrong one says why; and that a lost one says nothing to anybody.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Decrypter } from 'age-encryption'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  confirmStickKey,
  listStickKeys,
  registerStickKey,
  revokeStickKey,
} from '../../../db/queries/sticks/keys.ts'
import { listRefusals } from '../../../db/queries/sticks/refusals.ts'
import { listSticks } from '../../../db/queries/sticks/sticks.ts'
import {
  manifestName,
  manifestText,
  sealedName,
  signatureName,
  signatureText,
  toBase64,
} from '../../../domain/stick.ts'
import { makeTownKey, signManifest } from '../../../files/stick/portable/town-key.ts'
import { verifyReceipt } from '../../../files/stick/receipt.ts'
import { attendStick } from '../../../workers/sticks/attend-stick.ts'
import { checkStick } from '../../../workers/sticks/check-stick.ts'
import type { StickDeps } from '../../../workers/sticks/deps.ts'
import { watchSticks } from '../../../workers/sticks/watch.ts'
import { register, sourceOf } from '../../support/sticks.ts'
import { otherTown, town } from '../../support/town.ts'
import { openWatched, type Watched } from '../../support/watched-sticks.ts'

let watched: Watched

beforeAll(async () => {
  watched = await openWatched()
}, 120_000)
afterAll(() => watched?.close())

it('brings a right stick up to the review by itself, and its receipt when it is applied', async () => {
  const { folder, manifest } = await watched.newStick()
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'waiting' })
  const imports = await watched.importsOf(manifest)
  expect(imports).toMatchObject([
    { state: 'received', by: 'stick' },
    { state: 'received', by: 'stick' },
  ])
  const source = await watched.spool.source(imports[0]!.id, 'file')
  const pieces: Uint8Array[] = []
  for await (const piece of source.open()) pieces.push(piece)
  expect(Buffer.concat(pieces).toString()).toContain('見本 花子')
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'waiting' })
  await expect(verifyReceipt(folder, await watched.systemKey())).rejects.toMatchObject({
    code: 'stickReceiptMissing',
  })

  await watched.applied(manifest)
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'answered' })
  const receipt = await verifyReceipt(folder, await watched.systemKey())
  expect(receipt).toMatchObject({
    sequence: manifest.sequence,
    files: [{ state: 'applied', rows: 3, new: 2, same: 1, applied: 2 }, { state: 'applied' }],
    answers: [
      { name: '1-results.csv.age' },
      { name: '2-results.csv.age' },
      { name: 'vaccination-register.csv.age' },
    ],
  })
  expect(readFileSync(join(folder, 'receipt.html'), 'utf8')).toContain('消してかまいません')
  const decrypter = new Decrypter()
  decrypter.addIdentity(watched.sticks.key.identity)
  const sealed = readFileSync(join(folder, 'results', 'vaccination-register.csv.age'))
  expect(await decrypter.decrypt(sealed, 'text')).toBe('台帳,見本 花子\r\n')
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    if (name === 'results') continue
    expect(readFileSync(join(folder, name)).includes('見本')).toBe(false)
  }
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'answered' })
})

it('waits, and says so, while our own disk has no room, and goes on by itself', async () => {
  const { folder, manifest } = await watched.newStick()
  const full: StickDeps = { ...watched.deps, leaveFree: Number.MAX_SAFE_INTEGER }
  expect(await attendStick(full, folder)).toEqual({ outcome: 'noRoom' })
  const told = async () => (await listSticks(watched.api, town))[0]
  expect(await told()).toMatchObject({ state: 'taking', trouble: 'noRoomForFile' })
  expect(await watched.importsOf(manifest)).toEqual([])
  expect(await attendStick(full, folder)).toEqual({ outcome: 'noRoom' })

  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'waiting' })
  expect(await told()).toMatchObject({ state: 'taken', trouble: null })
  expect(await watched.importsOf(manifest)).toHaveLength(2)
})

it('loses nothing and applies nothing when a stick is pulled out while it is read', async () => {
  const { folder, manifest } = await watched.newStick()
  const drawer = `${folder}-drawer`
  // Out after the first file, in the middle of the second.
  let unwraps = 0
  const cable: StickDeps = {
    ...watched.deps,
    fileKeys: {
      ...watched.deps.fileKeys,
      unwrap: async (...asked) => {
        unwraps += 1
        const key = await watched.deps.fileKeys.unwrap(...asked)
        if (unwraps === 2) throw Object.assign(new Error('no such device'), { code: 'ENODEV' })
        return key
      },
    },
  }
  expect(await attendStick(cable, folder)).toEqual({ outcome: 'gone' })
  renameSync(folder, drawer)
  expect(
    await watched.db.sql`select from import_file where sequence = ${manifest.sequence}`,
  ).toHaveLength(0)
  const [shown] = await listSticks(watched.api, town)
  expect(shown).toMatchObject({ state: 'taking', pulledOut: 'reading' })

  renameSync(drawer, folder)
  unwraps = 10
  expect(await attendStick(cable, folder)).toEqual({ outcome: 'waiting' })
  // The first file lay in the watched.spool already.
  expect(unwraps).toBe(11)
  expect(await watched.importsOf(manifest)).toHaveLength(2)
  expect((await listSticks(watched.api, town))[0]).toMatchObject({
    state: 'taken',
    pulledOut: null,
  })
})

it('refuses a broken file for good, uses no number for it, and says why on the stick', async () => {
  const { folder, manifest } = await watched.newStick()
  const path = join(folder, sealedName(1))
  const broken = readFileSync(path)
  broken[broken.length - 40]! ^= 1
  writeFileSync(path, broken)
  const spooledBefore = await watched.spool.imports()
  expect(await attendStick(watched.deps, folder)).toEqual({
    outcome: 'refused',
    code: 'stickFileBroken',
  })
  expect(await watched.spool.imports()).toEqual(spooledBefore)
  expect(readFileSync(join(folder, 'not-read.html'), 'utf8')).toContain('異動1.csv')
  const [refusal] = await listRefusals(watched.api, town)
  expect(refusal).toMatchObject({
    code: 'stickFileBroken',
    claimedTown: town,
    fileName: '異動1.csv',
  })
  expect(await listRefusals(watched.api, otherTown)).toEqual([])
  // The town packs it again under the same number.
  watched.sequence = manifest.sequence - 1
  const again = await watched.newStick()
  expect(await attendStick(watched.deps, again.folder)).toEqual({ outcome: 'waiting' })
})

it('says that a stick is too old when a newer one was applied while it was away', async () => {
  const { folder, manifest } = await watched.newStick()
  const torn: StickDeps = {
    ...watched.deps,
    fileKeys: {
      ...watched.deps.fileKeys,
      unwrap: async () => {
        throw Object.assign(new Error('no such device'), { code: 'ENODEV' })
      },
    },
  }
  expect(await attendStick(torn, folder)).toEqual({ outcome: 'gone' })
  const newer = await watched.newStick(1)
  await attendStick(watched.deps, newer.folder)
  await watched.applied(newer.manifest)
  const spooledBefore = await watched.spool.imports()

  expect(await attendStick(watched.deps, folder)).toEqual({
    outcome: 'refused',
    code: 'stickSequenceOld',
  })
  expect(await attendStick(watched.deps, folder)).toEqual({
    outcome: 'refused',
    code: 'stickSequenceOld',
  })
  expect(readFileSync(join(folder, 'not-read.html'), 'utf8')).toContain('古い通し番号')
  expect((await listRefusals(watched.api, town))[0]).toMatchObject({
    code: 'stickSequenceOld',
    sequence: manifest.sequence,
  })
  expect(await watched.spool.imports()).toEqual(spooledBefore)
  const shown = await listSticks(watched.api, town)
  expect(shown.map((stick) => stick.sequence)).not.toContain(manifest.sequence)
})

it('checks a stick to its end without a town’s key, keeps nothing and uses no number', async () => {
  const { folder, manifest } = await watched.newStick()
  const spooledBefore = await watched.spool.imports()
  expect(await checkStick(watched.deps, folder)).toMatchObject({
    ...{ municipalityCode: town, sequence: manifest.sequence, isTaken: false },
    files: manifest.files,
  })
  expect(await watched.spool.imports()).toEqual(spooledBefore)
  expect(await listSticks(watched.api, town)).not.toContainEqual(
    expect.objectContaining({ sequence: manifest.sequence }),
  )
  const broken = watched.sticks.folder()
  cpSync(folder, broken, { recursive: true })
  const bytes = readFileSync(join(broken, sealedName(1)))
  bytes[bytes.length - 40]! ^= 1
  writeFileSync(join(broken, sealedName(1)), bytes)
  await expect(checkStick(watched.deps, broken)).rejects.toMatchObject({ code: 'stickFileBroken' })
  await attendStick(watched.deps, folder)
  expect(await checkStick(watched.deps, folder)).toMatchObject({ isTaken: true })
})

it('refuses lower and repeated numbers of another stick', async () => {
  const used = await watched.newStick()
  await attendStick(watched.deps, used.folder)
  const refusals: unknown[] = []
  for (const one of [watched.sequence, watched.sequence - 1]) {
    const files = [{ source: register, mode: 'full' as const }]
    const { folder } = await watched.sticks.pack({ sequence: one, files })
    refusals.push(await attendStick(watched.deps, folder))
  }
  expect(refusals).toEqual([
    { outcome: 'refused', code: 'stickSequenceUsed' },
    { outcome: 'refused', code: 'stickSequenceOld' },
  ])
})

it('shows the code of a key that nobody registered, and takes the stick once two people agreed', async () => {
  const key = await makeTownKey(town)
  watched.sequence += 1
  const { folder } = await watched.sticks.pack({
    key,
    sequence: watched.sequence,
    files: [{ source: sourceOf('死亡.csv', 'x,1\r\n'), mode: 'difference' }],
  })
  expect(await attendStick(watched.deps, folder)).toMatchObject({ code: 'stickSignerUnknown' })
  const shown = (await listRefusals(watched.api, town)).find(
    ({ code }) => code === 'stickSignerUnknown',
  )!
  expect(shown.publicKey).toBe(toBase64(key.publicKey))
  const asked = { municipalityCode: town, publicKey: shown.publicKey!, by: watched.staff.clerk }
  const id = await registerStickKey(watched.api, {
    ...asked,
    by: watched.staff.municipalAdministrator,
  })
  await expect(registerStickKey(watched.api, asked)).rejects.toMatchObject({
    code: 'stickKeyTaken',
  })
  expect(await attendStick(watched.deps, folder)).toMatchObject({ code: 'stickSignerUnconfirmed' })
  const saying = { municipalityCode: town, id, code: shown.keyCode! }
  await expect(
    confirmStickKey(watched.api, { ...saying, by: watched.staff.municipalAdministrator }),
  ).rejects.toMatchObject({ code: 'stickKeySamePerson' })
  await expect(
    confirmStickKey(watched.api, {
      ...saying,
      by: watched.staff.secondAdministrator,
      code: '0000-0000-0000-0000',
    }),
  ).rejects.toMatchObject({ code: 'stickCodeDiffers' })
  // The database itself refuses the same person.
  await expect(
    watched.db
      .sql`update stick_key set confirmed_by = registered_by, confirmed_at = now() where id = ${id}`,
  ).rejects.toMatchObject({ code: '23514' })
  const typed = shown.keyCode!.toLowerCase().replaceAll('-', ' ')
  expect(
    await confirmStickKey(watched.api, {
      ...saying,
      by: watched.staff.secondAdministrator,
      code: typed,
    }),
  ).toBe(true)
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'waiting' })
  expect(await listRefusals(watched.api, town)).not.toContainEqual(
    expect.objectContaining({ publicKey: shown.publicKey }),
  )
  expect(existsSync(join(folder, 'not-read.html'))).toBe(true)

  await revokeStickKey(watched.api, {
    municipalityCode: town,
    id,
    by: watched.staff.municipalAdministrator,
  })
  watched.sequence += 1
  const later = await watched.sticks.pack({ key, sequence: watched.sequence })
  expect(await attendStick(watched.deps, later.folder)).toMatchObject({
    code: 'stickSignerRevoked',
  })
})

it('a town’s stick is no other town’s business', async () => {
  expect(await listSticks(watched.api, otherTown)).toEqual([])
  expect(await listStickKeys(watched.api, otherTown)).toEqual([])
  const key = await makeTownKey(otherTown)
  // Known here as a key of the first town, and signing for the second.
  const { folder } = await watched.sticks.pack({
    key: { ...watched.sticks.key, municipalityCode: otherTown },
  })
  expect(await attendStick(watched.deps, folder)).toMatchObject({ code: 'stickOfAnotherTown' })
  const foreign = await watched.sticks.pack({ key })
  expect(await attendStick(watched.deps, foreign.folder)).toMatchObject({
    code: 'stickSignerUnknown',
  })
})

it('the watcher finds watched.sticks under a mount point, waits until they are written, and looks again', async () => {
  const mounts = mkdtempSync(join(watched.root, 'media-'))
  const watch = watchSticks(watched.deps, [mounts], { settledAfterMs: 40, lookAgainAfterMs: 60 })
  await watch.round()
  const { folder, manifest } = await watched.newStick(1)
  const plugged = join(mounts, 'USB')
  cpSync(folder, plugged, { recursive: true })
  await watch.round()
  expect(await watched.importsOf(manifest)).toHaveLength(0)
  await new Promise((resolve) => setTimeout(resolve, 80))
  await watch.round()
  expect(await watched.importsOf(manifest)).toHaveLength(1)
  await watched.applied(manifest)
  await watch.round()
  await verifyReceipt(plugged, await watched.systemKey())
  rmSync(plugged, { recursive: true })
  await watch.round()
})

it('a stick whose counts are wrong is read once, and not again before it is another one', async () => {
  const mounts = mkdtempSync(join(watched.root, 'media-'))
  const { folder, manifest } = await watched.newStick(1)
  const plugged = join(mounts, 'USB')
  cpSync(folder, plugged, { recursive: true })
  const files = manifest.files.map((file) => ({ ...file, controlSums: { digits: 1 } }))
  const bytes = Buffer.from(manifestText({ ...manifest, files }))
  writeFileSync(join(plugged, manifestName), bytes)
  const signed = signatureText(signManifest(watched.sticks.key, bytes))
  writeFileSync(join(plugged, signatureName), signed)
  let opened = 0
  const fileKeys: StickDeps['fileKeys'] = {
    ...watched.deps.fileKeys,
    unwrap: (...asked) => {
      opened += 1
      return watched.deps.fileKeys.unwrap(...asked)
    },
  }
  const settle = { settledAfterMs: 0, lookAgainAfterMs: 0 }
  const watch = watchSticks({ ...watched.deps, fileKeys }, [mounts], settle)
  for (let rounds = 0; rounds < 3; rounds += 1) await watch.round()
  expect(opened).toBe(1)
  expect(await watched.importsOf(manifest)).toHaveLength(0)
  rmSync(plugged, { recursive: true })
})

it('a lost stick says nothing to whoever has no keyd', async () => {
  const { folder, manifest } = await watched.newStick()
  await watched.db.keyd.end()
  await expect(attendStick(watched.deps, folder)).rejects.toMatchObject({ code: 'keydAway' })
  expect(
    await watched.db.sql`select from stick_file s join stick k on k.id = s.stick_id
                       where k.sequence = ${manifest.sequence} and s.import_id is not null`,
  ).toHaveLength(0)
  await watched.db.keyd.start()
  expect(await attendStick(watched.deps, folder)).toEqual({ outcome: 'waiting' })
})
