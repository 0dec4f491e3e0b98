import { Hono } from 'hono'
import {
  type AuthorityData,
  type OversightSources,
  readAuthority,
} from '../../web/authority-data.ts'
import { wallNow } from '../../web/deps.ts'
import type { ApiDeps } from '../deps.ts'
import { shown } from './incidents.ts'

/** The authority's page as JSON: the same figures, and nobody's row either. */
export function authorityRoutes(deps: Pick<ApiDeps, 'sql'>, sources: OversightSources): Hono {
  const app = new Hono()
  app.get('/authority', async (c) =>
    c.json(jsonOf(await readAuthority(deps.sql, sources, wallNow())), 200),
  )
  return app
}

function jsonOf({ incidents, ...data }: AuthorityData) {
  return { ...data, keys: data.keys ?? null, incidents: incidents.map(shown) }
}
