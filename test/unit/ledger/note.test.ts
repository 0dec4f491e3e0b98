// Notes, heads and co-signatures against the published formats, and against every changed character.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cosign,
  openCheckpoint,
  openCosignature,
  readCheckpoint,
  signCheckpoint,
} from '../../../ledger/checkpoint.ts'
import { leafHash } from '../../../ledger/merkle.ts'
import { openNote, parseNote, signNote } from '../../../ledger/note.ts'
import {
  generateSigner,
  parseSigner,
  parseVerifier,
  signatureTypes,
} from '../../../ledger/note-key.ts'

const { ed25519, cosignature } = signatureTypes

describe('published examples', () => {
  it('c2sp.org/signed-note: the example key opens the example note', () => {
    const key = parseVerifier(
      'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    )
    const note =
      'This is an example message.\n\n' +
      '\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
    expect(openNote(note, key)).toBe('This is an example message.\n')
  })

  it('golang.org/x/mod/sumdb/note: the example private key belongs to the example public key', () => {
    const signer = parseSigner(
      'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
    )
    expect(signer.verifier.text).toBe(
      'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    )
  })

  it('c2sp.org/tlog-checkpoint: the example head is read as origin, size and root', () => {
    const head = readCheckpoint(
      'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
        '\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
        '\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n',
    )
    expect(head.origin).toBe('example.com/behind-the-sofa')
    expect(head.size).toBe(20_852_163)
  })
})

const log = generateSigner('log.test/a', ed25519)
const witness = generateSigner('witness.test/w', cosignature)
const head = { size: 7, root: leafHash(Buffer.from('seven')) }
const note = signCheckpoint(head, log)

describe('keys', () => {
  it('come back from their one line, private and public', () => {
    const back = parseSigner(log.text)
    expect(back.verifier.text).toBe(log.verifier.text)
    expect(openCheckpoint(signCheckpoint(head, back), parseVerifier(log.verifier.text)).size).toBe(
      7,
    )
  })

  it('have another id under another name or type', () => {
    const renamed = log.verifier.text.replace('log.test/a', 'log.test/b')
    expect(() => parseVerifier(renamed)).toThrow('does not belong')
    expect(() => parseVerifier(log.text)).toThrow()
    expect(() => parseSigner(log.verifier.text)).toThrow()
    expect(() => generateSigner('a name', ed25519)).toThrow('no spaces')
  })
})

describe('heads', () => {
  it('open under their own key and no other', () => {
    expect(openCheckpoint(note, log.verifier)).toEqual({ origin: 'log.test/a', ...head })
    const other = generateSigner('log.test/a', ed25519)
    expect(() => openCheckpoint(note, other.verifier)).toThrow('not signed by')
  })

  it('are refused when the key signed for another origin', () => {
    const foreign = signNote(`log.test/b\n7\n${Buffer.from(head.root).toString('base64')}\n`, log)
    expect(() => openCheckpoint(foreign, log.verifier)).toThrow('not of log.test/a')
  })

  it.each([
    ['a size with a leading zero', 'log.test/a\n07\n'],
    ['a negative size', 'log.test/a\n-7\n'],
    ['a size beyond counting', 'log.test/a\n9999999999999999\n'],
  ])('are refused with %s', (_, begin) => {
    const bad = signNote(`${begin}${Buffer.from(head.root).toString('base64')}\n`, log)
    expect(() => openCheckpoint(bad, log.verifier)).toThrow('not a head')
  })

  it('T19: no character of a head can be changed', () => {
    const text = parseNote(note).text
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('A', '1', '\n', 'é'), (at, other) => {
        fc.pre(note[at] !== other)
        const changed = note.slice(0, at) + other + note.slice(at + 1)
        expect(() => openCheckpoint(changed, log.verifier)).toThrow()
      }),
    )
  })
})

describe('co-signatures', () => {
  const seen = cosign(note, witness, 1_625_000_000)

  it('stand beside the log’s signature and tell when', () => {
    expect(openCheckpoint(seen, log.verifier).size).toBe(7)
    expect(openCosignature(seen, witness.verifier)).toBe(1_625_000_000)
  })

  it('are refused with another time, another head, or none', () => {
    expect(() => openCosignature(note, witness.verifier)).toThrow('not signed by')
    const [line] = parseNote(seen).signatures.slice(-1)
    const moved = signCheckpoint({ ...head, size: 8 }, log) + line!.line
    expect(() => openCosignature(moved, witness.verifier)).toThrow('has not co-signed')
    const bytes = Buffer.concat([line!.id, line!.signature])
    bytes[11] = bytes[11]! ^ 1
    const later = `${note}\u2014 ${witness.verifier.name} ${bytes.toString('base64')}\n`
    expect(() => openCosignature(later, witness.verifier)).toThrow('has not co-signed')
  })
})

it.each([
  ['no signature', 'text\n'],
  ['a line that is no signature', 'text\n\n-- a b\n'],
  ['a control character', `te\u0001xt\n\n\u2014 a AAAAAAAA\n`],
  ['no newline at the end', 'text\n\n\u2014 a AAAAAAAA'],
])('a note with %s is refused', (_, bad) => {
  expect(() => parseNote(bad)).toThrow()
})
