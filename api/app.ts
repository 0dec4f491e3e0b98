import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { except } from 'hono/combine'
import { type Auth, type AuthOptions, createAuth } from '../auth/auth.ts'
import { guesses } from '../auth/limits.ts'
import { batchPages } from '../web/batches/routes.tsx'
import type { WebPlace } from '../web/deps.ts'
import { importPages } from '../web/imports/routes.ts'
import { ladderPages } from '../web/ladder/routes.tsx'
import { letterPages } from '../web/letter-texts/routes.tsx'
import { linkPages } from '../web/links/routes.ts'
import { mailPages } from '../web/mails/routes.ts'
import { monitorPages } from '../web/monitor/routes.ts'
import { myRoutes } from '../web/my/routes.tsx'
import { officeRoutes } from '../web/office/routes.tsx'
import { paperPages } from '../web/paper/routes.ts'
import { refusedPage, signInAddress } from '../web/refused.tsx'
import { returnedPages } from '../web/returned/routes.ts'
import { webRoutes } from '../web/routes.tsx'
import { stickPages } from '../web/sticks/routes.ts'
import { unattachedPages } from '../web/unattached/routes.ts'
import { wavePages } from '../web/waves/routes.tsx'
import { admission } from './admission.ts'
import { limitBody, limitStated } from './body-limit.ts'
import type { ApiDeps } from './deps.ts'
import { fhirRoutes } from './fhir/routes.ts'
import { type HealthDeps, healthRoutes } from './health.ts'
import { metricRoutes } from './metrics.ts'
import { Problem, sendProblem, toProblem, validationHook } from './problem.ts'
import { readerAddress } from './remote.ts'
import { authRoutes } from './routes/auth.ts'
import { authorityRoutes } from './routes/authority.ts'
import { batchRoutes } from './routes/batches.ts'
import { breakGlassRoutes } from './routes/break-glass.ts'
import { deskForms, deskOf, deskRoutes, wrongTries } from './routes/desk.ts'
import { deviceDoorRoutes, deviceRoutes, revoke, unlock } from './routes/devices.ts'
import { doseForm } from './routes/dose-form.ts'
import { doseRoutes, movingDoses } from './routes/doses.ts'
import { exportRoutes } from './routes/exports.ts'
import { findingForms } from './routes/finding-forms.ts'
import { findingRoutes } from './routes/findings.ts'
import { importRoutes } from './routes/imports.ts'
import { incidentForms, incidentRoutes } from './routes/incidents.ts'
import { ladderRoutes } from './routes/ladder.ts'
import { ledgerRoutes } from './routes/ledger.ts'
import { linkRoutes } from './routes/links.ts'
import { mailRoutes } from './routes/mail.ts'
import { moveRoutes } from './routes/moves.ts'
import { oidcRoutes } from './routes/oidc.ts'
import { passkeyRoutes } from './routes/passkeys.ts'
import { planForm, planRoutes } from './routes/plan.ts'
import { protectionRoutes } from './routes/protection.ts'
import { readyRoutes } from './routes/ready.ts'
import { registerRoutes } from './routes/register.ts'
import { returnedRoutes } from './routes/returned.ts'
import { rightsRoutes } from './routes/rights.ts'
import { scanConflictRoutes, settleConflictForm } from './routes/scan-conflicts.ts'
import { scanSetupRoutes } from './routes/scan-setup.ts'
import { scanRoutes } from './routes/scans.ts'
import { screeningRoutes } from './routes/screenings.ts'
import { stickRoutes } from './routes/sticks.ts'
import { supplyRoutes } from './routes/supply.ts'
import { ticketForms, ticketRoutes } from './routes/tickets.ts'
import { sayYes, twoPeopleRoutes } from './routes/two-people.ts'
import { unattachedRoutes } from './routes/unattached.ts'
import { waveRoutes } from './routes/waves.ts'
import { securityHeaders } from './security-headers.ts'

export type AppOptions = {
  web?: WebPlace
  auth?: AuthOptions
  /** Whoever shows it reads metrics from beyond this machine. */
  metricsToken?: string | undefined
}

