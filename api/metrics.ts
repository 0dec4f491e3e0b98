/**
 * Figures for whoever watches the system from outside (Prometheus' text format): counts alone. Answered to
 * this machine; beyond it, to whoever shows the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { ledgerLagSeconds } from '../db/ledger/lag.ts'
import { alarmCounts, dayLines, lastRun, unmailedCount } from '../db/queries/monitor/pages.ts'
import { readOutboxHealth } from '../db/queries/outbox.ts'
import type { ApiDeps } from './deps.ts'
import { isRemoteLoopback } from './remote.ts'

type Figure = { name: string; help: string; values: [labels: string, value: number][] }

export function metricRoutes({ sql }: ApiDeps, token?: string): Hono {
  const app = new Hono()
  app.get('/metrics', async (c) => {
    if (!mayRead(c, token)) return c.notFound()
    const [alarms, unmailed, run, outbox, ledger] = await Promise.all([
      alarmCounts(sql),
      unmailedCount(sql),
      lastRun(sql),
      readOutboxHealth(sql),
      ledgerLagSeconds(sql),
    ])
    const lines = run ? (await dayLines(sql, run.day)).filter(({ day }) => day === run.day) : []
    const figures: Figure[] = [
      {
        name: 'sesshu_notice_alarms_open',
        help: 'Differences between what is owed and what left, by municipality and kind.',
        values: [
          ['', alarms.reduce((sum, { count }) => sum + count, 0)],
          ...alarms.map(({ town, kind, count }): [string, number] => [
            `{municipality="${town}",kind="${kind}"}`,
            count,
          ]),
        ],
      },
      {
        name: 'sesshu_notice_alarms_unmailed',
        help: 'Open differences of which no mail has left.',
        values: [['', unmailed]],
      },
      {
        name: 'sesshu_notices_of_day',
        help: 'Notices of the last day that was looked at, by what became of them.',
        values: lines.map(({ what, count }): [string, number] => [`{what="${what}"}`, count]),
      },
      {
        name: 'sesshu_notice_watch_last_run_timestamp_seconds',
        help: 'When the watch last came to its end, in wall time; 0 before the first time.',
        values: [['', run ? Math.floor(run.endedAt.getTime() / 1000) : 0]],
      },
      {
        name: 'sesshu_notice_watch_seconds',
        help: 'How long its last look took.',
        values: run ? [['', run.tookMs / 1000]] : [],
      },
      {
        name: 'sesshu_outbox_waiting',
        help: 'Courses whose news has not reached its workflow.',
        values: [['', outbox.waiting]],
      },
      {
        name: 'sesshu_ledger_lag_seconds',
        help: 'Age of the oldest look that is not chained yet.',
        values: [['', ledger]],
      },
    ]
    return c.text(figures.map(written).join(''), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Cache-Control': 'no-store',
    })
  })
  return app
}

function written({ name, help, values }: Figure): string {
  const lines = values.map(([labels, value]) => `${name}${labels} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
}

function mayRead(c: Context, token: string | undefined): boolean {
  // Behind a proxy of this machine every caller looks near.
  const isNear = isRemoteLoopback(c) && c.req.header('x-forwarded-for') === undefined
  if (isNear) return true
  const shown = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
  return token !== undefined && shown !== undefined && isSame(shown, token)
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
