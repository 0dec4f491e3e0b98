/** Sticks as towns pack them, and a system that knows one town's key. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { plainDate } from '../../domain/calendar.ts'
import type { FileSource } from '../../domain/municipal-file.ts'
import { type StickManifest, toBase64 } from '../../domain/stick.ts'
import { type KnownKey, readStickFile, type StickTrust } from '../../files/stick/open.ts'
import { type Packing, packStick } from '../../files/stick/pack.ts'
import { makeTownKey, type TownKey } from '../../files/stick/portable/town-key.ts'
import { town } from './town.ts'

export const stickToday = plainDate('2021-07-05')

export function sourceOf(name: string, text: string | Uint8Array): FileSource {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text
  return {
    name,
    bytes: bytes.length,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
    },
  }
}

export const register = sourceOf(
  '住基異動_20210701.csv',
  '宛名番号,氏名,生年月日\r\n0001,見本 花子,1940-01-02\r\n0002,見本 太郎,1939-12-31\r\n',
)

export type Sticks = {
  key: TownKey
  identity: string
  recipient: string
  /** A new folder. */
  folder(): string
  pack(how?: Partial<Packing>): Promise<{ folder: string; manifest: StickManifest }>
  trust(how?: Partial<StickTrust> & { known?: Partial<KnownKey> }): StickTrust
  unwrap(header: Uint8Array): Promise<Uint8Array>
  read(folder: string, manifest: StickManifest, index?: number): Promise<string>
  remove(): void
}

export async function startSticks(given?: { recipient: string }): Promise<Sticks> {
  const root = mkdtempSync(join(tmpdir(), 'sesshu-sticks-'))
  const key = await makeTownKey(town)
  const identity = await generateX25519Identity()
  const recipient = given?.recipient ?? (await identityToRecipient(identity))
  const folder = (): string => mkdtempSync(join(root, 'stick-'))
  const unwrap = async (header: Uint8Array): Promise<Uint8Array> => {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    return await decrypter.decryptHeader(header)
  }
  return {
    key,
    identity,
    recipient,
    folder,
    unwrap,
    async pack(how = {}) {
      const packing: Packing = {
        folder: folder(),
        key,
        recipient,
        sequence: 1,
        madeAt: '2021-07-04T02:00:00.000Z',
        expiresOn: plainDate('2021-07-31'),
        files: [{ source: register, mode: 'difference', kind: 'residentRegister' }],
        wantsAnswers: true,
        ...how,
      }
      return { folder: packing.folder, manifest: await packStick(packing) }
    },
    trust({ known = {}, ...how } = {}) {
      const publicKey = toBase64(key.publicKey)
      const row: KnownKey = { publicKey, municipalityCode: town, state: 'confirmed', ...known }
      return {
        today: stickToday,
        recipient,
        keyOf: async (asked) => (asked === row.publicKey ? row : undefined),
        isTown: async (code) => code === town,
        wasTaken: async () => false,
        lastSequence: async () => 0,
        ...how,
      }
    },
    async read(from, manifest, index = 0) {
      const pieces: Uint8Array[] = []
      for await (const piece of readStickFile(from, manifest, index, unwrap)) pieces.push(piece)
      return Buffer.concat(pieces).toString('utf8')
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
