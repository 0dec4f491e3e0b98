import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import pino from 'pino'
import { createApp } from '../../api/app.ts'
import { dataDirAt } from '../../config/data-dir.ts'
import { connect } from '../../db/client.ts'
import { connectOrm } from '../../db/orm.ts'
import type { Spool } from '../../files/spool.ts'
import { frozenClock } from './api.ts'
import { as, type Staff } from './credentials.ts'
import type { SealedDatabase } from './sealed.ts'

export type Site = ReturnType<typeof startSite>

/** The whole app under the api's own role, a demo unless told otherwise. */
export function startSite(
  db: Pick<SealedDatabase, 'urls' | 'vault'>,
  options: { isDemo?: boolean; spool?: (root: string) => Spool } = {},
) {
  const apiUrl = db.urls.sesshu_api
  const root = mkdtempSync(join(tmpdir(), 'sesshu-pages-'))
  const dataDir = dataDirAt(root)
  for (const folder of [dataDir.run, dataDir.mail, dataDir.letters]) mkdirSync(folder)
  const sql = connect(apiUrl, { name: 'test-pages', max: 4 })
  const pool = connectOrm(apiUrl, { name: 'test-pages-orm', max: 4 })
  const temporal = Connection.lazy({ address: '127.0.0.1:1' })
  const { clock } = frozenClock('2021-07-05')
  const app = createApp(
    {
      sql,
      vault: db.vault,
      clock,
      log: pino({ level: 'silent' }),
      temporal,
      temporalNamespace: 'default',
      wakeRelays: () => {},
    },
    {
      web: {
        orm: pool.orm,
        dataDir,
        ...(options.spool && { spool: options.spool(root) }),
        isDemo: options.isDemo ?? true,
        temporalUiUrl: 'http://127.0.0.1:8233',
      },
    },
  )
  return {
    app,
    sql,
    clock,
    dataDir,
    /** As somebody whose role leads there, unless said otherwise. */
    get: async (path: string, who?: Staff) => {
      let response = await app.request(path, { headers: as(who ?? readerOf(path)) })
      // A course is shown by the town that it lives in.
      const isElsewhere = !who && response.status === 404 && path.startsWith('/courses/')
      if (isElsewhere) response = await app.request(path, { headers: as('clerkElsewhere') })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    close: async () => {
      await sql.end({ timeout: 1 })
      await pool.close()
      await temporal.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** Somebody who may open the page. */
export function readerOf(path: string): Staff {
  if (path.startsWith('/outgoing')) return 'printOperator'
  if (/^\/(courses\/|findings|supply)/.test(path)) return 'clerk'
  if (path.startsWith('/conflicts')) return 'venueStaff'
  if (/^\/(reviews|authority)/.test(path)) return 'supervisoryAuthority'
  if (/^\/(plan|incidents|devices|approvals)/.test(path)) return 'municipalAdministrator'
  return 'operator'
}
