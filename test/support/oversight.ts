/** The whole app with the authority's sources, staff of each role signed in, and what it logs. */
import { pino } from 'pino'
import { createApp } from '../../api/app.ts'
import { dataDirAt } from '../../config/data-dir.ts'
import { connectOrm } from '../../db/orm.ts'
import type { OversightSources } from '../../web/authority-data.ts'
import { appDeps } from './api.ts'
import { as, type Staff, seedStaff } from './credentials.ts'
import type { SealedDatabase } from './sealed.ts'

export type Oversight = Awaited<ReturnType<typeof startOversight>>

export async function startOversight(db: SealedDatabase, oversight: OversightSources = {}) {
  const ids = await seedStaff(db.sql)
  const deps = appDeps(db)
  const logged: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  const pool = connectOrm(db.urls.sesshu_api, { name: 'test-oversight', max: 2 })
  const app = createApp(
    { ...deps, log },
    { web: { orm: pool.orm, dataDir: dataDirAt('/nowhere'), isDemo: false, oversight } },
  )
  const ask = async (who: Staff, method: string, path: string, init: RequestInit = {}) => {
    const response = await app.request(path, {
      method,
      ...init,
      headers: { ...as(who), 'accept-language': 'en', ...init.headers },
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  return {
    ids,
    app,
    setDay: deps.setDay,
    log,
    logged,
    sql: deps.sql,
    /** JSON in, JSON out. */
    call: async (
      ...[who, method, path, body, more = {}]: [
        Staff,
        string,
        string,
        object?,
        Record<string, string>?,
      ]
    ) => {
      const headers = { 'content-type': 'application/json', ...more }
      const init = body ? { headers, body: JSON.stringify(body) } : {}
      const { status, text } = await ask(who, method, `/api/v1${path}`, init)
      return { status, body: text ? JSON.parse(text) : {} }
    },
    page: (who: Staff, path: string) => ask(who, 'GET', path),
    /** A file that is no text. */
    bytes: async (who: Staff, path: string) => {
      const response = await app.request(path, { headers: as(who) })
      return new Uint8Array(await response.arrayBuffer())
    },
    /** A form of ours, as a browser without a script sends it. Answers where it leads. */
    submit: async (who: Staff, path: string, fields: Record<string, string>) => {
      const body = new URLSearchParams(fields)
      const { status, headers } = await ask(who, 'POST', path, { body })
      return { status, location: headers.get('location') }
    },
    close: async () => {
      await deps.close()
      await pool.close()
    },
  }
}
