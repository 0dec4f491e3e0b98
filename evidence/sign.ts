/**
 * The signature of a pack: one line for each file in `manifest.json`, that file signed with an Ed25519
 * key of the system's own. Everything is plain enough to be checked with OpenSSL alone.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from '../config/data-dir.ts'

export const manifestFile = 'manifest.json'
export const signatureFile = 'manifest.sig'
export const publicKeyFile = 'evidence.pub'
const privateKeyFile = 'evidence.key'

export const manifestFormat = 'sesshu-evidence-manifest/1'

export type Signer = { key: KeyObject; publicPem: string; fingerprint: string }

const published = 0o644

/** The key of a folder, made when there is none: `evidence.key` for its owner alone, `evidence.pub`. */
export function openSigner(folder: string): Signer {
  const path = join(folder, privateKeyFile)
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { privateKey } = generateKeyPairSync('ed25519')
    writeWhole(path, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others than its owner. Run chmod 600 on it.`)
  }
  const key = createPrivateKey(readFileSync(path, 'utf8'))
  const publicPem = createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString()
  writeWhole(join(folder, publicKeyFile), publicPem, published)
  return { key, publicPem, fingerprint: fingerprintOf(publicPem) }
}

/** SHA-256 over the key in DER, as `openssl pkey -pubin -outform DER | sha256sum` says it. */
export function fingerprintOf(publicPem: string): string {
  const der = createPublicKey(publicPem).export({ format: 'der', type: 'spki' })
  return createHash('sha256').update(der).digest('hex')
}

const manifestSchema = z.strictObject({
  format: z.literal(manifestFormat),
  municipalityCode: z.string(),
  writtenAt: z.string(),
  files: z.array(
    z.strictObject({
      name: z.string().regex(/^[a-z0-9-]+\.(pdf|json|md)$/),
      bytes: z.int(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})

export type PackFiles = { name: string; content: Uint8Array | string }[]

/** Writes the files and what vouches for them. The folder must be new or empty. */
export function writeSigned(
  folder: string,
  about: { municipalityCode: string; writtenAt: string },
  files: PackFiles,
  signer: Signer,
): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (readdirSync(folder).length > 0) throw new Error(`${folder} holds something already.`)
  for (const { name, content } of files) writeFileSync(join(folder, name), content, { mode: 0o600 })
  const manifest = {
    format: manifestFormat,
    ...about,
    files: files.map(({ name, content }) => {
      const bytes = Buffer.from(content)
      return { name, bytes: bytes.length, sha256: sha256(bytes) }
    }),
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  writeFileSync(join(folder, manifestFile), text, { mode: 0o600 })
  writeFileSync(join(folder, signatureFile), sign(null, Buffer.from(text), signer.key))
  writeFileSync(join(folder, publicKeyFile), signer.publicPem)
}

export type Verification = {
  isGood: boolean
  fingerprint: string
  municipalityCode?: string
  writtenAt?: string
  files: number
  /** Why not, each with the file that it is about. */
  faults: { file: string; why: 'missing' | 'changed' | 'notSigned' | 'unknown' | 'otherKey' }[]
}

/**
 * Checks a folder by itself, offline. By `publicPem`, when the key is known from elsewhere: the one
 * that lies in the folder shows only that nothing was changed since somebody signed it.
 */
export function verifySigned(folder: string, publicPem?: string): Verification {
  const read = (name: string) => {
    const path = join(folder, name)
    return existsSync(path) ? readFileSync(path) : undefined
  }
  const text = read(manifestFile)
  const signature = read(signatureFile)
  const pem = publicPem ?? read(publicKeyFile)?.toString('utf8')
  const missing = [
    [manifestFile, text],
    [signatureFile, signature],
    [publicKeyFile, pem],
  ].flatMap(([file, found]) => (found ? [] : [{ file: String(file), why: 'missing' as const }]))
  if (!text || !signature || !pem)
    return { isGood: false, fingerprint: '', files: 0, faults: missing }
  const fingerprint = fingerprintOf(pem)
  if (!verify(null, text, createPublicKey(pem), signature)) {
    const beside = read(publicKeyFile)?.toString('utf8')
    const isOther = beside !== undefined && fingerprintOf(beside) !== fingerprint
    const why = isOther ? ('otherKey' as const) : ('notSigned' as const)
    return { isGood: false, fingerprint, files: 0, faults: [{ file: manifestFile, why }] }
  }
  const manifest = manifestSchema.parse(JSON.parse(text.toString('utf8')))
  const faults = faultsOf(folder, manifest.files, read)
  const { municipalityCode, writtenAt, files } = manifest
  return {
    ...{ isGood: faults.length === 0, fingerprint, municipalityCode, writtenAt, faults },
    files: files.length,
  }
}

type Listed = z.output<typeof manifestSchema>['files']

function faultsOf(
  folder: string,
  listed: Listed,
  read: (name: string) => Buffer | undefined,
): Verification['faults'] {
  const faults: Verification['faults'] = []
  for (const { name, bytes, sha256: hash } of listed) {
    const content = read(name)
    if (!content) faults.push({ file: name, why: 'missing' })
    else if (content.length !== bytes || sha256(content) !== hash) {
      faults.push({ file: name, why: 'changed' })
    }
  }
  const known = new Set([
    ...listed.map(({ name }) => name),
    manifestFile,
    signatureFile,
    publicKeyFile,
  ])
  for (const file of readdirSync(folder))
    if (!known.has(file)) faults.push({ file, why: 'unknown' })
  return faults
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
