import { timingSafeEqual } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { WebPlace } from '../web/deps.ts'
import { webRoutes } from '../web/routes.tsx'
import { limitBody } from './body-limit.ts'
import type { ApiDeps } from './deps.ts'
import { fhirRoutes } from './fhir/routes.ts'
import { type HealthDeps, healthRoutes } from './health.ts'
import { Problem, sendProblem, toProblem, validationHook } from './problem.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { moveRoutes } from './routes/moves.ts'
import { registerRoutes } from './routes/register.ts'
import { scanRoutes } from './routes/scans.ts'

export type AppOptions = { devToken: string; web?: WebPlace }

/** A witness is nobody's account. */
const publicPaths = /^\/api\/v1\/(openapi\.json$|ledger\/)/

/** A batch of 1,000 residents is well below this; nothing larger is read into memory. */
const bodyMaxBytes = 4 * 1024 * 1024

/** The whole HTTP interface, composed; the process around it is `api/main.ts`. */
export function createApp(deps: ApiDeps & HealthDeps, options: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.onError((error, c) => {
    const problem = toProblem(error)
    if (problem.status >= 500) deps.log.error({ err: error }, 'request failed')
    return sendProblem(c, problem)
  })
  app.notFound((c) => sendProblem(c, new Problem(404, 'notFound')))

  app.use(async (c, next) => {
    await next()
    // Not c.header(): after an answer that makes a second Response, with a stream for a body.
    const { headers } = c.res
    headers.set('Sesshu-Campaign-At', new Date(deps.clock.now()).toISOString())
    headers.set('X-Content-Type-Options', 'nosniff')
    headers.set('Referrer-Policy', 'no-referrer')
  })
  app.use('/api/*', limitBody(bodyMaxBytes))
  app.use('/fhir/*', limitBody(bodyMaxBytes))
  app.use('/api/v1/*', async (c, next) => {
    const isPublic = publicPaths.test(c.req.path)
    if (!isPublic && !hasToken(c.req.header('authorization'), options.devToken)) {
      throw new Problem(401, 'unauthorized')
    }
    await next()
  })

  app.route('/', healthRoutes(deps))
  app.route('/api/v1', scanRoutes(deps))
  app.route('/api/v1', registerRoutes(deps))
  app.route('/api/v1', moveRoutes(deps))
  app.route('/api/v1', ledgerRoutes(deps))
  app.route('/fhir', fhirRoutes())
  app.route('/', webRoutes(deps, options.web))
  app.doc31('/api/v1/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'sesshu', version: '1', description: 'Scans, registers and moves.' },
  })
  return app
}

function hasToken(header: string | undefined, token: string): boolean {
  const sent = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return sent.length === wanted.length && timingSafeEqual(sent, wanted)
}
