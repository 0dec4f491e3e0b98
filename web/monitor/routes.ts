/** The pages of the watch and of costs, and the forms on them: each leads back to its page. */
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { prefectureNames, pricesOf, quantitiesOf, setPrice } from '../../db/queries/cost.ts'
import {
  alarmCounts,
  alarmMailOf,
  closeAlarm,
  dayLines,
  effects,
  lastRun,
  openAlarms,
  setAlarmMail,
} from '../../db/queries/monitor/pages.ts'
import { addDays } from '../../domain/calendar.ts'
import { costItems, type Month } from '../../domain/cost.ts'
import { csvForPeople } from '../../files/csv.ts'
import { lazyPlace, type WebDeps, type WebPlace } from '../deps.ts'
import { letterHeaders, pageHeaders } from '../headers.ts'
import { href, type Page, pagesAt } from '../page.ts'
import { problemPage } from '../pages/problem.tsx'
import { askTheState } from '../state-desk.ts'
import { monthsOf, rollUpPage, stateCostsPage, statementIn, townCostsPage } from './costs-page.tsx'
import { monitorPage } from './monitor-page.tsx'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** About as many days as a campaign has weeks twice over: enough to see a rhythm. */
const daysShown = 140

export function monitorPages(deps: WebDeps, given?: WebPlace): Hono {
  const app = new Hono()
  const pageAt = pagesAt(deps, lazyPlace(given))
  app.get('/monitor', async (c) => html(c, await monitorFor(pageAt(c), c.req.query('said'))))
  app.post('/monitor/alarms/:id/settle', async (c) => {
    const { id: by, office: town } = townClerk()
    const id = z.guid().safeParse(c.req.param('id'))
    if (!id.success) throw new Refusal(404, 'notFound')
    const on = deps.clock.today()
    const isClosed = await closeAlarm(deps.sql, { town, id: id.data.toLowerCase(), by, on })
    return onward(c, `/monitor?said=${isClosed ? 'settled' : 'gone'}`)
  })
  app.post('/monitor/mail', async (c) => {
    const { id: by, office: town } = townClerk()
    const sent = await c.req.parseBody()
    const mail = z.union([z.literal(''), z.email().max(254)]).safeParse(sent.mail)
    if (!mail.success) return onward(c, '/monitor?said=malformed')
    await setAlarmMail(deps.sql, { town, mail: mail.data || null, by })
    return onward(c, '/monitor?said=mailSet')
  })
  costRoutes(app, deps, pageAt)
  return app
}

const priceForm = z.object({
  item: z.enum(costItems),
  from: z.string().regex(/^(19|20)\d\d-(0[1-9]|1[0-2])$/),
  // empty: not decided any more
  yen: z
    .string()
    .trim()
    .regex(/^(\d{1,9}(\.\d{1,2})?)?$/),
})

