/**
 * Who was erased, for ever. The list lies outside every backup, so that a restored database cannot
 * bring anybody back: keyd refuses whoever stands here, whatever wrapped key it is shown.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppendFile, wholeLines } from './append-file.ts'
import { type ChainHead, chainLine, hashOf, readChain } from './chain.ts'
import { makePrivateFolder } from './durable.ts'

export type Erasure = {
  municipalityCode: string
  residentId: string
  /** Code of why: `retention`, `request`, … */
  reason: string
  at: string
}

type SignedErasure = Erasure & { signature: string }

export type ErasureList = {
  readonly head: ChainHead
  hashAt(seq: number): string | undefined
  has(municipalityCode: string, residentId: string): boolean
  all(): Pick<Erasure, 'municipalityCode' | 'residentId'>[]
  /** Survives a power failure before it returns. Answers those that did not stand there already. */
  add(erasures: Omit<Erasure, 'at'>[]): Erasure[]
  close(): void
}

/** Throws when the list was changed by anybody else than its signer. */
export function openErasureList(path: string, key: KeyObject): ErasureList {
  makePrivateFolder(dirname(path))
  cutTornLine(path)
  const { erasures, head: found, hashes } = readErasureList(path, createPublicKey(key))
  let head = found
  const erased = new Set(erasures.map(idOf))
  const file = new AppendFile(path)
  return {
    get head() {
      return head
    },
    hashAt: (seq) => hashes[seq - 1],
    has: (municipalityCode, residentId) => erased.has(idOf({ municipalityCode, residentId })),
    all: () =>
      [...erased].map((id) => {
        const [municipalityCode, residentId] = id.split('/') as [string, string]
        return { municipalityCode, residentId }
      }),
    add(asked) {
      const at = new Date().toISOString()
      const added = asked.filter((one) => !erased.has(idOf(one))).map((one) => ({ ...one, at }))
      for (const erasure of added) {
        const bare = chainLine(head, erasure).line
        const signature = sign(null, Buffer.from(bare, 'utf8'), key).toString('base64')
        const next = chainLine(head, { ...erasure, signature })
        file.append(next.line)
        head = next.head
        hashes.push(head.hash)
      }
      file.sync()
      for (const erasure of added) erased.add(idOf(erasure))
      return added
    },
    close: () => file.close(),
  }
}

/**
 * The list, checked against the signer's public key; whoever replays it after a restore begins here.
 * The links are checked line by line, and the last signature vouches for all of them.
 */
export function readErasureList(
  path: string,
  publicKey: KeyObject,
): { erasures: Erasure[]; head: ChainHead; hashes: string[] } {
  const { lines } = wholeLines(existsSync(path) ? readFileSync(path, 'utf8') : '')
  const { entries, head, fault } = readChain<SignedErasure>(lines)
  if (fault) throw changed(path, fault.line)
  const last = lines.at(-1)
  if (last !== undefined && !isSigned(last, publicKey)) throw changed(path, entries.length)
  const erasures = entries.map(({ seq: _, prev: __, signature: ___, ...erasure }) => erasure)
  return { erasures, head, hashes: lines.map(hashOf) }
}

function isSigned(line: string, publicKey: KeyObject): boolean {
  const { signature, ...bare } = JSON.parse(line) as SignedErasure
  if (typeof signature !== 'string') return false
  const signed = Buffer.from(JSON.stringify(bare), 'utf8')
  return verify(null, signed, publicKey, Buffer.from(signature, 'base64'))
}

function cutTornLine(path: string): void {
  if (!existsSync(path)) return
  const text = readFileSync(path, 'utf8')
  const { torn } = wholeLines(text)
  if (torn !== '') truncateSync(path, Buffer.byteLength(text.slice(0, text.length - torn.length)))
}

function idOf({ municipalityCode, residentId }: { municipalityCode: string; residentId: string }) {
  return `${municipalityCode}/${residentId}`
}

function changed(path: string, line: number): Error {
  return new Error(
    `${path} was changed: line ${line} is not what keyd wrote there. Put the true list back; ` +
      'without it erased people could be read again.',
  )
}
