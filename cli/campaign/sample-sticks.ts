/**
 * The sample towns' registers come in as any town's would: on sealed sticks that the town signs, each
 * looked at and applied by its clerk. The town's keys are made here, kept for nobody, and named by two.
 */
import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { PlainDate } from '../../domain/course.ts'
import { toBase64 } from '../../domain/stick.ts'
import { packStick } from '../../files/stick/pack.ts'
import { codeOf } from '../../files/stick/portable/seal-stick.ts'
import { makeTownKey, type TownKey } from '../../files/stick/portable/town-key.ts'
import type { Credentials } from '../../simulator/credentials.ts'
import { type TownFile, writeTownFiles } from '../../simulator/register-files.ts'
import { applyStick, nameTownKey } from '../../simulator/stick-desk.ts'
import type { Truth } from '../../simulator/truth.ts'
import { systemKeys } from '../sticks.ts'

export type Bringing = {
  apiUrl: string
  dataDir: string
  truth: Truth
  credentials: Credentials
  onProgress: (words: string) => void
  signal?: AbortSignal
}

/** Seconds since the first of 2026: a set-up that is begun again has higher numbers. */
const countedFromMs = Date.UTC(2026, 0, 1)
/** Made-up sticks of a demo's own folder; they are not kept for a later campaign. */
const neverExpires = '2099-12-31' as PlainDate

/** The register first: tickets are of people who are known. */
export async function bringRegisters(bringing: Bringing): Promise<void> {
  const { apiUrl, dataDir, truth, credentials, onProgress, signal } = bringing
  const desk = { apiUrl, ...(signal && { signal }) }
  const { recipient } = await systemKeys(dataDir)
  const sample = join(dataDir, 'sample')
  const towns = await writeTownFiles(truth, sample)
  await Promise.all(
    towns.map(async ({ municipalityCode, files }) => {
      const staff = staffOf(credentials, municipalityCode)
      const key = await makeTownKey(municipalityCode)
      const publicKey = toBase64(key.publicKey)
      await nameTownKey(desk, { publicKey, code: codeOf(key.publicKey) }, staff)
      let sequence = Math.floor((Date.now() - countedFromMs) / 1_000)
      for (const file of files) {
        onProgress(`${municipalityCode}: a stick with ${basename(file.path)} (${file.rows} rows)`)
        const folder = join(dataDir, 'sticks', `${municipalityCode}-${file.kind}`)
        await layDown({ folder, key, recipient, sequence, file })
        await applyStick(desk, sequence, staff.clerk)
        sequence += 1
      }
    }),
  )
  // In the clear they lay on the towns' own PCs; nothing of that stays here.
  await rm(sample, { recursive: true, force: true })
}

type Stick = { folder: string; key: TownKey; recipient: string; sequence: number; file: TownFile }

/** A stick of a set-up that broke off is written over. */
async function layDown({ folder, key, recipient, sequence, file }: Stick): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const { size: bytes } = await stat(file.path)
  await packStick({
    ...{ folder, key, recipient, sequence, expiresOn: neverExpires, wantsAnswers: true },
    madeAt: new Date().toISOString(),
    files: [
      {
        kind: file.kind,
        mode: 'full',
        source: { name: basename(file.path), bytes, open: () => createReadStream(file.path) },
      },
    ],
  })
}

function staffOf({ administrators, deputies, clerks }: Credentials, code: string) {
  const of = <T extends { municipalityCode: string }>(staff: T[]) =>
    staff.find(({ municipalityCode }) => municipalityCode === code)
  const [first, second, clerk] = [of(administrators), of(deputies), of(clerks)]
  if (!first || !second || !clerk) throw new Error(`${code} has nobody to take its stick.`)
  return { first, second, clerk }
}
