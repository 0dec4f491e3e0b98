/** How long each class of data is kept, why, and what shows that it went. */
import type { Sql } from '../db/client.ts'
import { retentionClasses } from '../domain/retention.ts'

type Words = { ja: string; en: string }

export type RetentionLine = {
  class: string
  holds: Words
  purpose: Words
  period: Words
  /** When something of this class was last taken away, and how much; null before the first time. */
  lastOn: string | null
  rows: number
}

type Proof = { class: string; lastOn: string; rows: number }

/** The classes with the proofs that the database keeps of their deletion. */
export async function readRetention(sql: Sql): Promise<RetentionLine[]> {
  const rows = await sql<Proof[]>`
    select class, max(day)::text as "lastOn", sum(rows)::float8 as rows
      from retention_proof where rows > 0 group by class`
  const proofs = new Map(rows.map((proof) => [proof.class, proof]))
  return retentionClasses.map(({ name, holds, purpose, period }) => ({
    ...{ class: name, holds, purpose, period },
    lastOn: proofs.get(name)?.lastOn ?? null,
    rows: proofs.get(name)?.rows ?? 0,
  }))
}
