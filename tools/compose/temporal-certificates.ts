/**
 * An authority of this installation's own, and a certificate for each that speaks to Temporal. Whoever
 * shows none is not heard. Made once; what is there already is left alone. Each folder is mounted into
 * one container, so that nobody holds another's key. To renew, delete the folders and start again.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** The name by which every client knows the server, whatever its address. */
export const temporalServerName = 'temporal'

type Holder = { folder: string; name: string; usage: 'serverAuth, clientAuth' | 'clientAuth' }

const holders: Holder[] = [
  // Its parts speak to each other as well: there the server is a client.
  { folder: 'server', name: temporalServerName, usage: 'serverAuth, clientAuth' },
  { folder: 'sesshu', name: 'sesshu', usage: 'clientAuth' },
  { folder: 'ui', name: 'ui', usage: 'clientAuth' },
]
const validDays = { authority: 3_650, certificate: 825 }

/** Writes `<folder>/{ca,cert,key}.pem` below `root` for each holder. Needs `openssl` on the PATH. */
export function makeTemporalCertificates(root: string): void {
  const authority = join(root, 'authority')
  mkdirSync(authority, { recursive: true })
  const ca = { cert: join(authority, 'ca.pem'), key: join(authority, 'ca.key') }
  if (!existsSync(ca.cert)) {
    makeCertificate(ca, 'sesshu-temporal', validDays.authority, [
      'basicConstraints = critical, CA:TRUE, pathlen:0',
      'keyUsage = critical, keyCertSign, cRLSign',
    ])
  }
  for (const { folder, name, usage } of holders) {
    const at = (file: string) => join(root, folder, file)
    if (existsSync(at('cert.pem'))) continue
    mkdirSync(join(root, folder), { recursive: true })
    copyFileSync(ca.cert, at('ca.pem'))
    const extensions = [
      'basicConstraints = critical, CA:FALSE',
      'keyUsage = critical, digitalSignature',
      `extendedKeyUsage = ${usage}`,
      `subjectAltName = DNS:${name}`,
    ]
    const files = { cert: at('cert.pem'), key: at('key.pem') }
    makeCertificate(files, name, validDays.certificate, extensions, ca)
    // The container that alone mounts the folder may run as any account.
    chmodSync(files.key, 0o644)
  }
}

type Files = { cert: string; key: string }

function makeCertificate(
  { cert, key }: Files,
  name: string,
  days: number,
  extensions: string[],
  signedBy?: Files,
): void {
  const settings = `${cert}.cnf`
  const lines = ['[req]', 'prompt = no', 'distinguished_name = name', 'x509_extensions = it']
  writeFileSync(
    settings,
    [...lines, '[name]', `CN = ${name}`, '[it]', ...extensions, ''].join('\n'),
  )
  const draft = `${cert}.part`
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-config', settings, '-days', String(days), '-nodes'],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', key, '-out', draft],
      ...(signedBy ? ['-CA', signedBy.cert, '-CAkey', signedBy.key] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  rmSync(settings)
  renameSync(draft, cert)
}
