/**
 * What the sealer remembers outside the database: the tree and the chain at the last head that it
 * signed. It need not read back what came before, and it notices a ledger that became shorter.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from '../config/data-dir.ts'
import { openCheckpoint } from './checkpoint.ts'
import { CompactRange, type Hash } from './merkle.ts'
import type { VerifierKey } from './note-key.ts'

export type KeptRange = { range: CompactRange; chain: Hash; checkpoint: string }

const hash = z.base64().transform((text) => Buffer.from(text, 'base64'))
const schema = z.strictObject({
  checkpoint: z.string(),
  size: z.int().min(0),
  roots: z.array(hash),
  chain: hash,
})

const fileIn = (folder: string) => join(folder, 'range.json')

export function keepRange(folder: string, { range, chain, checkpoint }: KeptRange): void {
  const base64 = (bytes: Hash) => Buffer.from(bytes).toString('base64')
  const roots = range.roots.map(base64)
  const kept = { checkpoint, size: range.size, roots, chain: base64(chain) }
  writeWhole(fileIn(folder), `${JSON.stringify(kept)}\n`)
}

/**
 * Undefined when there is none, or none that this key has signed: a file cut short by a power cut,
 * or made up. Then everything is read back.
 */
export function readKeptRange(folder: string, key: VerifierKey): KeptRange | undefined {
  try {
    const { checkpoint, size, roots, chain } = schema.parse(
      JSON.parse(readFileSync(fileIn(folder), 'utf8')),
    )
    const range = CompactRange.from({ size, roots })
    const head = openCheckpoint(checkpoint, key)
    const isTheHead = head.size === size && Buffer.from(head.root).equals(range.root())
    return isTheHead ? { range, chain, checkpoint } : undefined
  } catch {
    return undefined
  }
}
