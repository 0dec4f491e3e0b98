/** An authority of one data dir's own, made once, and the certificate that the api shows. */
import 'reflect-metadata'
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { nameConstraints, nameConstraintsOid } from './name-constraints.ts'

x509.cryptoProvider.set(webcrypto as never)

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 86_400_000
/** Tablets are given it by hand: not every year. */
const authorityDays = 3_650
/** No browser takes more than 825 days of an authority that somebody put in; ours is renewed by itself. */
const certificateDays = 397
/** A tablet whose clock is a little late takes a new one all the same. */
const backdatedMs = dayMs

export type Pair = { certificate: string; key: string }

/** Both in PEM. It can vouch for `names` and for what `nameConstraints` allows besides, nothing else. */
export async function makeAuthority(names: readonly string[], nowMs: number): Promise<Pair> {
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // Told apart by people who have put in several.
    name: `CN=sesshu ${randomBytes(4).toString('hex')}, O=sesshu`,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityDays * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      new x509.Extension(nameConstraintsOid, true, nameConstraints(names)),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) }
}

/** For addresses and names alike; both in PEM. */
export async function makeCertificate(
  authority: Pair,
  names: readonly { type: 'ip' | 'dns'; value: string }[],
  nowMs: number,
): Promise<Pair> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const keys = await makeKeys()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    // Names stand in the extension alone: one that looks like a host's would be constrained as such.
    subject: 'CN=sesshu api, O=sesshu',
    issuer: issuer.subject,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + certificateDays * dayMs),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await signingKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([...names]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) }
}

function makeKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

/** Positive, and never the same twice. */
function serialNumber(): string {
  return `4${randomBytes(16).toString('hex').slice(1)}`
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key))
  const object = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return object.export({ format: 'pem', type: 'pkcs8' }).toString()
}

async function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' })
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
}
