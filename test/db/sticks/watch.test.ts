/**
 * Proves that a right stick imports itself up to the review and carries its receipt home, whatever happens to
 * the cable; that a wrong one says why; and that a lost one says nothing to anybody.
 */
import { hash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter } from 'age-encryption'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type Sql } from '../../../db/client.ts'
import {
  confirmStickKey,
  listStickKeys,
  registerStickKey,
  revokeStickKey,
} from '../../../db/queries/sticks/keys.ts'
import { listRefusals } from '../../../db/queries/sticks/refusals.ts'
import { listSticks } from '../../../db/queries/sticks/sticks.ts'
import { type StickManifest, sealedName, toBase64 } from '../../../domain/stick.ts'
import { openSpool, type Spool } from '../../../files/spool.ts'
import { makeTownKey } from '../../../files/stick/portable/town-key.ts'
import { verifyReceipt } from '../../../files/stick/receipt.ts'
import { receiptSigner } from '../../../vault/file-keys.ts'
import { attendStick } from '../../../workers/sticks/attend-stick.ts'
import type { StickDeps } from '../../../workers/sticks/deps.ts'
import { watchSticks } from '../../../workers/sticks/watch.ts'
import { type Staff, seedStaff } from '../../support/credentials.ts'
import { type SealedDatabase, sealedDatabase } from '../../support/sealed.ts'
import { register, type Sticks, sourceOf, startSticks, stickToday } from '../../support/sticks.ts'
import { otherTown, seedTowns, town } from '../../support/town.ts'

let db: SealedDatabase
let staff: Record<Staff, string>
let sticks: Sticks
let sql: Sql
let api: Sql
let spool: Spool
let deps: StickDeps
let root: string
let sequence = 0

beforeAll(async () => {
  db = await sealedDatabase()
  await seedTowns(db.sql)
  staff = await seedStaff(db.sql)
  root = mkdtempSync(join(tmpdir(), 'sesshu-watched-'))
  sql = connect(db.urls.sesshu_import, { name: 'test-sticks', max: 2 })
  api = connect(db.urls.sesshu_api, { name: 'test-sticks-api', max: 2 })
  const fileKeys = db.keyd.fileKeys('import')
  sticks = await startSticks({ recipient: await fileKeys.recipient('imports') })
  spool = openSpool(join(root, 'imports'), fileKeys)
  deps = {
    sql,
    spool,
    fileKeys,
    sign: receiptSigner(db.keyd.link('import')),
    today: () => stickToday,
    now: () => Date.parse('2021-07-05T03:00:00Z'),
    returnsOf: () => [{ name: 'vaccination-register.csv', bytes: textOf('台帳,見本 花子\r\n') }],
    log: pino({ level: 'silent' }),
  }
  const publicKey = toBase64(sticks.key.publicKey)
  const id = await registerStickKey(api, {
    municipalityCode: town,
    publicKey,
    by: staff.municipalAdministrator,
  })
  const code = (await listStickKeys(api, town))[0]!.code
  await confirmStickKey(api, { municipalityCode: town, id, by: staff.secondAdministrator, code })
}, 120_000)

afterAll(async () => {
  await sql?.end({ timeout: 1 })
  await api?.end({ timeout: 1 })
  await db?.drop()
  sticks?.remove()
  rmSync(root, { recursive: true, force: true })
})

async function* textOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'utf8')
}

/** A stick of the town with files of its own, so that no two tests bring the same bytes. */
async function newStick(files = 2): Promise<{ folder: string; manifest: StickManifest }> {
  sequence += 1
  return await sticks.pack({
    sequence,
    files: Array.from({ length: files }, (_, at) => ({
      source: sourceOf(
        `異動${at}.csv`,
        `番号,氏名\r\n${sequence}-${at},見本 花子\r\n`.repeat(20_000),
      ),
      mode: 'difference' as const,
    })),
  })
}

const importsOf = (manifest: StickManifest) => db.sql<{ id: string; state: string; by: string }[]>`
  select f.id, f.state, f.received_by as by from import_file f
    join stick_file s on s.import_id = f.id join stick k on k.id = s.stick_id
   where k.sequence = ${manifest.sequence} order by s.position`

/** What the importer would have done by now. */
async function applied(manifest: StickManifest): Promise<void> {
  for (const { id } of await importsOf(manifest)) {
    await spool.put(id, 'results.csv', textOf(`結果 ${id}`), { recipient: 'results' })
    await db.sql`update import_file set state = 'applied', applied_at = now(), rows_read = 3, rows_new = 2,
                        rows_same = 1, rows_applied = 2 where id = ${id}`
    await db.sql`update import_run set results_for = 'applied' where import_id = ${id}`
  }
}

