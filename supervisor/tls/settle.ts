/** With which certificate the api is heard beyond this machine: a given one, or one of our own authority. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type DataDir, writeWhole } from '../../config/data-dir.ts'
import { httpsOrigin } from '../../config/transport.ts'
import { mayVouchFor } from './name-constraints.ts'

/** Beyond this machine: an address or a name of it, and a certificate with its key, if there is one. */
export type Exposed = { host: string; certFile?: string; keyFile?: string }

export type Tls = {
  host: string
  port: number
  /** As people and tablets write it. */
  origin: string
  certFile: string
  keyFile: string
  /** Ours, for tablets to trust; a given certificate comes with an authority of its own. */
  authority?: { file: string; fingerprint: string }
}

/** What is wrong with what was given, and what to do about it. */
export class TlsError extends Error {
  readonly whatToDo: string

  constructor(message: string, whatToDo: string) {
    super(message)
    this.name = 'TlsError'
    this.whatToDo = whatToDo
  }
}

const renewBeforeMs = 30 * 86_400_000
/** An authority must outlive whatever it signs. */
const outlivesMs = 400 * 86_400_000
const hostForm = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/

/** Throws `TlsError`. Makes what is missing in `dir.tls`, and renews what ends soon. */
export async function settleTls(
  dir: Pick<DataDir, 'tls'>,
  { host, certFile, keyFile }: Exposed,
  port: number,
  nowMs: number = Date.now(),
): Promise<Tls> {
  const names = namesOf(host)
  const heard = { host, port, origin: httpsOrigin(names[0]!, port) }
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new TlsError(
      'A certificate and its key belong together, and only one of them was given.',
      'Give both --tls-cert and --tls-key, or neither.',
    )
  }
  if (certFile !== undefined && keyFile !== undefined) {
    assertFits({ certFile, keyFile }, host, nowMs)
    return { ...heard, certFile, keyFile }
  }
  return { ...heard, ...(await ownCertificate(dir.tls, names, nowMs)) }
}

/** Throws `TlsError` for a host that is neither an address nor a name. */
export function namesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') {
    if (isIP(host) !== 0 || hostForm.test(host)) return [host]
    throw new TlsError(
      `${host} is no address and no name of a machine.`,
      'Give one of this machine, as --host 192.168.1.5.',
    )
  }
  const addresses = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address)
  return [...addresses, hostname()]
}

function assertFits(
  { certFile, keyFile }: { certFile: string; keyFile: string },
  host: string,
  nowMs: number,
): void {
  const certificate = read(certFile, 'certificate', (pem) => new X509Certificate(pem))
  const key = read(keyFile, 'key', (pem) => createPrivateKey(pem))
  if (!certificate.checkPrivateKey(key)) {
    throw new TlsError(`The key ${keyFile} is not that of ${certFile}.`, 'Give the two that fit.')
  }
  if (Date.parse(certificate.validTo) <= nowMs || Date.parse(certificate.validFrom) > nowMs) {
    throw new TlsError(
      `The certificate ${certFile} holds from ${certificate.validFrom} to ${certificate.validTo}.`,
      'Give one that holds now.',
    )
  }
  if (host !== '0.0.0.0' && host !== '::' && !covers(certificate, host)) {
    throw new TlsError(
      `The certificate ${certFile} is not for ${host}, but for ${certificate.subjectAltName ?? 'no name'}.`,
      'Give --host a name that stands in it, or another certificate.',
    )
  }
}

function covers(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined
}

function read<T>(path: string, what: string, parse: (pem: Buffer) => T): T {
  try {
    return parse(readFileSync(path))
  } catch {
    throw new TlsError(`There is no readable ${what} in ${path}.`, 'Give it as a PEM file.')
  }
}

async function ownCertificate(folder: string, names: string[], nowMs: number) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const at = (name: string) => join(folder, name)
  const files = { certFile: at('cert.pem'), keyFile: at('key.pem') }
  const authority = await ownAuthority(folder, names, nowMs)
  const there = readIfThere(files.certFile)
  const isGood =
    there !== undefined &&
    existsSync(files.keyFile) &&
    Date.parse(there.validTo) - nowMs > renewBeforeMs &&
    there.checkIssued(new X509Certificate(authority.certificate)) &&
    names.every((name) => covers(there, name))
  if (!isGood) {
    const wanted = names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const)
    // Loaded only when something has to be made: it is a tenth of a second.
    const { makeCertificate } = await import('./authority.ts')
    const made = await makeCertificate(authority, wanted, nowMs)
    writeWhole(files.keyFile, made.key)
    writeWhole(files.certFile, made.certificate, 0o644)
  }
  const { fingerprint256: fingerprint } = new X509Certificate(authority.certificate)
  return { ...files, authority: { file: at('authority.pem'), fingerprint } }
}

type Kept = { madeFor: string[] }

async function ownAuthority(folder: string, names: string[], nowMs: number) {
  const [certFile, keyFile, notes] = ['authority.pem', 'authority.key', 'authority.json'].map(
    (name) => join(folder, name),
  ) as [string, string, string]
  if (!existsSync(certFile)) {
    const { makeAuthority } = await import('./authority.ts')
    const made = await makeAuthority(names, nowMs)
    writeWhole(keyFile, made.key)
    writeWhole(notes, `${JSON.stringify({ madeFor: names } satisfies Kept)}\n`)
    writeWhole(certFile, made.certificate, 0o644)
    return made
  }
  const { madeFor } = JSON.parse(readFileSync(notes, 'utf8')) as Kept
  const strange = names.find((name) => !mayVouchFor(madeFor, name))
  const authority = {
    certificate: readFileSync(certFile, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
  }
  const ends = Date.parse(new X509Certificate(authority.certificate).validTo)
  if (strange === undefined && ends - nowMs > outlivesMs) return authority
  const why = strange
    ? `may vouch for private addresses and ${madeFor.join(', ')} alone, not for ${strange}`
    : 'ends within the time of a new certificate'
  throw new TlsError(
    `The authority of this data dir ${why}.`,
    `Move ${folder} away: the next start makes a new one, which every tablet has to be given.`,
  )
}

function readIfThere(path: string): X509Certificate | undefined {
  return existsSync(path) ? new X509Certificate(readFileSync(path)) : undefined
}
