/** The pages on which two people link register rows and take it back. Every one of them works without a script. */
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { townClerk } from '../../auth/staff.ts'
import { namesOf } from '../../db/auth/accounts.ts'
import { findApproval } from '../../db/auth/approvals.ts'
import { linkPeople, proposeLink } from '../../db/queries/links/link.ts'
import { listLinks, lookAlikesOf } from '../../db/queries/links/list.ts'
import { proposeUnlink, unlinkPeople } from '../../db/queries/links/unlink.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { linkReasons, unlinkReasons } from '../../domain/links.ts'
import { hasProblemText } from '../../i18n/problems.ts'
import { lazyPlace, type WebDeps, type WebPlace, wallNow } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { linksPage } from './page.tsx'

export type LinkDeps = WebDeps & { wakeRelays: () => void }

/** What the API does, done by this page as well. */
export type LinkWork = {
  approve(id: string): Promise<'approved' | 'notFound' | 'samePerson' | 'approvalOver'>
}

const number = z.string().trim().min(1).max(40)
const town = z
  .string()
  .trim()
  .regex(/^\d{6}$/)
const askForm = z.object({
  nowTown: town,
  nowNumber: number,
  formerTown: town,
  formerNumber: number,
  since: z.string().refine(isPlainDate),
  reason: z.enum(linkReasons),
})
const undoForm = z.object({ reason: z.enum(unlinkReasons) })

export function linkPages(deps: LinkDeps, work: LinkWork, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))
  app.get('/links', (c) => show(c, deps, pageAt(c)))
  app.post('/links', async (c) => {
    const parsed = askForm.safeParse(await c.req.parseBody())
    if (!parsed.success) return back(c, 'malformed')
    return back(c, await outcomeOf(() => ask(deps, parsed.data)))
  })
  app.post('/links/:id/unlink', async (c) => {
    const parsed = undoForm.safeParse(await c.req.parseBody())
    const linkId = idOf(c)
    if (!parsed.success || !linkId) return back(c, 'malformed')
    const { office, id } = townClerk()
    const asked = { office, linkId, reason: parsed.data.reason }
    return back(
      c,
      await outcomeOf(async () => {
        await proposeUnlink(deps, asked, id)
        return 'asked'
      }),
    )
  })
  app.post('/links/:id/agree', async (c) => {
    const id = idOf(c)
    const said = id ? await work.approve(id) : 'notFound'
    if (said !== 'approved' || !id) return back(c, said)
    return back(c, await outcomeOf(() => carryOut(deps, id)))
  })
  app.post('/links/:id/carry-out', async (c) => {
    const id = idOf(c)
    return back(c, id ? await outcomeOf(() => carryOut(deps, id)) : 'notFound')
  })
  return app
}

async function ask(deps: LinkDeps, form: z.infer<typeof askForm>): Promise<string> {
  const { office, id } = townClerk()
  const { nowTown, nowNumber, formerTown, formerNumber, reason } = form
  const asked = {
    office,
    now: { municipalityCode: nowTown, registerNumber: nowNumber },
    former: { municipalityCode: formerTown, registerNumber: formerNumber },
    since: form.since as PlainDate,
    reason,
  }
  await proposeLink(deps, asked, id, deps.clock.today())
  return 'asked'
}

/** Whichever of the two it was that somebody else agreed to. */
async function carryOut(deps: LinkDeps, approvalId: string): Promise<string> {
  const { office } = townClerk()
  const approval = await findApproval(deps.sql, approvalId, office)
  const isUndone = approval?.kind === 'unlinkPeople'
  const doIt = isUndone ? unlinkPeople : linkPeople
  const { hasNews } = await doIt(deps, { office, approvalId }, deps.clock.today())
  if (hasNews) deps.wakeRelays()
  return isUndone ? 'unlinked' : 'linked'
}

/** The word for what came of it; a code of `i18n/problems` for what was refused. */
async function outcomeOf(work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DomainError && hasProblemText(error.code)) return error.code
    throw error
  }
}

async function show(c: Context, deps: LinkDeps, page: Page): Promise<Response> {
  const { office, id: readerId, role } = townClerk()
  const taskId = z.guid().safeParse(c.req.query('task'))
  const alike = taskId.success
    ? ((await lookAlikesOf(deps, office, taskId.data)) ?? ('gone' as const))
    : undefined
  const [found, names] = await Promise.all([
    listLinks(deps, office, wallNow()),
    namesOf(deps.sql, office),
  ])
  const mayAgree = role === 'municipalAdministrator'
  const said = c.req.query('said')
  const body = await linksPage(page, { ...found, office, readerId, mayAgree, names, said, alike })
  return c.html(`<!doctype html>${body}`, 200, pageHeaders)
}

function idOf(c: Context): string | undefined {
  return z.guid().safeParse(c.req.param('id')).data?.toLowerCase()
}

function back(c: Context, said: string): Response {
  const lang = c.req.query('lang') === 'en' ? 'en' : 'ja'
  return c.redirect(href({ lang }, `/links?said=${said}`), 303)
}