const systemKey = async () => {
  const { publicKey } = await deps.sign('0'.repeat(64))
  return toBase64(publicKey)
}

it('brings a right stick up to the review by itself, and its receipt when it is applied', async () => {
  const { folder, manifest } = await newStick()
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'waiting' })
  const imports = await importsOf(manifest)
  expect(imports).toMatchObject([
    { state: 'received', by: 'stick' },
    { state: 'received', by: 'stick' },
  ])
  const source = await spool.source(imports[0]!.id, 'file')
  const pieces: Uint8Array[] = []
  for await (const piece of source.open()) pieces.push(piece)
  expect(Buffer.concat(pieces).toString()).toContain('見本 花子')
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'waiting' })
  await expect(verifyReceipt(folder, await systemKey())).rejects.toMatchObject({
    code: 'stickReceiptMissing',
  })

  await applied(manifest)
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'answered' })
  const receipt = await verifyReceipt(folder, await systemKey())
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
  decrypter.addIdentity(sticks.key.identity)
  const sealed = readFileSync(join(folder, 'results', 'vaccination-register.csv.age'))
  expect(await decrypter.decrypt(sealed, 'text')).toBe('台帳,見本 花子\r\n')
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    if (name === 'results') continue
    expect(readFileSync(join(folder, name)).includes('見本')).toBe(false)
  }
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'answered' })

  // Plugged in once more, or a copy of it: the same imports, and the first receipt again.
  const later = { ...deps, now: () => deps.now() + 86_400_000 }
  const copy = sticks.folder()
  cpSync(folder, copy, { recursive: true })
  for (const name of ['receipt.sig', 'receipt.json']) rmSync(join(copy, name))
  expect(await attendStick(later, copy)).toEqual({ outcome: 'answered' })
  expect(await importsOf(manifest)).toHaveLength(2)
  for (const name of ['receipt.sig', 'receipt.json', 'receipt.html']) {
    expect(readFileSync(join(copy, name))).toEqual(readFileSync(join(folder, name)))
  }

  // An answer is gone: sealed anew, under a receipt that says of which first one it is.
  const [{ id: undone } = { id: '' }] = await importsOf(manifest)
  await db.sql`update import_file set state = 'undone', undone_at = now() where id = ${undone}`
  for (const name of ['receipt.sig', join('results', '1-results.csv.age')]) rmSync(join(copy, name))
  expect(await attendStick(later, copy)).toEqual({ outcome: 'answered' })
  const again = await verifyReceipt(copy, await systemKey())
  const firstSha256 = hash('sha256', readFileSync(join(folder, 'receipt.json')))
  expect(again).toMatchObject({
    issuedAt: receipt.issuedAt,
    files: receipt.files,
    again: { issuedAt: '2021-07-06T03:00:00.000Z', firstSha256 },
  })
  expect(readFileSync(join(copy, 'receipt.html'), 'utf8')).toContain('2021-07-06T03:00:00.000Z')
  expect((await listSticks(api, town))[0]!.receipt).toEqual(receipt)
})

it('keeps the receipt that lay on the stick when the writer was cut off before noting it', async () => {
  const { folder, manifest } = await newStick(1)
  await attendStick(deps, folder)
  await applied(manifest)
  await attendStick(deps, folder)
  const first = await verifyReceipt(folder, await systemKey())
  const of = db.sql`sequence = ${manifest.sequence}`
  await db.sql`update stick set state = 'taken', answered_at = null, receipt = null where ${of}`
  expect(await attendStick({ ...deps, now: () => 0 }, folder)).toEqual({ outcome: 'answered' })
  expect(await verifyReceipt(folder, await systemKey())).toEqual(first)
  expect((await listSticks(api, town))[0]!.receipt).toEqual(first)
})

