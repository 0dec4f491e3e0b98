/** Proves that a town's stick is read as it was packed or not at all, and that every refusal has its words. */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cleanFileName } from '../../db/queries/imports/receive.ts'
import { plainDate } from '../../domain/calendar.ts'
import {
  asKeyCode,
  createTally,
  fromBase64,
  isPlainFileName,
  keyCode,
  manifestName,
  manifestText,
  parseSignature,
  sealedName,
  signatureName,
  signatureText,
  stickLimits,
  toBase64,
} from '../../domain/stick.ts'
import { inspectStick, looksLikeStick, type StickTrust } from '../../files/stick/open.ts'
import {
  lockTownKey,
  makeTownKey,
  signManifest,
  unlockTownKey,
} from '../../files/stick/portable/town-key.ts'
import { stickRefusals } from '../../files/stick/refusal.ts'
import { problemText } from '../../i18n/problems.ts'
import { register, type Sticks, sourceOf, startSticks } from '../support/sticks.ts'
import { otherTown, town } from '../support/town.ts'

let sticks: Sticks

beforeAll(async () => {
  sticks = await startSticks()
})

afterAll(() => sticks?.remove())

/** The whole way: looked at, then every file read to its end. */
async function take(folder: string, trust: StickTrust = sticks.trust()): Promise<string[]> {
  const { manifest } = await inspectStick(folder, trust)
  const texts: string[] = []
  for (const index of manifest.files.keys()) texts.push(await sticks.read(folder, manifest, index))
  return texts
}

async function refusalOf(folder: string, trust?: StickTrust): Promise<string> {
  return await take(folder, trust).then(
    () => 'accepted',
    (error) => error.code,
  )
}

/** The manifest rewritten, and signed again unless it is told not to be. */
function rewrite(folder: string, change: (text: string) => string, key = sticks.key): void {
  const path = join(folder, manifestName)
  const bytes = Buffer.from(change(readFileSync(path, 'utf8')))
  writeFileSync(path, bytes)
  writeFileSync(join(folder, signatureName), signatureText(signManifest(key, bytes)))
}

