import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Sql } from '../../db/client.ts'
import { exportLedger } from '../../db/ledger/export.ts'
import { currentLog } from '../../db/ledger/heads.ts'
import { type BundleLine, bundleFormat, bundleLine } from '../../ledger/bundle.ts'
import { CommandError, exitCodes } from '../common.ts'
import { roleUrl, tellTargets, withDatabase } from '../servers.ts'

type Exported = { bundle: string; rows: number; heads: number; sha256: string }

/** Writes the whole ledger of the running system, as the authority may read it. */
export async function exportTo(out: string, dataDir: string, json: boolean): Promise<number> {
  const targets = await tellTargets(dataDir)
  const url = await roleUrl(dataDir, targets, 'sesshu_authority')
  const exported = await withDatabase(url, 'sesshu-ledger', (sql) => writeBundle(sql, resolve(out)))
  process.stdout.write(json ? `${JSON.stringify(exported)}\n` : wordsOf(exported))
  return exitCodes.ok
}

/** The file appears whole or not at all. */
export async function writeBundle(sql: Sql, path: string): Promise<Exported> {
  const log = await currentLog(sql)
  if (!log) {
    throw new CommandError(
      'This ledger has no name and key yet: no sealer has run.',
      'Start the system (npx sesshu up), wait a minute, and export again.',
    )
  }
  const draft = `${path}.part`
  const file = await open(draft, 'w', 0o600)
  const hash = createHash('sha256')
  const counts = { rows: 0, heads: 0 }
  let waiting = ''
  const flush = async () => {
    hash.update(waiting)
    await file.write(waiting)
    waiting = ''
  }
  const write = async (line: BundleLine) => {
    waiting += bundleLine(line)
    if (waiting.length > flushAt) await flush()
  }
  try {
    const exportedAt = new Date().toISOString()
    await write({ format: bundleFormat, ...log, exportedAt })
    await exportLedger(sql, {
      row: (row) => {
        counts.rows += 1
        return write({ row })
      },
      head: ({ checkpoint }) => {
        counts.heads += 1
        return write({ head: checkpoint })
      },
    })
    await write({ end: counts })
    await flush()
    await file.sync()
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return { bundle: path, ...counts, sha256: hash.digest('hex') }
}

const flushAt = 256 * 1024

function wordsOf({ bundle, rows, heads, sha256 }: Exported): string {
  return [
    `${bundle}: ${rows} rows, ${heads} heads.`,
    `SHA-256 ${sha256}`,
    'It names nobody, but holds ids: keep it as closely as a register. Anywhere, without a database:',
    `  npx sesshu ledger verify --bundle ${bundle} --witness WITNESS.jsonl`,
    '',
  ].join('\n')
}
