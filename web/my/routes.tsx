/**
 * The page that a letter leads to. A code and a birth date open it for a quarter of an hour; what is
 * refused is refused in one way, whatever the reason. Works without a script.
 */
import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { z } from 'zod'
import { isFromOurPages, type Origin } from '../../auth/origin.ts'
import type { Clock } from '../../config/clock.ts'
import { withPurpose } from '../../db/client.ts'
import { officeOf, townNames } from '../../db/queries/municipalities.ts'
import { endMail, giveMail, type MailSaid } from '../../db/residents/give-mail.ts'
import { openByCode } from '../../db/residents/open-by-code.ts'
import { type OwnRecord, readOwnRecord } from '../../db/residents/own-record.ts'
import { refuseLetters, say, takeBackRefusal } from '../../db/residents/say.ts'
import { endSession, type SessionKey, sessionKeyOf } from '../../db/residents/session.ts'
import type { Store } from '../../db/store.ts'
import { readLetterCode } from '../../domain/letter-code.ts'
import { birthDateTyped } from '../../domain/typed-birth-date.ts'
import { pageHeaders } from '../headers.ts'
import { formTokenOf, isFormToken, myCookie, noMyCookie, readMyCookie } from './cookie.ts'
import { codeForm, type WhyForm } from './form.tsx'
import { type MyPage, myHref, myPage, type Office } from './frame.tsx'
import { type TryLimits, tryLimits } from './limits.ts'
import { mailWords } from './mail.tsx'
import { mailLinkRoutes } from './mail-links.tsx'
import { recordPage } from './record.tsx'
import { longestWords } from './tell.tsx'

export type MyDeps = Store & {
  clock: Clock
  isDemo: boolean
  originAt(url: URL): Origin
  /** Who is at the other end, for the limit per address. */
  addressOf(c: Context): string
  limits?: TryLimits
}

type Status = 200 | 403 | 429 | 503
type Html = HtmlEscapedString | Promise<HtmlEscapedString>
type Said = keyof MyPage['texts']['tell']['said'] | MailSaid

export function myRoutes(deps: MyDeps): Hono {
  const app = new Hono()
  const limits = deps.limits ?? tryLimits()
  const { clock } = deps
  const store = { sql: deps.sql, vault: deps.vault }

  app.get('/', async (c) => {
    const token = readMyCookie(c, deps)
    const key = token && sessionKeyOf(token)
    const record = key && (await readOwnRecord(deps.sql, key, clock.today()))
    if (token && record) return showRecord(c, deps, token, record)
    return showForm(c, deps, token ? { status: 200, why: 'over' } : { status: 200 })
  })

  app.post('/', async (c) => {
    if (!isOurs(c, deps)) return showForm(c, deps, { status: 403, why: 'refused' })
    const wait = await limits.wait(deps.addressOf(c))
    if (wait !== undefined) {
      c.header('Retry-After', String(wait))
      return showForm(c, deps, { status: 429, why: 'tooMany' })
    }
    const typed = await fieldsOf(c)
    const { era = '', year = '', month = '', day = '' } = typed
    const code = readLetterCode(typed.code ?? '')
    const bornOn = birthDateTyped({ era, year, month, day })
    const session = await openByCode(store, { code, bornOn }, clock.today())
    const office = await officeOf(deps.sql, code.municipalityCode ?? '')
    if (!session) return showForm(c, deps, { status: 403, why: 'refused', office })
    c.header('Set-Cookie', myCookie(session.token, deps.originAt(new URL(c.req.url))))
    return c.redirect(myHref({ lang: langOf(c) }), 303)
  })

  const told = (
    path: string,
    tell: (c: Context, key: SessionKey, fields: Fields) => Promise<Answer>,
  ) =>
    app.post(path, async (c) => {
      const token = readMyCookie(c, deps)
      const key = token && sessionKeyOf(token)
      const fields = await fieldsOf(c)
      const isGood = token && key && isOurs(c, deps) && isFormToken(token, fields.form)
      const said = isGood ? await tell(c, key, fields) : undefined
      if (said === undefined) return c.redirect(myHref({ lang: langOf(c) }), 303)
      return c.redirect(withSaid(langOf(c), said), 303)
    })

  told('/already', async (_c, key, { statementId, on = '', place = '' }) => {
    const words = { on: on.slice(0, longestWords.on), place: place.slice(0, longestWords.place) }
    const message = { id: idOr(statementId), kind: 'alreadyVaccinated', words } as const
    const said = await say(store, key, message, clock.today())
    return said === 'saidEnough' ? 'enough' : said && 'already'
  })
  told('/not-mine', async (_c, key, { statementId }) => {
    const message = { id: idOr(statementId), kind: 'notMine' } as const
    const said = await say(store, key, message, clock.today())
    return said === 'saidEnough' ? 'enough' : said && 'notMine'
  })
  told('/letters', async (_c, key, { wish }) => {
    const isAgain = wish === 'again'
    const done = await (isAgain ? takeBackRefusal : refuseLetters)(store, key, clock.today())
    return done && (isAgain ? 'again' : 'stopped')
  })
  told('/mail', async (_c, key, { address = '', language }) => {
    const given = { address, language: language === 'en' ? 'en' : 'ja' } as const
    return await giveMail(store, key, given, clock.today())
  })
  told('/mail-end', (_c, key) => endMail(store, key, clock.today()))
  told('/leave', async (c, key) => {
    const scope = { municipalityCode: key.municipalityCode, purpose: 'openLetterCode' } as const
    await withPurpose(deps.sql, scope, (tx) => endSession(tx, key))
    c.header('Set-Cookie', noMyCookie(deps.originAt(new URL(c.req.url))))
    return undefined
  })

  app.route('/mail', mailLinkRoutes(deps))

  app.onError((error, c) => {
    if (!isAway(error)) throw error
    return showForm(c, deps, { status: 503, why: 'away' })
  })
  return app
}