function costRoutes(app: Hono, deps: WebDeps, pageAt: (c: Context) => Page): void {
  app.get('/costs', async (c) => html(c, await costsFor(pageAt(c), c.req.query())))
  app.get('/costs/:file', async (c) => {
    const month = /^(\d{4}-\d{2})\.csv$/.exec(c.req.param('file'))?.[1]
    const page = pageAt(c)
    const text = month && (await townCsv(page, `${month}-01` as Month))
    if (!text) {
      const { notFound, notFoundLead } = page.words.problems
      return html(c, problemPage(page, notFound, notFoundLead), 404)
    }
    return c.body(text, 200, {
      ...letterHeaders,
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="sesshu-costs-${townClerk().office}-${month}.csv"`,
    })
  })
  app.post('/costs/prices', async (c) => {
    const { id: by, office: town } = townClerk()
    const parsed = priceForm.safeParse(await c.req.parseBody())
    if (!parsed.success) return onward(c, '/costs?said=malformed')
    const { item, from, yen } = parsed.data
    const hundredths = yen === '' ? null : Math.round(Number(yen) * 100)
    await setPrice(deps.sql, { town, item, from: `${from}-01` as Month, hundredths, by })
    return onward(c, '/costs?said=priceSet')
  })
}

async function monitorFor(page: Page, said: string | undefined): Promise<Html> {
  const { sql, who } = page
  const code = who.kind === 'account' && /^\d{6}$/.test(who.office) ? who.office : undefined
  const run = await lastRun(sql)
  const from = addDays(run?.day ?? page.clock.today(), 1 - daysShown)
  const [alarms, towns, lines, effect, alarmMail] = await Promise.all([
    code ? openAlarms(sql, code) : [],
    code ? [] : alarmCounts(sql),
    dayLines(sql, from, code),
    effects(sql, code),
    code ? alarmMailOf(sql, code) : undefined,
  ])
  const mayChange = who.kind === 'account' && who.role === 'municipalAdministrator'
  const first = lines[0]?.day ?? from
  return monitorPage(page, {
    ...(code && { town: { code, alarms, alarmMail, mayChange } }),
    ...{ towns, lines, effects: effect, run, said },
    from: first > from ? first : from,
  })
}

async function costsFor(page: Page, query: Record<string, string>): Promise<Html> {
  const { sql } = page
  const who = currentCaller()
  const role = who?.kind === 'account' ? who.role : undefined
  const month = /^\d{4}-\d{2}-01$/.test(query.month ?? '') ? (query.month as Month) : undefined
  if (role === 'stateStatistician') return stateCostsPage(page, await askTheState(page), month)
  if (role === 'operator') return rollUp(page, month)
  const { office: town } = townClerk()
  const [quantities, prices] = await Promise.all([quantitiesOf(sql, town), pricesOf(sql, town)])
  const mayChange = role === 'municipalAdministrator'
  return townCostsPage(page, { town, quantities, prices, month, mayChange, said: query.said })
}

async function rollUp(page: Page, wanted: Month | undefined): Promise<Html> {
  const { sql } = page
  const [quantities, prices, places] = await Promise.all([
    quantitiesOf(sql),
    pricesOf(sql),
    prefectureNames(sql),
  ])
  const months = monthsOf(quantities)
  const month = wanted && months.includes(wanted) ? wanted : months.at(-1)
  const towns = places.flatMap((place) => {
    const own = quantities.filter((one) => one.town === place.town && one.month === month)
    if (!month || own.length === 0) return []
    const of = { quantities: own, prices: prices.filter((one) => one.town === place.town) }
    return [{ ...place, statement: statementIn(of, month) }]
  })
  return rollUpPage(page, { month, months, towns })
}

/** Undefined for whoever has no town, and for a month of which nothing is counted. */
async function townCsv(page: Page, month: Month): Promise<string | undefined> {
  const { who, words, sql } = page
  if (who.kind !== 'account' || !/^\d{6}$/.test(who.office)) return undefined
  const { costs } = words.monitor
  const [quantities, prices] = await Promise.all([
    quantitiesOf(sql, who.office),
    pricesOf(sql, who.office),
  ])
  if (!monthsOf(quantities).includes(month)) return undefined
  const yen = (hundredths: number | undefined) =>
    hundredths === undefined ? costs.undecided : (hundredths / 100).toFixed(2)
  const { lines } = statementIn({ quantities, prices }, month)
  return csvForPeople(
    costs.header,
    lines.map(({ item, quantity, unit, amount }) => [
      month.slice(0, 7),
      who.office,
      costs.items[item],
      quantity,
      yen(unit),
      yen(amount),
    ]),
  )
}

function html(c: Context, body: Html, status: 200 | 404 = 200) {
  return c.html(body as HtmlEscapedString, status, pageHeaders)
}

function onward(c: Context, path: string) {
  const lang = new URL(c.req.url).searchParams.get('lang') === 'en' ? 'en' : 'ja'
  return c.redirect(href({ lang }, path), 303)
}
