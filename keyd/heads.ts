/**
 * How long keyd's log and the list of the erased were, noted in the database: the end of a chain has
 * nobody after it to tell that it was cut off. Whoever shortens one must change the other as well, which
 * belongs to somebody else.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { Sql } from '../db/client.ts'
import type { ChainHead } from './chain.ts'

export type Anchored = 'log' | 'erasures'

export type Chain = {
  name: Anchored
  /** The path that a person is told of. */
  where: string
  head: ChainHead
  /** Of the line with that number, if it is there. */
  hashAt(seq: number): string | undefined
}

export type Heads = {
  /**
   * Throws when a chain is shorter than it was, or another one. A restored database knows an older
   * head, which the longer chain still contains.
   */
  assertNotCut(chains: Chain[]): Promise<void>
  /** Only for what is on disk already. */
  note(name: Anchored, head: ChainHead): Promise<void>
}

/** The heads of the keyd that signs with this key. */
export function headsOf(sql: Sql, signingKey: KeyObject): Heads {
  const publicKey = createPublicKey(signingKey).export({ format: 'der', type: 'spki' })
  const keyd = createHash('sha256').update(publicKey).digest('hex')
  return {
    async assertNotCut(chains) {
      const noted = await sql<(ChainHead & { name: Anchored })[]>`
        select name, seq::int, hash from keyd_head where keyd = ${keyd}`
      for (const { name, seq, hash } of noted) {
        const chain = chains.find((one) => one.name === name)
        if (!chain || seq === 0 || chain.hashAt(seq) === hash) continue
        throw new Error(
          `${chain.where} is not the one that was here before: the database saw its line ${seq}, ` +
            `and it has ${chain.head.seq}. Put the longest copy back; see "Keys" in docs/runbook.md.`,
        )
      }
    },
    async note(name, { seq, hash }) {
      await sql`
        insert into keyd_head as h (keyd, name, seq, hash) values (${keyd}, ${name}, ${seq}, ${hash})
        on conflict (keyd, name) do update
          set seq = excluded.seq, hash = excluded.hash, noted_at = clock_timestamp()
          where h.seq < excluded.seq`
    },
  }
}