describe('a stick', () => {
  it('comes back as it was packed, with what the town counted', async () => {
    const { folder, manifest } = await sticks.pack({
      files: [
        { source: register, mode: 'difference', kind: 'residentRegister' },
        { source: sourceOf('券番号.csv', ''), mode: 'full' },
      ],
    })
    expect(readdirSync(folder).sort()).toEqual(['1.age', '2.age', manifestName, signatureName])
    expect(await looksLikeStick(folder)).toBe(true)
    const [text, empty] = await take(folder)
    expect(text).toContain('見本 花子')
    expect(empty).toBe('')
    expect(manifest.files[0]).toMatchObject({ rows: 3, bytes: register.bytes })
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name)).includes('見本')).toBe(false)
    }
  })

  it('is refused when any byte of any of its files is changed, taken away or added', async () => {
    const { folder } = await sticks.pack()
    const files = readdirSync(folder).map((name) => join(folder, name))
    const wholes = new Map(files.map((path) => [path, readFileSync(path)]))
    const spoiling = fc.record({
      path: fc.constantFrom(...files),
      // of its length
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      how: fc.constantFrom('flipped', 'cut', 'longer'),
      bit: fc.integer({ min: 0, max: 7 }),
    })
    const run = fc.asyncProperty(spoiling, async ({ path, at, how, bit }) => {
      const whole = wholes.get(path)!
      const broken = Buffer.from(whole)
      const byte = Math.floor(at * whole.length)
      broken[byte]! ^= 1 << bit
      const bytes = {
        flipped: broken,
        cut: whole.subarray(0, byte),
        longer: Buffer.concat([whole, Buffer.of(whole[byte]!)]),
      }[how]
      writeFileSync(path, bytes)
      const said = await refusalOf(folder)
      writeFileSync(path, whole)
      expect(said).toMatch(/^stick/)
    })
    await fc.assert(run, { numRuns: 150 })
    expect(await refusalOf(folder)).toBe('accepted')
  })

  it('is refused when two of its files change places', async () => {
    const { folder } = await sticks.pack({
      files: [
        { source: sourceOf('a.csv', '1,a\r\n'), mode: 'full' },
        { source: sourceOf('b.csv', '2,b\r\n'), mode: 'full' },
      ],
    })
    renameSync(join(folder, sealedName(0)), join(folder, 'x'))
    renameSync(join(folder, sealedName(1)), join(folder, sealedName(0)))
    renameSync(join(folder, 'x'), join(folder, sealedName(1)))
    expect(await refusalOf(folder)).toBe('stickHashWrong')
  })

  it('is refused for its own reason, and each reason has words in both languages', async () => {
    const stranger = await makeTownKey(town)
    const neighbour = await startSticks()
    const reasons: Record<string, (folder: string) => Promise<string> | string> = {
      stickHalfWritten: (folder) => {
        rmSync(join(folder, signatureName))
        return refusalOf(folder)
      },
      stickFileMissing: (folder) => {
        rmSync(join(folder, sealedName(0)))
        return refusalOf(folder)
      },
      stickManifestBroken: (folder) => {
        rewrite(folder, (text) => text.replace('"mode": "difference"', '"mode": "other"'))
        return refusalOf(folder)
      },
      stickFormatUnknown: (folder) => {
        rewrite(folder, (text) => text.replace('sesshu-stick/1', 'sesshu-stick/9'))
        return refusalOf(folder)
      },
      stickTooLarge: (folder) => {
        rewrite(folder, (text) =>
          text.replace(/"bytes": \d+/, `"bytes": ${stickLimits.fileBytes + 1}`),
        )
        return refusalOf(folder)
      },
      stickSignerUnknown: (folder) => {
        rewrite(folder, (text) => text, stranger)
        return refusalOf(folder)
      },
      stickSignatureWrong: (folder) => {
        const path = join(folder, manifestName)
        writeFileSync(path, readFileSync(path, 'utf8').replace('"sequence": 1', '"sequence": 2'))
        return refusalOf(folder)
      },
      stickOfAnotherTown: (folder) => {
        rewrite(folder, (text) => text.replace(town, otherTown))
        return refusalOf(folder)
      },
      stickSignerUnconfirmed: (folder) =>
        refusalOf(folder, sticks.trust({ known: { state: 'registered' } })),
      stickSignerRevoked: (folder) =>
        refusalOf(folder, sticks.trust({ known: { state: 'revoked' } })),
      stickTownUnknown: (folder) => refusalOf(folder, sticks.trust({ isTown: async () => false })),
      stickRecipientWrong: (folder) =>
        refusalOf(folder, sticks.trust({ recipient: neighbour.recipient })),
      stickExpired: (folder) => refusalOf(folder, sticks.trust({ today: plainDate('2021-08-01') })),
      stickSequenceUsed: (folder) =>
        refusalOf(folder, sticks.trust({ lastSequence: async () => 1 })),
      stickSequenceOld: (folder) =>
        refusalOf(folder, sticks.trust({ lastSequence: async () => 2 })),
      stickFileBroken: (folder) => {
        writeFileSync(join(folder, sealedName(0)), Buffer.alloc(4_096))
        return refusalOf(folder)
      },
      stickHashWrong: (folder) => {
        rewrite(folder, (text) => text.replace(/"sha256": "./, '"sha256": "g').replace('"g', '"0'))
        rewrite(folder, (text) => text.replace(/"sha256": "0/, '"sha256": "1'))
        return refusalOf(folder)
      },
      stickCountsWrong: (folder) => {
        rewrite(folder, (text) => text.replace('"rows": 3', '"rows": 4'))
        return refusalOf(folder)
      },
    }
    const { folder: packed } = await sticks.pack()
    const found: Record<string, string> = {}
    for (const [code, spoil] of Object.entries(reasons)) {
      const folder = sticks.folder()
      cpSync(packed, folder, { recursive: true })
      found[code] = await spoil(folder)
    }
    neighbour.remove()
    expect(found).toEqual(Object.fromEntries(Object.keys(reasons).map((code) => [code, code])))
    expect(Object.keys(reasons).sort()).toEqual([...stickRefusals].sort())
    for (const code of [...stickRefusals, 'stickPulledOut'] as const) {
      const [ja, en] = [problemText(code, 'ja'), problemText(code, 'en')]
      expect(ja.title).not.toBe(problemText('internal', 'ja').title)
      expect(`${en.title}${en.detail}${en.whatToDo}`).toMatch(/^[ -~’“”]+$/)
      expect(`${ja.title}${ja.detail}${ja.whatToDo}`).not.toMatch(/[a-z]{3,}(?<!age|json)/)
    }
  })

  it('that goes away while it is read was pulled out, and is not refused', async () => {
    const { folder, manifest } = await sticks.pack({
      files: [{ source: sourceOf('a.csv', '1,a\r\n'.repeat(100_000)), mode: 'full' }],
    })
    const { manifest: seen } = await inspectStick(folder, sticks.trust())
    rmSync(folder, { recursive: true })
    await expect(sticks.read(folder, seen)).rejects.toMatchObject({ code: 'stickPulledOut' })
    await expect(inspectStick(folder, sticks.trust())).rejects.toMatchObject({
      code: 'stickPulledOut',
    })
    expect(manifestText(manifest)).toBe(manifestText(seen))
  })

  it('that was taken over before is the same stick, even after its last day', async () => {
    const { folder } = await sticks.pack()
    const trust = sticks.trust({ today: plainDate('2022-01-01'), wasTaken: async () => true })
    expect((await inspectStick(folder, trust)).isTaken).toBe(true)
  })

  it('is not packed over anything else, and carries no name that leads elsewhere', async () => {
    const { folder } = await sticks.pack()
    await expect(sticks.pack({ folder })).rejects.toMatchObject({ code: 'stickNotEmpty' })
    for (const name of [
      '../a',
      '.hidden',
      'a\u202Efdp.csv',
      '123456789018.csv',
      '１２３４-5678-9018',
    ]) {
      expect(isPlainFileName(name)).toBe(false)
    }
    const files = [{ source: sourceOf('a/b.csv', 'x'), mode: 'full' as const }]
    await expect(sticks.pack({ files })).rejects.toMatchObject({ code: 'stickFileNameNotPlain' })
  })
})

it('takes the names that registers give their files, by the rule by which files are received', () => {
  const stamped = [
    '住基異動_20210701120000.csv',
    '131041-20210701-093015-001.txt',
    '202107041234.csv',
  ]
  for (const name of stamped) {
    expect(isPlainFileName(name)).toBe(true)
    expect(cleanFileName(name)).toBe(name)
  }
  for (const name of ['住民１２３４５６７８９０１８.csv', '1234-5678-9018.csv']) {
    expect(isPlainFileName(name)).toBe(false)
    expect(() => cleanFileName(name)).toThrow('My Number')
  }
})

describe('a town’s key', () => {
  it('opens with its passphrase and no other', async () => {
    const locked = await lockTownKey(sticks.key, '桜の下の合言葉', 4)
    const again = await unlockTownKey(locked, '桜の下の合言葉')
    expect(again).toEqual(sticks.key)
    expect(await unlockTownKey(locked, '桜の下の合言葉 ')).toBeUndefined()
    expect(await unlockTownKey(Buffer.from('{}'), 'x')).toBeUndefined()
  })

  it('has a code that survives being read over the telephone', () => {
    const digest = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(digest, (bytes) => {
        const code = keyCode(bytes)
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
        expect(asKeyCode(code.toLowerCase().replaceAll('-', ' ').replace(/0/g, 'o'))).toBe(code)
      }),
    )
    expect(keyCode(new Uint8Array(32))).toBe('0000-0000-0000-0000')
  })

  it('is written in one way alone', () => {
    const written = { publicKey: sticks.key.publicKey, signature: new Uint8Array(64).fill(7) }
    const text = signatureText(written)
    expect(parseSignature(text)).toEqual(written)
    expect(parseSignature(`${text} `)).toBeUndefined()
    expect(parseSignature(text.replace('= ', '=  '))).toBeUndefined()
    expect(toBase64(fromBase64('AAEC/w=='))).toBe('AAEC/w==')
  })
})

it('counting does not depend on how a file arrives', () => {
  const run = fc.property(
    fc.array(fc.constantFrom('1', '9', 'あ', ',', '\n', '\r\n', '"'), { maxLength: 60 }),
    fc.integer({ min: 1, max: 9 }),
    (letters, size) => {
      const text = letters.join('')
      const bytes = Buffer.from(text, 'utf8')
      const tally = createTally()
      for (let at = 0; at < bytes.length; at += size) tally.add(bytes.subarray(at, at + size))
      const rows = text.split('\n').filter((line) => line.replaceAll('\r', '') !== '').length
      const digits = [...text].reduce((sum, one) => sum + (/\d/.test(one) ? Number(one) : 0), 0)
      expect(tally.done()).toEqual({ rows, bytes: bytes.length, controlSums: { digits } })
    },
  )
  fc.assert(run)
})
