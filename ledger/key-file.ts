import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../config/data-dir.ts'
import { generateSigner, parseSigner, type SignatureType, type SignerKey } from './note-key.ts'

export type KeyFile = {
  folder: string
  /** `<name>.key` is the private half, 0600; `<name>.pub` is for everybody. */
  name: string
  /** What the key is called, before a random part of its own. */
  keyName: string
  type: SignatureType
}

const randomPartBytes = 6
const published = 0o644

/**
 * The signing key of a folder, made when there is none. A key that is lost is never made up for in
 * secret: the new one has another name.
 */
export function openKeyFile({ folder, name, keyName, type }: KeyFile): SignerKey {
  const path = join(folder, `${name}.key`)
  if (existsSync(path)) return parseSigner(readFileSync(path, 'utf8'))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const signer = generateSigner(`${keyName}/${randomBytes(randomPartBytes).toString('hex')}`, type)
  writeWhole(path, `${signer.text}\n`)
  writeWhole(join(folder, `${name}.pub`), `${signer.verifier.text}\n`, published)
  return signer
}
