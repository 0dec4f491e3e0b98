/**
 * Proves that a stick is checked from a shell where no system runs and no key is at hand: what can be proven is, what
 * takes a key is named, and what is wrong is refused as the system would refuse it.
 */
import { execFile } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainDate } from '../../domain/calendar.ts'
import { manifestName, sealedName, signatureName, toBase64 } from '../../domain/stick.ts'
import { codeOf } from '../../files/stick/portable/seal-stick.ts'
import { checkUnaided } from '../../files/stick/unaided.ts'
import { type Sticks, startSticks } from '../support/sticks.ts'
import { town } from '../support/town.ts'

const root = resolve(import.meta.dirname, '../..')
const today = plainDate('2021-07-31')

let sticks: Sticks
let other: Sticks
let nowhere: string

beforeAll(async () => {
  ;[sticks, other] = await Promise.all([startSticks(), startSticks()])
  nowhere = mkdtempSync(join(tmpdir(), 'sesshu-no-system-'))
})
afterAll(() => {
  sticks?.remove()
  other?.remove()
  rmSync(nowhere, { recursive: true, force: true })
})

/** As a shell runs it; no server is named to it, and none runs on its data dir. */
function opened(folder: string, ...more: string[]) {
  const { DATABASE_URL: _, SESSHU_STICK_PASSPHRASE: __, ...env } = process.env
  const args = ['bin/sesshu.mjs', 'stick', 'open', folder, '--data-dir', nowhere, '--json', ...more]
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

it('is checked by a process that has no key, which says what takes one', async () => {
  // Its day is far away: a process of its own has the wall's clock.
  const { folder, manifest } = await sticks.pack({
    expiresOn: plainDate('2199-12-31'),
    sequence: 7,
  })
  const { code, stdout, stderr } = await opened(folder)
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('keyd')])
  const { publicKey } = sticks.key
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ municipalityCode: town, sequence: 7, expiresOn: '2199-12-31', files: manifest.files },
    signedBy: { publicKey: toBase64(publicKey), code: codeOf(publicKey) },
    proven: ['manifest', 'signature', 'files', 'expiry'],
    notProven: {
      ...{ signer: expect.any(String), sequence: expect.any(String) },
      sums: expect.stringContaining('private key'),
    },
  })
}, 60_000)

it('is refused by that process when its day has passed', async () => {
  const { folder } = await sticks.pack()
  const { code, stdout, stderr } = await opened(folder)
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain('stickExpired')
}, 60_000)

const wrong: [string, (folder: string) => void, string][] = [
  ['changed', (folder) => withAnotherNumber(folder), 'stickSignatureWrong'],
  ['without its signature', (folder) => rmSync(join(folder, signatureName)), 'stickHalfWritten'],
  ['without its manifest', (folder) => rmSync(join(folder, manifestName)), 'stickHalfWritten'],
  [
    'no manifest at all',
    (folder) => writeFileSync(join(folder, manifestName), '{}'),
    'stickManifestBroken',
  ],
  ['without a file', (folder) => rmSync(join(folder, sealedName(0))), 'stickFileMissing'],
  ['cut', (folder) => truncateSync(join(folder, sealedName(0)), 100), 'stickHalfWritten'],
  ['longer', (folder) => appendFileSync(join(folder, sealedName(0)), 'x'), 'stickFileBroken'],
  ['sealed by nobody', (folder) => overwritten(join(folder, sealedName(0))), 'stickFileBroken'],
]

it.each(wrong)('that was %s is refused as the system refuses it', async (_, harm, code) => {
  const { folder } = await sticks.pack()
  await expect(checkUnaided(folder, { today })).resolves.toMatchObject({
    manifest: { sequence: 1 },
  })
  harm(folder)
  await expect(checkUnaided(folder, { today })).rejects.toMatchObject({ code })
})

it('that another system is meant to read is told by its recipient', async () => {
  const { folder } = await sticks.pack()
  const asked = checkUnaided(folder, { today, recipient: other.recipient })
  await expect(asked).rejects.toMatchObject({ code: 'stickRecipientWrong' })
})

function withAnotherNumber(folder: string): void {
  const path = join(folder, manifestName)
  const text = readFileSync(path, 'utf8')
  const changed = text.replace(/("sequence":\s*)1/, '$12')
  expect(changed).not.toBe(text)
  writeFileSync(path, changed)
}

/** As many bytes as before, and no header. */
function overwritten(path: string): void {
  writeFileSync(path, Buffer.alloc(readFileSync(path).length, 1))
}
