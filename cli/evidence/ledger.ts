import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from '../../db/client.ts'
import { currentLog } from '../../db/ledger/heads.ts'
import type { LedgerVerdict } from '../../evidence/pack.ts'
import { readBundle } from '../../ledger/bundle.ts'
import { Leaves } from '../../ledger/leaves.ts'
import { CompactRange } from '../../ledger/merkle.ts'
import { parseVerifier } from '../../ledger/note-key.ts'
import { verifyBundle } from '../../ledger/verify.ts'
import { readWitness, type Witnessed } from '../../ledger/witness-file.ts'
import { linesOf } from '../../ledger/witness-folder.ts'
import { writeBundle } from '../ledger/export.ts'
import { faultWords } from '../ledger/verify.ts'

/**
 * Exports the ledger into a folder that is taken away again, and verifies it: against a witness's file
 * where one is named, else against the log's own heads alone. Undefined before a sealer has run.
 */
export async function verifyHere(
  sql: Sql,
  witnessFile: string | undefined,
): Promise<LedgerVerdict | undefined> {
  const log = await currentLog(sql)
  if (!log) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'sesshu-evidence-'))
  try {
    const path = join(folder, 'ledger.jsonl')
    await writeBundle(sql, path)
    const bundle = await readBundle(linesOf(path))
    const witnessed = witnessFile ? await readWitness(linesOf(witnessFile)) : nobody(log.publicKey)
    const { isIntact, rows, heads, witnessedRows, lastHead, fault } = verifyBundle(
      bundle,
      witnessed,
    )
    return {
      ...{ isIntact, rows, heads },
      ...(witnessFile && lastHead && { witnessedRows, witnessSeenAt: lastHead.seenAt }),
      ...(fault && { fault: faultWords(fault) }),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A witness that has seen nothing: only the log's own key decides. */
function nobody(logKey: string): Witnessed {
  const log = parseVerifier(logKey)
  return { log, witness: log, leaves: new Leaves(), heads: [], range: CompactRange.empty() }
}