it('tells a receipt of another stick, a changed one and a missing answer', async () => {
  const { folder, manifest } = await newStick(1)
  await attendStick(deps, folder)
  await applied(manifest)
  await attendStick(deps, folder)
  const key = await systemKey()
  await verifyReceipt(folder, key)
  const wrong = expect.objectContaining({ code: 'stickReceiptWrong' })
  await expect(verifyReceipt(folder, toBase64(sticks.key.publicKey))).rejects.toEqual(wrong)
  const other = await newStick(1)
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

it('loses nothing and applies nothing when a stick is pulled out while it is read', async () => {
  const { folder, manifest } = await newStick()
  const drawer = `${folder}-drawer`
  // Out after the first file, in the middle of the second.
  let unwraps = 0
  const cable: StickDeps = {
    ...deps,
    fileKeys: {
      ...deps.fileKeys,
      unwrap: async (...asked) => {
        unwraps += 1
        const key = await deps.fileKeys.unwrap(...asked)
        if (unwraps === 2) throw Object.assign(new Error('no such device'), { code: 'ENODEV' })
        return key
      },
    },
  }
  expect(await attendStick(cable, folder)).toEqual({ outcome: 'gone' })
  renameSync(folder, drawer)
  expect(await db.sql`select from import_file where sequence = ${manifest.sequence}`).toHaveLength(
    0,
  )
  const [shown] = await listSticks(api, town)
  expect(shown).toMatchObject({ state: 'taking', pulledOut: 'reading' })

  renameSync(drawer, folder)
  unwraps = 10
  expect(await attendStick(cable, folder)).toEqual({ outcome: 'waiting' })
  // The first file lay in the spool already.
  expect(unwraps).toBe(11)
  expect(await importsOf(manifest)).toHaveLength(2)
  expect((await listSticks(api, town))[0]).toMatchObject({ state: 'taken', pulledOut: null })
})

it('writes the receipt anew when a stick was pulled out while it was written', async () => {
  const { folder, manifest } = await newStick()
  await attendStick(deps, folder)
  await applied(manifest)
  const torn: StickDeps = {
    ...deps,
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
  expect((await listSticks(api, town))[0]).toMatchObject({ state: 'taken', pulledOut: 'writing' })
  expect(existsSync(join(folder, 'receipt.json'))).toBe(false)
  expect(readdirSync(join(folder, 'results')).some((name) => name.endsWith('.part'))).toBe(false)
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'answered' })
  await verifyReceipt(folder, await systemKey())
})

it.skipIf(process.getuid?.() === 0)('says so when nothing can be written on it', async () => {
  const { folder, manifest } = await newStick()
  await attendStick(deps, folder)
  await applied(manifest)
  chmodSync(folder, 0o500)
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'notWritable' })
  chmodSync(folder, 0o700)
})

it('refuses a broken file for good, uses no number for it, and says why on the stick', async () => {
  const { folder, manifest } = await newStick()
  const path = join(folder, sealedName(1))
  const broken = readFileSync(path)
  broken[broken.length - 40]! ^= 1
  writeFileSync(path, broken)
  const spooledBefore = await spool.imports()
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'refused', code: 'stickFileBroken' })
  expect(await spool.imports()).toEqual(spooledBefore)
  expect(readFileSync(join(folder, 'not-read.html'), 'utf8')).toContain('異動1.csv')
  const [refusal] = await listRefusals(api, town)
  expect(refusal).toMatchObject({
    code: 'stickFileBroken',
    claimedTown: town,
    fileName: '異動1.csv',
  })
  expect(await listRefusals(api, otherTown)).toEqual([])
  // The town packs it again under the same number.
  sequence = manifest.sequence - 1
  const again = await newStick()
  expect(await attendStick(deps, again.folder)).toEqual({ outcome: 'waiting' })
})

it('says that a stick is too old when a newer one was applied while it was away', async () => {
  const { folder, manifest } = await newStick()
  const torn: StickDeps = {
    ...deps,
    fileKeys: {
      ...deps.fileKeys,
      unwrap: async () => {
        throw Object.assign(new Error('no such device'), { code: 'ENODEV' })
      },
    },
  }
  expect(await attendStick(torn, folder)).toEqual({ outcome: 'gone' })
  const newer = await newStick(1)
  await attendStick(deps, newer.folder)
  await applied(newer.manifest)
  const spooledBefore = await spool.imports()

  expect(await attendStick(deps, folder)).toEqual({ outcome: 'refused', code: 'stickSequenceOld' })
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'refused', code: 'stickSequenceOld' })
  expect(readFileSync(join(folder, 'not-read.html'), 'utf8')).toContain('古い通し番号')
  expect((await listRefusals(api, town))[0]).toMatchObject({
    code: 'stickSequenceOld',
    sequence: manifest.sequence,
  })
  expect(await spool.imports()).toEqual(spooledBefore)
  const shown = await listSticks(api, town)
  expect(shown.map((stick) => stick.sequence)).not.toContain(manifest.sequence)
})

it('refuses lower and repeated numbers of another stick', async () => {
  const used = await newStick()
  await attendStick(deps, used.folder)
  const refusals: unknown[] = []
  for (const one of [sequence, sequence - 1]) {
    const files = [{ source: register, mode: 'full' as const }]
    const { folder } = await sticks.pack({ sequence: one, files })
    refusals.push(await attendStick(deps, folder))
  }
  expect(refusals).toEqual([
    { outcome: 'refused', code: 'stickSequenceUsed' },
    { outcome: 'refused', code: 'stickSequenceOld' },
  ])
})