/** A batch of 1,000 residents is well below this; nothing larger is read into memory. */
const bodyMaxBytes = 4 * 1024 * 1024
/** A form of a few short fields. */
const formMaxBytes = 8 * 1024
/** Where a municipal file is brought: it goes into the spool as it arrives, and never into memory. */
const filePath = '/api/v1/imports'
/** A file of 2 GiB, and the form around it. */
const fileMaxBytes = 2 * 1024 * 1024 * 1024 + 64 * 1024
/** A form that says of 200 columns what each is, or decides 100 rows. */
const columnsMaxBytes = 64 * 1024
/** A comment of 2,000 letters, each encoded as nine bytes. */
const commentMaxBytes = 32 * 1024
/** A delivery report with the mail that it is about, and the form around it. */
const reportMaxBytes = 300 * 1024
const marksMaxBytes = 512 * 1024

/** The whole HTTP interface, composed; the process around it is `api/main.ts`. */
export function createApp(deps: ApiDeps & HealthDeps, options: AppOptions = {}): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  const auth = createAuth(deps, options.auth ?? { isDemo: options.web?.isDemo ?? false })

  app.onError((error, c) => {
    const problem = toProblem(error)
    if (problem.status >= 500) deps.log.error({ err: error }, 'request failed')
    if (!options.web || !isPage(c)) return sendProblem(c, problem)
    if (problem.status === 401) return c.redirect(signInAddress(c), 303)
    return refusedPage(c, deps, options.web, problem)
  })
  app.notFound((c) => sendProblem(c, new Problem(404, 'notFound')))

  app.use(securityHeaders(auth))
  app.use(async (c, next) => {
    await next()
    // Not c.header(): after an answer that makes a second Response, with a stream for a body.
    c.res.headers.set('Sesshu-Campaign-At', new Date(deps.clock.now()).toISOString())
  })
  for (const path of ['/api/*', '/fhir/*', '/auth/*']) {
    app.use(path, except(filePath, limitBody(bodyMaxBytes)))
  }
  for (const path of ['/my', '/my/*', '/conflicts/*']) app.use(path, limitBody(formMaxBytes))
  for (const path of ['/courses/*', '/findings/*']) app.use(path, limitBody(formMaxBytes))
  for (const path of ['/worklist/*', '/keying', '/keying/*']) app.use(path, limitBody(formMaxBytes))
  for (const path of ['/devices/*', '/approvals', '/approvals/*'])
    app.use(path, limitBody(formMaxBytes))
  app.use('/mail/bounces', limitBody(reportMaxBytes))
  app.use('/imports/:id/*', limitBody(columnsMaxBytes))
  for (const path of [filePath, '/imports']) app.use(path, limitStated(fileMaxBytes))
  for (const path of ['/tickets/*', '/sticks/*', '/waves', '/waves/*'])
    app.use(path, limitBody(formMaxBytes))
  for (const path of ['/monitor/*', '/costs/*']) app.use(path, limitBody(formMaxBytes))
  for (const path of ['/exports', '/exports/*']) app.use(path, limitBody(formMaxBytes))
  for (const path of ['/notice-settings', '/notice-settings/*'])
    app.use(path, limitBody(formMaxBytes))
  for (const path of ['/paper/*', '/letter-texts/*']) app.use(path, limitBody(commentMaxBytes))
  // Marks of a few thousand sheets, typed or pasted by a hand scanner.
  app.use('/batches/*', limitBody(marksMaxBytes))
  for (const path of ['/returned', '/returned/*', '/follow-ups/*'])
    app.use(path, limitBody(formMaxBytes))
  for (const path of ['/plan/*', '/incidents/*', '/desk', '/desk/*'])
    app.use(path, limitBody(commentMaxBytes))
  // Before the door, which knows no such token: it asks for itself.
  app.route('/', metricRoutes(deps, options.metricsToken))
  app.use(admission(auth))

  app.route('/', healthRoutes(deps))
  app.route('/auth', authRoutes(auth))
  app.route('/auth/oidc', oidcRoutes(auth))
  app.route('/auth/passkey', passkeyRoutes(auth))
  app.route('/auth/devices', deviceDoorRoutes(auth))
  app.route('/api/v1', deviceRoutes(auth))
  app.route('/api/v1', twoPeopleRoutes(auth))
  app.route('/api/v1', breakGlassRoutes(auth))
  app.route('/api/v1', scanRoutes({ ...deps, gate: auth.gate }))
  app.route('/api/v1', scanSetupRoutes(deps))
  const wrongByAccount = guesses(wrongTries)
  const moving = movingDoses(deps, wrongByAccount)
  app.route('/api/v1', doseRoutes(deps, moving))
  app.route('/api/v1', screeningRoutes(deps))
  app.route('/api/v1', registerRoutes(deps))
  app.route('/api/v1', waveRoutes(deps))
  app.route('/api/v1', ladderRoutes(deps))
  app.route('/api/v1', batchRoutes(deps))
  app.route('/api/v1', readyRoutes(deps))
  app.route('/api/v1', unattachedRoutes({ ...deps, gate: auth.gate }))
  app.route('/api/v1', moveRoutes(deps))
  app.route('/api/v1', protectionRoutes(deps))
  app.route('/api/v1', ticketRoutes(deps))
  app.route('/api/v1', ledgerRoutes(deps))
  app.route('/api/v1', rightsRoutes(auth, deps))
  const desk = deskOf(deps, wrongByAccount)
  app.route('/api/v1', deskRoutes(desk))
  app.route('/api/v1', planRoutes(deps))
  app.route('/api/v1', incidentRoutes(deps))
  app.route('/api/v1', authorityRoutes(deps, options.web?.oversight ?? {}))
  app.route('/api/v1', findingRoutes(deps))
  app.route('/api/v1', importRoutes(deps, options.web))
  app.route('/api/v1', stickRoutes(deps, options.web))
  app.route('/api/v1', linkRoutes(deps))
  app.route('/api/v1', exportRoutes(deps, options.web))
  app.route('/api/v1', supplyRoutes(deps))
  app.route('/api/v1', mailRoutes(deps))
  app.route('/api/v1', returnedRoutes(deps))
  app.post('/findings/:doseId/:code/decide', findingForms(deps).decide)
  app.post('/findings/:doseId/:code/assign', findingForms(deps).assign)
  app.post('/findings/reports/:id/sent', findingForms(deps).sent)
  app.route('/api/v1', scanConflictRoutes({ ...deps, gate: auth.gate }))
  app.post('/conflicts/:id/settle', settleConflictForm(deps))
  app.post('/plan/answers', planForm(deps))
  app.post('/courses/:id/doses/:dose/:what', doseForm(deps, moving))
  app.post('/incidents', incidentForms(deps).add)
  app.post('/incidents/:id/reports', incidentForms(deps).report)
  app.post('/tickets/issue', ticketForms(deps).issue)
  app.post('/tickets/print', ticketForms(deps).print)
  app.post('/tickets/runs/:id/printed', ticketForms(deps, options.web?.dataDir).printed)
  app.post('/desk', deskForms(desk).find)
  app.post('/desk/people/:id/statements', deskForms(desk).say)
  app.post('/desk/people/:id/reopen', deskForms(desk).reopen)
  app.post('/desk/people/:id/settle', deskForms(desk).settle)
  app.route('/fhir', fhirRoutes())
  app.route('/my', myPages(deps, auth, options))
  app.route('/', unattachedPages({ ...deps, gate: auth.gate }, options.web))
  app.route('/', importPages(deps, options.web))
  app.route('/', stickPages(deps, options.web))
  app.route('/', letterPages(deps, options.web))
  app.route('/', wavePages(deps, options.web))
  app.route('/', monitorPages(deps, options.web))
  app.route('/', ladderPages(deps, options.web))
  app.route('/', mailPages(deps, options.web))
  app.route('/', batchPages(deps, options.web))
  app.route('/', linkPages(deps, officeWork(auth), options.web))
  app.route('/', returnedPages(deps, options.web))
  app.route('/', paperPages({ ...deps, gate: auth.gate }, options.web))
  app.route('/', officeRoutes(deps, officeWork(auth), options.web))
  app.route('/', webRoutes(deps, options.web))
  app.doc31('/api/v1/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'sesshu', version: '1', description: 'Scans, registers and moves.' },
  })
  return app
}

/** What an administrator's pages do as the API does it. */
function officeWork(auth: Auth) {
  return {
    auth,
    revoke: (id: string) => revoke(auth, id),
    unlock: (id: string) => unlock(auth, id),
    approve: (id: string) => sayYes(auth, id),
  }
}

/** The page that letters lead to; it asks for no account. */
function myPages(deps: ApiDeps, auth: Auth, { web }: AppOptions) {
  return myRoutes({
    sql: deps.sql,
    vault: deps.vault,
    clock: deps.clock,
    isDemo: web?.isDemo ?? false,
    originAt: auth.originAt,
    addressOf: readerAddress,
  })
}

/** What a person looks at, as against what a program asks. */
function isPage(c: Context): boolean {
  return (
    c.req.method === 'GET' &&
    !/^\/(api|auth|fhir|health|metrics|assets|ledger)(\/|$)/.test(c.req.path)
  )
}