/** A page that was opened before forms had ids is heard, too. */
function idOr(shown: string | undefined): string {
  return z.uuid().safeParse(shown).data ?? randomUUID()
}

type Fields = Record<string, string>
type Answer = Said | undefined

async function showRecord(c: Context, deps: MyDeps, token: string, record: OwnRecord) {
  const page = pageOf(c, deps)
  const said = c.req.query('said')
  const codes = record.looks.flatMap(({ office }) =>
    typeof office === 'object' ? [office.municipalityCode] : [],
  )
  return html(
    c,
    200,
    recordPage(page, {
      record,
      today: deps.clock.today(),
      office: await officeOf(deps.sql, record.municipalityCode),
      towns: await townNames(deps.sql, codes),
      formToken: formTokenOf(token),
      said: said === undefined ? undefined : saidWords(page, said),
    }),
  )
}

/** What was heard, in words; nothing for a word that is none of ours. */
function saidWords(page: MyPage, said: string): string | undefined {
  const words: Record<string, string> = { ...page.texts.tell.said, ...mailWords(page).said }
  return Object.hasOwn(words, said) ? words[said] : undefined
}

function showForm(
  c: Context,
  deps: MyDeps,
  { status, why, office }: { status: Status; why?: WhyForm; office?: Office | undefined },
) {
  return html(c, status, codeForm(pageOf(c, deps), { why, office }))
}

async function html(c: Context, status: Status, body: Html): Promise<Response> {
  return c.html(`<!doctype html>${await body}`, status, pageHeaders)
}

function pageOf(c: Context, { isDemo }: MyDeps): MyPage {
  return myPage(langOf(c), isDemo)
}

function langOf(c: Context): 'ja' | 'en' {
  return c.req.query('lang') === 'en' ? 'en' : 'ja'
}

function withSaid(lang: 'ja' | 'en', said: Said): string {
  return `/my?${lang === 'en' ? 'lang=en&' : ''}said=${said}`
}

/** A form of our own page; cookies are `SameSite=Strict` besides. */
function isOurs(c: Context, { originAt }: MyDeps): boolean {
  const at = originAt(new URL(c.req.url))
  return isFromOurPages(c.req.method, (name) => c.req.header(name), at)
}

/** Single text fields; anything else that was sent is not there. */
async function fieldsOf(c: Context): Promise<Fields> {
  const body = await c.req.parseBody().catch(() => ({}))
  return Object.fromEntries(
    Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
}

const awayCodes = ['keydAway', 'ledgerStalled', 'keydOverLimit']

function isAway(error: unknown): boolean {
  return awayCodes.includes((error as { code?: string }).code ?? '')
}
