import { Connection } from '@temporalio/client'
import pino from 'pino'
import { createApp } from '../../api/app.ts'
import { type ClockSegment, clockOf } from '../../config/clock.ts'
import { connect } from '../../db/client.ts'
import { tokyoInstant } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { asProgram } from './credentials.ts'
import type { TestDatabase } from './db.ts'

/** A clock that tests set: it stands still at noon of the day named. */
export function frozenClock(day: string) {
  let segments: ClockSegment[] = []
  const setDay = (next: string) => {
    const campaignAt = Date.parse(tokyoInstant(next as PlainDate, 12 * 60))
    segments = [{ wallAt: 0, campaignAt, pace: 0 }]
  }
  setDay(day)
  return { clock: clockOf(() => segments), setDay }
}

/** What an app is given here, under the api's own role. */
export function appDeps(db: TestDatabase, day = '2021-07-01') {
  const sql = connect(db.urls.sesshu_api, { name: 'test-api', max: 6 })
  const { clock, setDay } = frozenClock(day)
  const temporal = Connection.lazy({ address: '127.0.0.1:1' })
  return {
    sql,
    clock,
    setDay,
    log: pino({ level: 'silent' }),
    temporal,
    temporalNamespace: 'default',
    wakeRelays: () => {},
    close: async () => {
      await sql.end({ timeout: 1 })
      await temporal.close()
    },
  }
}

/** The real app on the api's own role, called without a socket. */
export function testApi(db: TestDatabase, day = '2021-07-01') {
  let wakes = 0
  const deps = appDeps(db, day)
  const { clock, setDay } = deps
  const app = createApp({
    ...deps,
    wakeRelays: () => {
      wakes++
    },
  })
  const call = async (method: string, path: string, body?: unknown, headers = {}) => {
    const response = await app.request(path, {
      method,
      headers: { ...asProgram, ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text ? JSON.parse(text) : undefined,
      headers: response.headers,
    }
  }
  return {
    app,
    clock,
    setDay,
    wakes: () => wakes,
    post: (path: string, body: unknown, headers = {}) => call('POST', path, body, headers),
    put: (path: string, body: unknown) => call('PUT', path, body),
    get: (path: string, headers = {}) => call('GET', path, undefined, headers),
    close: deps.close,
  }
}
