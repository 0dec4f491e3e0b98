// A signed folder: whatever is changed, taken out or put in is named; others' keys are not this one; OpenSSL agrees.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSigner, verifySigned, writeSigned } from '../../../evidence/sign.ts'

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sesshu-evidence-'))
  folder = join(root, 'pack')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const about = { municipalityCode: '131041', writtenAt: '2026-11-25T00:00:00.000Z' }
const files = [
  { name: 'evidence-ja.pdf', content: new Uint8Array([1, 2, 3]) },
  { name: 'evidence.json', content: '{"a":"約束"}\n' },
]
const keys = () => join(root, 'keys')
const write = () => writeSigned(folder, about, files, openSigner(keys()))

describe('a pack', () => {
  it('is good as it was signed', () => {
    write()
    expect(verifySigned(folder)).toMatchObject({ isGood: true, files: 2, ...about, faults: [] })
  })

  it.each(['evidence-ja.pdf', 'evidence.json'])('with one byte more in %s is named', (name) => {
    write()
    appendFileSync(join(folder, name), ' ')
    expect(verifySigned(folder).faults).toEqual([{ file: name, why: 'changed' }])
  })

  it('with one letter changed in place is named', () => {
    write()
    const path = join(folder, 'evidence.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('束', '東'))
    expect(verifySigned(folder).faults).toEqual([{ file: 'evidence.json', why: 'changed' }])
  })

  it('with a file taken out, or put in, is named', () => {
    write()
    rmSync(join(folder, 'evidence-ja.pdf'))
    writeFileSync(join(folder, 'more.pdf'), 'x')
    expect(verifySigned(folder).faults).toEqual([
      { file: 'evidence-ja.pdf', why: 'missing' },
      { file: 'more.pdf', why: 'unknown' },
    ])
  })

  it('whose manifest was written anew is not what was signed', () => {
    write()
    const path = join(folder, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('131041', '131059'))
    expect(verifySigned(folder).faults).toEqual([{ file: 'manifest.json', why: 'notSigned' }])
  })

  it('that another key has signed is told from ours by the key that is known', () => {
    const ours = openSigner(keys())
    writeSigned(folder, about, files, openSigner(join(root, 'forger')))
    expect(verifySigned(folder).isGood).toBe(true)
    expect(verifySigned(folder, ours.publicPem).faults).toEqual([
      { file: 'manifest.json', why: 'otherKey' },
    ])
  })

  it('without its signature or key is none', () => {
    write()
    rmSync(join(folder, 'manifest.sig'))
    rmSync(join(folder, 'evidence.pub'))
    expect(verifySigned(folder).faults.map(({ file }) => file)).toEqual([
      'manifest.sig',
      'evidence.pub',
    ])
  })

  it('is never written over another', () => {
    write()
    expect(write).toThrow('holds something already')
  })
})

describe('the key', () => {
  it('is made once, for its owner alone, the public half beside it', () => {
    const first = openSigner(keys())
    expect(openSigner(keys()).fingerprint).toBe(first.fingerprint)
    expect(statSync(join(keys(), 'evidence.key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(keys(), 'evidence.pub'), 'utf8')).toBe(first.publicPem)
  })

  it('that others can read is not used', () => {
    openSigner(keys())
    chmodSync(join(keys(), 'evidence.key'), 0o644)
    expect(() => openSigner(keys())).toThrow('chmod 600')
  })

  it('never lies in a pack', () => {
    const signer = openSigner(keys())
    writeSigned(folder, about, files, signer)
    copyFileSync(join(keys(), 'evidence.key'), join(root, 'key'))
    const secret = readFileSync(join(root, 'key'), 'utf8').split('\n')[1]!
    for (const name of ['manifest.json', 'manifest.sig', 'evidence.pub', 'evidence.json']) {
      expect(readFileSync(join(folder, name), 'latin1')).not.toContain(secret)
    }
  })
})

/** Not everywhere; what it checks is checked by Node as well. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

it.skipIf(!hasOpenssl)('OpenSSL alone checks a pack', () => {
  write()
  const args = ['-verify', '-pubin', '-inkey', 'evidence.pub', '-rawin', '-in', 'manifest.json']
  const said = execFileSync('openssl', ['pkeyutl', ...args, '-sigfile', 'manifest.sig'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(said).toContain('Signature Verified Successfully')
})
