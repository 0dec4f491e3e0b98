/** Makes a stick: each file sealed as it is read, then the manifest, and last of all the signature. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ImportMode } from '../../domain/import.ts'
import type { FileSource, LayoutKind } from '../../domain/municipal-file.ts'
import {
  createTally,
  isPlainFileName,
  manifestName,
  manifestText,
  type StickFile,
  type StickManifest,
  sealedName,
  signatureName,
  signatureText,
  stickFormat,
  stickLimits,
} from '../../domain/stick.ts'
import { sealTo } from '../sealed-file.ts'
import { signManifest, type TownKey } from './portable/town-key.ts'
import { writeDurably } from './write.ts'

export type Packing = {
  folder: string
  key: TownKey
  /** The system's, `age1…`. */
  recipient: string
  sequence: number
  madeAt: string
  expiresOn: PlainDate
  files: readonly { source: FileSource; kind?: LayoutKind; mode: ImportMode }[]
  /** Whether the answers may leave with the stick, sealed for this very key. */
  wantsAnswers: boolean
}

/**
 * Answers the manifest. Throws `DomainError`: `stickNotEmpty` when the folder holds something else,
 * `stickFileNameNotPlain`, `fileTooLarge`.
 */
export async function packStick(packing: Packing): Promise<StickManifest> {
  const { folder, key, recipient, sequence, madeAt, expiresOn } = packing
  await mkdir(folder, { recursive: true })
  await assertEmpty(folder)
  const files: StickFile[] = []
  for (const [index, { source, kind, mode }] of packing.files.entries()) {
    if (!isPlainFileName(source.name)) {
      throw new DomainError('stickFileNameNotPlain', 'A file has a name that a stick cannot carry')
    }
    const sealed = await sealFile(join(folder, sealedName(index)), source, recipient)
    files.push({ name: source.name, ...(kind && { kind }), mode, ...sealed })
  }
  const manifest: StickManifest = {
    ...{ format: stickFormat, municipalityCode: key.municipalityCode, sequence, madeAt, expiresOn },
    recipient,
    ...(packing.wantsAnswers && { returnTo: key.recipient }),
    files,
  }
  const bytes = Buffer.from(manifestText(manifest), 'utf8')
  await writeDurably(join(folder, manifestName), [bytes])
  const signature = signatureText(signManifest(key, bytes))
  await writeDurably(join(folder, signatureName), [Buffer.from(signature)])
  return manifest
}

/** An old stick is erased by whoever has its receipt, not by the next packing. */
async function assertEmpty(folder: string): Promise<void> {
  // Systems leave folders of their own on every stick.
  const names = (await readdir(folder)).filter(
    (name) => !name.startsWith('.') && !['System Volume Information', 'lost+found'].includes(name),
  )
  if (names.length === 0) return
  throw new DomainError('stickNotEmpty', 'The folder of a new stick has to be empty')
}

async function sealFile(path: string, source: FileSource, recipient: string) {
  const tally = createTally()
  const hash = createHash('sha256')
  const counted = (async function* () {
    let bytes = 0
    for await (const chunk of source.open()) {
      bytes += chunk.length
      if (bytes > stickLimits.fileBytes) {
        throw new DomainError('fileTooLarge', 'The file is longer than a stick may carry')
      }
      tally.add(chunk)
      hash.update(chunk)
      yield chunk
    }
  })()
  try {
    const sealedBytes = await writeDurably(path, sealTo(recipient, counted))
    return { ...tally.done(), sha256: hash.digest('hex'), sealedBytes }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
