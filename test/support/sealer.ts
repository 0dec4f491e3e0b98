import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { READY_FILE_VARIABLE } from '../../config/ready.ts'
import { connectSealer, takeTurn } from '../../db/ledger/seal.ts'
import { openKeyFile } from '../../ledger/key-file.ts'
import { signatureTypes } from '../../ledger/note-key.ts'
import { Sealer } from '../../ledger/sealer.ts'
import type { testApi } from './api.ts'
import type { TestDatabase } from './db.ts'

export const ledgerFolder = (dataDir: string) => join(dataDir, 'ledger')

/** A sealer in this process, on a connection and with a key of its own data dir. */
export async function openSealer(db: TestDatabase, dataDir: string, chunkRows = 50) {
  const sql = connectSealer(db.urls.sesshu_sealer, () => {})
  const folder = ledgerFolder(dataDir)
  const type = signatureTypes.ed25519
  const signer = openKeyFile({ folder, name: 'ledger', keyName: 'log.test/ledger', type })
  try {
    const turn = await takeTurn(sql, () => {})
    const sealer = await Sealer.open({ sql, turn, signer, folder, chunkRows })
    await sealer.announceLog()
    return { sealer, signer, sql, close: () => sql.end({ timeout: 1 }) }
  } catch (error) {
    await sql.end({ timeout: 1 })
    throw error
  }
}

/** The real process, as the supervisor starts it, only faster. */
export function spawnSealer(db: TestDatabase, dataDir: string): SealerProcess {
  const readyFile = join(dataDir, `ready-${Math.random().toString(36).slice(2)}`)
  let said = ''
  const child = spawn(process.execPath, ['--import', 'tsx', 'ledger/sealer-main.ts'], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: db.urls.sesshu_sealer,
      SESSHU_DATA_DIR: dataDir,
      LEDGER_SEAL_EVERY_MS: '10',
      LEDGER_HEAD_EVERY_MS: '50',
      LOG_LEVEL: 'warn',
      [READY_FILE_VARIABLE]: readyFile,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ready = async () => {
    while (!existsSync(readyFile)) {
      if (child.exitCode !== null) throw new Error(`The sealer ended: ${said}`)
      await sleep(20)
    }
  }
  return { child, ready, ended, said: () => said }
}

export type SealerProcess = {
  child: ChildProcess
  ready(): Promise<void>
  ended: Promise<number | null>
  said(): string
}

/** The real api behind a real socket. */
export async function listen(api: ReturnType<typeof testApi>) {
  const server = serve({ fetch: api.app.fetch, hostname: '127.0.0.1', port: 0 })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
