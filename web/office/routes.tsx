/**
 * The pages of a municipal administrator: the venues' tablets, and what takes two people. Plain forms;
 * the door (`auth/capabilities.ts`) has let nobody else in, and has seen that a form was our own page's.
 */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import type { Auth } from '../../auth/auth.ts'
import { type AccountCaller, currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { namesOf } from '../../db/auth/accounts.ts'
import {
  type ApprovalKind,
  type ApprovalSubject,
  insertApproval,
  listApprovals,
} from '../../db/auth/approvals.ts'
import { listDevices, venuesOf } from '../../db/auth/devices.ts'
import { erasureSubject } from '../../db/residents/erasure-subject.ts'
import { lazyPlace, type WebDeps, type WebPlace, wallNow } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { pagesAt } from '../page.ts'
import { type AskKind, approvalsPage, askHours, askKinds, askReasons } from './approvals.tsx'
import { codePage, devicesPage } from './devices.tsx'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** What the API does, done by these pages as well; it lives in api/, which pages do not reach for. */
export type OfficeWork = {
  auth: Auth
  revoke(id: string): Promise<boolean>
  unlock(id: string): Promise<boolean>
  approve(id: string): Promise<'approved' | 'notFound' | 'samePerson' | 'approvalOver'>
}

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
const codeForm = z
  .object({ venueCode: z.string().regex(/^\d{10}$/), opensAt: timeOfDay, closesAt: timeOfDay })
  .refine(({ opensAt, closesAt }) => opensAt < closesAt)

const residentId = z.guid().transform((id) => id.toLowerCase())
const askForm = z.object({
  what: z.enum(askKinds),
  residentId: residentId.optional(),
  version: z.coerce.number().int().min(1).max(65_535).optional(),
  reasonCode: z.enum(askReasons),
  hours: z.coerce.number().refine((hours) => (askHours as readonly number[]).includes(hours)),
})

export function officeRoutes(deps: WebDeps, work: OfficeWork, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))

  app.get('/devices', async (c) => {
    const { office } = administrator()
    const [devices, venues] = await Promise.all([
      listDevices(deps.sql, office),
      venuesOf(deps.sql, office),
    ])
    return html(c, devicesPage(pageAt(c), { devices, venues, said: c.req.query('said') }))
  })
  // The other language of a page that was made by a form, and a page that is loaded again.
  app.get('/devices/codes', (c) => back(c, '/devices'))
  app.post('/devices/codes', async (c) => {
    const parsed = codeForm.safeParse(await c.req.parseBody())
    if (!parsed.success) return back(c, '/devices', 'malformed')
    const { venueCode, opensAt, closesAt } = parsed.data
    const { id, office } = administrator()
    const made = await work.auth.devices.makeCode({
      ...{ municipalityCode: office, venueCode, madeBy: id },
      ...{ opensMinute: minuteOf(opensAt), closesMinute: minuteOf(closesAt) },
    })
    if (!made) return back(c, '/devices', 'unknownVenue')
    const { origin } = work.auth.originAt(new URL(c.req.url))
    const address = `${origin}/scan/enrol?code=${made.code}`
    const venues = await venuesOf(deps.sql, office)
    const venue = venues.find(({ code }) => code === venueCode)?.name ?? venueCode
    // Not by way of an address: the code would stand in it, and in every log on the way.
    return html(c, codePage(pageAt(c), { ...made, venue, address }))
  })
  app.post('/devices/:id/revoke', async (c) => {
    const id = idOf(c)
    const { sure } = await c.req.parseBody()
    if (!id || sure !== 'yes') return back(c, '/devices', 'malformed')
    return back(c, '/devices', (await work.revoke(id)) ? 'revoked' : 'notFound')
  })
  app.post('/devices/:id/unlock', async (c) => {
    const id = idOf(c)
    return back(c, '/devices', id && (await work.unlock(id)) ? 'unlocked' : 'notFound')
  })

  app.get('/approvals', async (c) => {
    const { id: readerId, office } = administrator()
    const [approvals, names] = await Promise.all([
      listApprovals(deps.sql, office),
      namesOf(deps.sql, office),
    ])
    const resident = residentId.safeParse(c.req.query('resident')).data
    const said = c.req.query('said')
    const shown = { approvals, names, readerId, office, resident, said, nowMs: wallNow() }
    return html(c, approvalsPage(pageAt(c), shown))
  })
  app.post('/approvals', async (c) => {
    const parsed = askForm.safeParse(filled(await c.req.parseBody()))
    const { id: askedBy, office } = administrator()
    const asked = parsed.success && subjectOf(office, parsed.data)
    if (!parsed.success || !asked) return back(c, '/approvals', 'malformed')
    const { reasonCode, hours } = parsed.data
    await insertApproval(deps.sql, { ...asked, office, reasonCode, hours, askedBy })
    return back(c, '/approvals', 'asked')
  })
  app.post('/approvals/:id/approve', async (c) => {
    const id = idOf(c)
    return back(c, '/approvals', id ? await work.approve(id) : 'notFound')
  })
  return app
}

/** As the deed itself will compare it; undefined where the form lacks what its kind needs. */
function subjectOf(
  municipalityCode: string,
  asked: { what: AskKind; residentId?: string | undefined; version?: number | undefined },
): { kind: ApprovalKind; subject: ApprovalSubject } | undefined {
  if (asked.what === 'keyVersion') {
    const { version } = asked
    const subject = version && { op: 'destroyVersion', municipalityCode, version }
    return subject ? { kind: 'keyDestruction', subject } : undefined
  }
  if (!asked.residentId) return undefined
  if (asked.what === 'erasure') {
    return { kind: 'keyDestruction', subject: erasureSubject(municipalityCode, [asked.residentId]) }
  }
  return { kind: 'disclosure', subject: { municipalityCode, residentId: asked.residentId } }
}

function administrator(): AccountCaller {
  const caller = currentCaller()
  if (caller?.kind !== 'account') throw new Refusal(403, 'notAllowed')
  return caller
}

/** A field that is left empty was not filled in. */
function filled(sent: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
}

function idOf(c: Context): string | undefined {
  return z.guid().safeParse(c.req.param('id')).data
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

async function html(c: Context, body: Html): Promise<Response> {
  return c.html(`<!doctype html>${await body}`, 200, pageHeaders)
}

function back(c: Context, path: string, said?: string): Response {
  const query = new URLSearchParams({
    ...(said && { said }),
    ...(c.req.query('lang') === 'en' && { lang: 'en' }),
  }).toString()
  return c.redirect(query ? `${path}?${query}` : path, 303)
}
