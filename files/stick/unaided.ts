/**
 * A stick as far as it can be checked by anybody: that its manifest is the signed one, that nothing is missing or
 * cut, that its day has not passed. Whose key it is, which number came last and what is in the files is known to
 * the system alone; what was left unproven is said.
 */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { PlainDate } from '../../domain/course.ts'
import { manifestName, type StickFile, type StickManifest, sealedName } from '../../domain/stick.ts'
import { openSealed, sealedBytes } from '../sealed-file.ts'
import { parseManifest } from './manifest.ts'
import { asRefusal, inspectStick, readSmall } from './open.ts'
import { StickRefused } from './refusal.ts'

export type StickUnaided = { manifest: StickManifest; publicKey: string }

/**
 * Throws `StickRefused` and `StickPulledOut` as the system would. `recipient`: whom it has to be sealed for; left
 * out, whoever the manifest names.
 */
export async function checkUnaided(
  folder: string,
  { today, recipient }: { today: PlainDate; recipient?: string | undefined },
): Promise<StickUnaided> {
  const said = await saidIn(folder)
  // Without a manifest that can be read, nothing below is asked.
  const { manifest, publicKey } = await inspectStick(folder, {
    today,
    recipient: recipient ?? said?.recipient ?? '',
    keyOf: async (key) => {
      return { publicKey: key, municipalityCode: said?.municipalityCode ?? '', state: 'confirmed' }
    },
    isTown: async () => true,
    wasTaken: async () => false,
    lastSequence: async () => 0,
  })
  for (const [index, file] of manifest.files.entries()) await assertSealed(folder, index, file)
  return { manifest, publicKey }
}

async function saidIn(folder: string): Promise<StickManifest | undefined> {
  try {
    return parseManifest(await readSmall(folder, manifestName))
  } catch {
    return undefined
  }
}

/** Stops a file at the end of its header, which is all that needs no key. */
class AtItsKey extends Error {}

/** A sealed file is as long as its header and as many plain bytes make it. */
async function assertSealed(folder: string, index: number, file: StickFile): Promise<void> {
  let headerBytes = 0
  const sealed = createReadStream(join(folder, sealedName(index)))
  try {
    const pieces = openSealed(sealed, async (header) => {
      headerBytes = header.length
      throw new AtItsKey()
    })
    for await (const _ of pieces);
  } catch (error) {
    if (!(error instanceof AtItsKey)) throw asRefusal(error, file.name)
  } finally {
    sealed.destroy()
  }
  if (sealedBytes(file.bytes, headerBytes) !== file.sealedBytes) {
    throw new StickRefused('stickFileBroken', file.name)
  }
}

/** What anybody can prove of a stick, and what takes a key: for whoever reads the answer. */
export const provenUnaided = ['manifest', 'signature', 'files', 'expiry'] as const
export const needsAKey = {
  signer: 'whether the signing key is a town’s: registered and confirmed in the system',
  sequence: 'whether its number is higher than the last one taken over: kept by the system',
  sums: 'whether the contents match SHA-256, rows and control sums: takes the recipient’s private key',
} as const