it('shows the code of a key that nobody registered, and takes the stick once two people agreed', async () => {
  const key = await makeTownKey(town)
  sequence += 1
  const { folder } = await sticks.pack({
    key,
    sequence,
    files: [{ source: sourceOf('死亡.csv', 'x,1\r\n'), mode: 'difference' }],
  })
  expect(await attendStick(deps, folder)).toMatchObject({ code: 'stickSignerUnknown' })
  const shown = (await listRefusals(api, town)).find(({ code }) => code === 'stickSignerUnknown')!
  expect(shown.publicKey).toBe(toBase64(key.publicKey))
  const asked = { municipalityCode: town, publicKey: shown.publicKey!, by: staff.clerk }
  const id = await registerStickKey(api, { ...asked, by: staff.municipalAdministrator })
  await expect(registerStickKey(api, asked)).rejects.toMatchObject({ code: 'stickKeyTaken' })
  expect(await attendStick(deps, folder)).toMatchObject({ code: 'stickSignerUnconfirmed' })
  const saying = { municipalityCode: town, id, code: shown.keyCode! }
  await expect(
    confirmStickKey(api, { ...saying, by: staff.municipalAdministrator }),
  ).rejects.toMatchObject({ code: 'stickKeySamePerson' })
  await expect(
    confirmStickKey(api, { ...saying, by: staff.secondAdministrator, code: '0000-0000-0000-0000' }),
  ).rejects.toMatchObject({ code: 'stickCodeDiffers' })
  // The database itself refuses the same person.
  await expect(
    db.sql`update stick_key set confirmed_by = registered_by, confirmed_at = now() where id = ${id}`,
  ).rejects.toMatchObject({ code: '23514' })
  const typed = shown.keyCode!.toLowerCase().replaceAll('-', ' ')
  expect(
    await confirmStickKey(api, { ...saying, by: staff.secondAdministrator, code: typed }),
  ).toBe(true)
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'waiting' })
  expect(await listRefusals(api, town)).not.toContainEqual(
    expect.objectContaining({ publicKey: shown.publicKey }),
  )
  expect(existsSync(join(folder, 'not-read.html'))).toBe(true)

  await revokeStickKey(api, { municipalityCode: town, id, by: staff.municipalAdministrator })
  sequence += 1
  const later = await sticks.pack({ key, sequence })
  expect(await attendStick(deps, later.folder)).toMatchObject({ code: 'stickSignerRevoked' })
})

it('a town’s stick is no other town’s business', async () => {
  expect(await listSticks(api, otherTown)).toEqual([])
  expect(await listStickKeys(api, otherTown)).toEqual([])
  const key = await makeTownKey(otherTown)
  // Known here as a key of the first town, and signing for the second.
  const { folder } = await sticks.pack({ key: { ...sticks.key, municipalityCode: otherTown } })
  expect(await attendStick(deps, folder)).toMatchObject({ code: 'stickOfAnotherTown' })
  const foreign = await sticks.pack({ key })
  expect(await attendStick(deps, foreign.folder)).toMatchObject({ code: 'stickSignerUnknown' })
})

it('the watcher finds sticks under a mount point, waits until they are written, and looks again', async () => {
  const mounts = mkdtempSync(join(root, 'media-'))
  const watch = watchSticks(deps, [mounts], { settledAfterMs: 40, lookAgainAfterMs: 60 })
  await watch.round()
  const { folder, manifest } = await newStick(1)
  const plugged = join(mounts, 'USB')
  cpSync(folder, plugged, { recursive: true })
  await watch.round()
  expect(await importsOf(manifest)).toHaveLength(0)
  await new Promise((resolve) => setTimeout(resolve, 80))
  await watch.round()
  expect(await importsOf(manifest)).toHaveLength(1)
  await applied(manifest)
  await watch.round()
  await verifyReceipt(plugged, await systemKey())
  rmSync(plugged, { recursive: true })
  await watch.round()
})

it('a lost stick says nothing to whoever has no keyd', async () => {
  const { folder, manifest } = await newStick()
  await db.keyd.end()
  await expect(attendStick(deps, folder)).rejects.toMatchObject({ code: 'keydAway' })
  expect(
    await db.sql`select from stick_file s join stick k on k.id = s.stick_id
                       where k.sequence = ${manifest.sequence} and s.import_id is not null`,
  ).toHaveLength(0)
  await db.keyd.start()
  expect(await attendStick(deps, folder)).toEqual({ outcome: 'waiting' })
})
