/** The page of a town's notice settings and its forms. Each press leads back to the page. */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { namesOf } from '../../db/auth/accounts.ts'
import { ladderDeeds, ladderOf } from '../../db/queries/ladder.ts'
import { keepManualNotice, manualChannels, manualKinds } from '../../db/queries/manual-notices.ts'
import { isPlainDate } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import {
  type NoticeNumber,
  type NoticeSettings,
  noticeSettingBounds,
} from '../../domain/notice-settings.ts'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { ladderPage } from './page.tsx'
import { minuteOf, timesOfDay } from './settings-form.tsx'

const here = '/notice-settings'

export function ladderPages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))
  app.get(here, async (c) =>
    c.html(`<!doctype html>${await show(c, deps, pageAt(c))}`, 200, pageHeaders),
  )
  settingForms(app, deps)
  paperForms(app, deps)
  app.post('/desk/people/:id/told', async (c) => {
    const path = `/desk/people/${idOf(c)}`
    return onward(c, path, await saidAfter(() => tell(c, deps), 'toldByHand'))
  })
  return app
}

async function show(c: Context, { sql, clock }: WebDeps, page: Page): Promise<HtmlEscapedString> {
  const { office } = townClerk()
  const [ladder, names] = await Promise.all([
    ladderOf(sql, office, clock.today()),
    namesOf(sql, office),
  ])
  return ladderPage(page, {
    ladder,
    names,
    mayDecide: mayDecide(),
    readerId: townClerk().id,
    said: c.req.query('said'),
  })
}

function mayDecide(): boolean {
  const caller = currentCaller()
  return caller?.kind === 'account' && caller.role === 'municipalAdministrator'
}

function settingForms(app: Hono, { sql, clock }: WebDeps): void {
  app.post(here, async (c) => {
    const sent = await c.req.parseBody({ all: true })
    const { office, id } = townClerk()
    let asked: string | undefined
    const change = async () => {
      asked = await ladderDeeds.changeSettings(sql, office, settingsFrom(sent), id)
    }
    const said = await saidAfter(change, 'saved')
    return onward(c, here, said === 'saved' && asked ? 'releaseAsked' : said)
  })
  app.post(`${here}/release-rule/:id/agree`, async (c) => {
    const id = idOf(c)
    const { office, id: by } = townClerk()
    const agree = () => ladderDeeds.agreeToRelease(sql, office, id, by)
    return onward(c, here, await saidAfter(agree, 'releaseAgreed'))
  })
  app.post(`${here}/quiet-days`, async (c) => {
    const { day, why } = z
      .object({ day: z.string(), why: z.string().trim().min(1).max(60) })
      .parse(await c.req.parseBody())
    const quiet = { day: dayFrom(day, 'day'), why }
    const declare = () => ladderDeeds.declareQuietDay(sql, townClerk().office, quiet, clock.today())
    return onward(c, here, await saidAfter(declare, 'quietDeclared'))
  })
  app.post(`${here}/quiet-days/remove`, async (c) => {
    const { day } = await c.req.parseBody()
    const takeBack = () =>
      ladderDeeds.takeBackQuietDay(sql, townClerk().office, dayFrom(day, 'day'), clock.today())
    return onward(c, here, await saidAfter(takeBack, 'quietTakenBack'))
  })
}

function paperForms(app: Hono, { sql, clock }: WebDeps): void {
  app.post(`${here}/paper`, async (c) => {
    const sent = await c.req.parseBody()
    const declare = () =>
      ladderDeeds.declarePaper(sql, townClerk().office, paperFrom(sent), clock.today())
    return onward(c, here, await saidAfter(declare, 'declared'))
  })
  app.post(`${here}/paper/:id/keyed`, async (c) => {
    const id = idOf(c)
    const isKeyed = () => ladderDeeds.paperIsKeyed(sql, townClerk().office, id, clock.today())
    return onward(c, here, await saidAfter(isKeyed, 'keyed'))
  })
}

async function tell(c: Context, { sql, clock }: WebDeps): Promise<void> {
  const sent = z
    .object({ kind: z.enum(manualKinds), toldBy: z.enum(manualChannels), toldOn: z.string() })
    .safeParse(await c.req.parseBody())
  if (!sent.success) throw new DomainError('malformed', 'Not one of the choices', 'kind')
  const row = { municipalityCode: townClerk().office, residentId: idOf(c) }
  const told = { ...sent.data, toldOn: dayFrom(sent.data.toldOn, 'toldOn') }
  if (!(await keepManualNotice(sql, row, told, clock.today()))) throw new Refusal(404, 'notFound')
}

type Sent = Record<string, unknown>

/** Boxes that are not ticked are not sent: the form says all of them. */
function settingsFrom(sent: Sent): Partial<NoticeSettings> {
  const numbers = Object.keys(noticeSettingBounds).map((name) => {
    const text = String(sent[name] ?? '')
      .normalize('NFKC')
      .trim()
    const isTime = timesOfDay.includes(name as NoticeNumber)
    return [name, isTime ? minuteOf(text) : text === '' ? Number.NaN : Number(text)]
  })
  const weekdays = [sent.quietWeekdays ?? []].flat().map(Number)
  return {
    ...(Object.fromEntries(numbers) as Record<NoticeNumber, number>),
    lotRecallNotices: sent.lotRecallNotices === 'on',
    waitsForReconciliation: sent.waitsForReconciliation === 'on',
    holidaysAreQuiet: sent.holidaysAreQuiet === 'on',
    quietWeekdays: weekdays,
  }
}

function paperFrom(sent: Sent) {
  const venueCode = String(sent.venueCode ?? '').trim()
  const slips = String(sent.slipsAbout ?? '')
    .normalize('NFKC')
    .trim()
  const slipsAbout = slips === '' ? null : Number(slips)
  if (
    slipsAbout !== null &&
    !(Number.isInteger(slipsAbout) && slipsAbout > 0 && slipsAbout <= 100_000)
  ) {
    throw new DomainError('malformed', 'No number of slips', 'slipsAbout')
  }
  return {
    venueCode: venueCode === '' ? null : venueCode,
    givenFrom: dayFrom(sent.givenFrom, 'givenFrom'),
    givenTo: dayFrom(sent.givenTo, 'givenTo'),
    slipsAbout,
  }
}

function dayFrom(value: unknown, field: string): PlainDate {
  if (isPlainDate(value)) return value
  throw new DomainError('invalidDate', 'No date', field)
}

function idOf(c: Context): string {
  const id = z.guid().safeParse(c.req.param('id'))
  if (!id.success) throw new Refusal(404, 'notFound')
  return id.data.toLowerCase()
}

/** What came of a press, for the page that follows; a refusal that the page has no words for is thrown on. */
async function saidAfter(press: () => Promise<unknown>, said: string): Promise<string> {
  try {
    if ((await press()) === false) throw new Refusal(404, 'notFound')
    return said
  } catch (error) {
    if (error instanceof DomainError && error.field) return error.code
    throw error
  }
}

function onward(c: Context, path: string, said: string): Response {
  const lang = c.req.query('lang') === 'en' ? 'en' : 'ja'
  return c.redirect(href({ lang }, `${path}?said=${said}`), 303)
}
