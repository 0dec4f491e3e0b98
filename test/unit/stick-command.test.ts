/** Proves that a town packs, opens and checks sticks from a shell alone, without a system beside it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { plainDate } from '../../domain/calendar.ts'
import { receiptSigned, toBase64 } from '../../domain/stick.ts'
import { inspectStick } from '../../files/stick/open.ts'
import { makeTownKey } from '../../files/stick/portable/town-key.ts'
import { writeReceipt } from '../../files/stick/receipt.ts'
import { sesshu } from '../support/command.ts'
import { type Sticks, sourceOf, startSticks } from '../support/sticks.ts'
import { town } from '../support/town.ts'

let sticks: Sticks
let root: string

beforeAll(async () => {
  sticks = await startSticks()
  root = mkdtempSync(join(tmpdir(), 'sesshu-stick-cli-'))
  vi.stubEnv('SESSHU_STICK_PASSPHRASE', 'a passphrase of a test')
})

afterAll(() => {
  vi.unstubAllEnvs()
  sticks?.remove()
  rmSync(root, { recursive: true, force: true })
})

const stick = async (...args: string[]) => {
  const { code, stdout: out, stderr: err } = await sesshu('stick', ...args, '--json')
  return { code, out, err }
}

it('makes a key, packs, and opens what comes back', async () => {
  const [key, folder] = [join(root, 'town-key.age'), join(root, 'stick')]
  const made = await stick('key', key, '--municipality', town)
  const { publicKey } = JSON.parse(made.out || '{}')
  expect(made.code).toBe(0)
  expect((await stick('key', key, '--municipality', town)).code).toBe(1)
  writeFileSync(join(root, '異動.csv'), '番号\r\n0001\r\n')
  const flags = [
    '--key',
    key,
    '--to',
    sticks.recipient,
    '--expires',
    '2021-07-31',
    '--sequence',
    '7',
  ]
  expect((await stick('pack', folder, join(root, '異動.csv'), ...flags)).code).toBe(0)
  const again = await stick('pack', folder, join(root, '異動.csv'), ...flags)
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('stickNotEmpty') })

  const trust = sticks.trust({ known: { publicKey }, today: plainDate('2021-07-31') })
  const { manifest, manifestSha256 } = await inspectStick(folder, trust)
  expect(await sticks.read(folder, manifest)).toBe('番号\r\n0001\r\n')

  const system = await makeTownKey(town)
  const receipt = ['receipt', folder, '--system-key', toBase64(system.publicKey)]
  expect(await stick(...receipt)).toMatchObject({
    code: 1,
    err: expect.stringContaining('stickReceiptMissing'),
  })
  await writeReceipt(folder, {
    receipt: {
      municipalityCode: town,
      sequence: 7,
      manifestSha256,
      issuedAt: '2021-07-05T03:00:00.000Z',
      files: [],
    },
    returnTo: manifest.returnTo!,
    answers: [{ name: '1-results.csv', bytes: sourceOf('r', '済\r\n').open() }],
    sign: async (sha256) => ({
      publicKey: system.publicKey,
      signature: ed25519.sign(receiptSigned(sha256), system.secret),
    }),
  })
  const checked = await stick(...receipt)
  expect(checked.code).toBe(0)
  expect(JSON.parse(checked.out)).toMatchObject({ mayBeErased: true, sequence: 7 })
  expect((await stick('open', folder, '--key', key, '--out', root)).code).toBe(0)
  expect(readFileSync(join(root, '1-results.csv'), 'utf8')).toBe('済\r\n')
}, 90_000)

it('says what is wrong with its flags, and never takes a short passphrase', async () => {
  expect((await stick('burn', 'x')).code).toBe(2)
  expect((await stick('pack', join(root, 'y'))).code).toBe(2)
  vi.stubEnv('SESSHU_STICK_PASSPHRASE', 'short')
  expect((await stick('key', join(root, 'k'), '--municipality', town)).code).toBe(2)
})
