/** How long each class of data is kept, why, and what shows that it went. */
import type { Sql } from '../db/client.ts'
import { type KeptClass, keptClasses } from './kept-classes.ts'

export type RetentionLine = {
  class: string
  /** What it is called. */
  words: { ja: string; en: string }
  purpose: { ja: string; en: string }
  period: { ja: string; en: string }
  /** When something of this class was last taken away, and how much; null before the first time. */
  lastOn: string | null
  rows: number
}

type Proof = { class: string; lastOn: string; rows: number }

/** The classes with the proofs that the database keeps of their deletion. */
export async function readRetention(
  sql: Sql,
  classes: readonly KeptClass[] = keptClasses,
): Promise<RetentionLine[]> {
  const proofs = new Map((await readProofs(sql)).map((proof) => [proof.class, proof]))
  return classes.map(({ name, holds, purpose, period }) => ({
    ...{ class: name, words: holds, purpose, period },
    lastOn: proofs.get(name)?.lastOn ?? null,
    rows: proofs.get(name)?.rows ?? 0,
  }))
}

async function readProofs(sql: Sql): Promise<Proof[]> {
  const [found] = await sql<{ isThere: boolean }[]>`
    select to_regclass('public.retention_proof') is not null as "isThere"`
  if (!found?.isThere) return []
  return sql<Proof[]>`
    select class, max(day)::text as "lastOn", sum(rows)::float8 as rows
      from retention_proof where rows > 0 group by class`
}
