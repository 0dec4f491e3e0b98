import type { Connection } from '@temporalio/client'
import { Hono } from 'hono'
import { ledgerLagSeconds } from '../db/ledger/lag.ts'
import { readOutboxHealth } from '../db/queries/outbox.ts'
import type { ApiDeps } from './deps.ts'

export type HealthDeps = {
  /** Lazy: it may be away or not built yet, and scans go on. */
  temporal: Connection
  temporalNamespace: string
}

const temporalPatienceMs = 1_000

/** Process, database, Temporal and the way between them. 503 only when scans cannot be recorded. */
export function healthRoutes(deps: ApiDeps & HealthDeps): Hono {
  const app = new Hono()
  app.get('/health', async (c) => {
    const [outbox, lagSeconds, temporal] = await Promise.all([
      readOutboxHealth(deps.sql).catch(() => undefined),
      ledgerLagSeconds(deps.sql).catch(() => undefined),
      temporalState(deps),
    ])
    const now = deps.clock.now()
    const body = {
      process: 'ok',
      database: outbox ? 'ok' : 'away',
      temporal,
      outbox: outbox ?? null,
      // Above 60 nobody may read a person: see db/ledger/lag.ts.
      ledger: lagSeconds === undefined ? null : { lagSeconds },
      clock: {
        campaignAt: new Date(now).toISOString(),
        day: deps.clock.today(),
        isCampaign: deps.clock.isCampaign(),
      },
    }
    return c.json(body, outbox ? 200 : 503)
  })
  return app
}

async function temporalState(deps: HealthDeps): Promise<'ok' | 'away'> {
  try {
    await deps.temporal.withDeadline(Date.now() + temporalPatienceMs, () =>
      deps.temporal.workflowService.describeNamespace({ namespace: deps.temporalNamespace }),
    )
    return 'ok'
  } catch {
    return 'away'
  } finally {
    // Once used, it keeps a hook on every promise of the process: scans would go on paying for it.
    deps.temporal.callContextStorage.disable()
  }
}
