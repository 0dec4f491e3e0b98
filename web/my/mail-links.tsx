/**
 * The pages behind the links of mails. Opening one changes nothing, because programs that look through mails
 * open links: a person presses the button. No page says whose the mail is; all that do not work look alike.
 */
import { type Context, Hono } from 'hono'
import type { Child } from 'hono/jsx'
import type { Clock } from '../../config/clock.ts'
import type { Sql } from '../../db/client.ts'
import {
  confirmMail,
  isConfirmLink,
  stopByMail,
  townOfLink,
} from '../../db/residents/mail-links.ts'
import { tokenFrom } from '../../domain/mail-token.ts'
import { isMunicipalityCode } from '../../domain/municipality-code.ts'
import { mailLinksEn } from '../../i18n/pages-mail-en.ts'
import { mailLinksJa } from '../../i18n/pages-mail-ja.ts'
import { pageHeaders } from '../headers.ts'
import { MyFrame, type MyPage, myPage } from './frame.tsx'

export type MailLinkDeps = { sql: Sql; clock: Clock; isDemo: boolean }

type Said = keyof typeof mailLinksJa.said
const secretForm = /^[A-Za-z0-9_-]{32}$/
/** RFC 8058: a mail program presses for its reader. */
const oneClick = 'One-Click'

export function mailLinkRoutes({ sql, clock, isDemo }: MailLinkDeps): Hono {
  const app = new Hono()
  const show = (c: Context, status: 200 | 404, body: Child) =>
    c.html(`<!doctype html>${body}`, status, pageHeaders)
  const pageOf = (c: Context) => myPage(langOf(c), isDemo)
  const over = (c: Context) => show(c, 404, saidPage(pageOf(c), 'over'))

  app.get('/confirm/:town/:secret', async (c) => {
    const link = confirmLinkIn(c)
    const town = link && (await townOfLink(sql, link.municipalityCode))
    if (!town || !(await isConfirmLink(sql, link))) return over(c)
    return show(c, 200, confirmPage(pageOf(c), town))
  })
  app.post('/confirm/:town/:secret', async (c) => {
    const link = confirmLinkIn(c)
    const { language: chosen } = await formOf(c)
    const how = { language: chosen === 'en' ? 'en' : 'ja', today: clock.today() } as const
    const isDone = link !== undefined && (await confirmMail(sql, link, how))
    return isDone ? c.redirect(saidPath(c, 'confirmed'), 303) : over(c)
  })
  app.get('/stop/:town/:token', async (c) => {
    const mail = mailIn(c)
    const town = mail && (await townOfLink(sql, mail.municipalityCode))
    return town ? show(c, 200, stopPage(pageOf(c), town)) : over(c)
  })
  app.post('/stop/:town/:token', async (c) => {
    const mail = mailIn(c)
    const isDone = mail !== undefined && (await stopByMail(sql, mail, clock.today()))
    const { 'List-Unsubscribe': pressed } = await formOf(c)
    // A redirected POST of a mail program goes astray.
    if (pressed === oneClick) return c.body(null, isDone ? 200 : 404)
    return isDone ? c.redirect(saidPath(c, 'stopped'), 303) : over(c)
  })
  app.get('/said/:what', (c) => {
    const what = c.req.param('what')
    const isKnown = Object.hasOwn(mailLinksJa.said, what)
    return show(c, 200, saidPage(pageOf(c), isKnown ? (what as Said) : 'over'))
  })
  return app
}

function confirmLinkIn(c: Context) {
  const { town: municipalityCode = '', secret = '' } = c.req.param()
  const isOne = isMunicipalityCode(municipalityCode) && secretForm.test(secret)
  return isOne ? { municipalityCode, secret } : undefined
}

function mailIn(c: Context) {
  const { town: municipalityCode = '', token: digits = '' } = c.req.param()
  const token = tokenFrom(digits)
  return isMunicipalityCode(municipalityCode) && token ? { municipalityCode, token } : undefined
}

async function formOf(c: Context): Promise<Record<string, unknown>> {
  return c.req.parseBody().catch(() => ({}))
}

function langOf(c: Context): 'ja' | 'en' {
  return c.req.query('lang') === 'en' ? 'en' : 'ja'
}

function saidPath(c: Context, what: Said): string {
  return `/my/mail/said/${what}${langOf(c) === 'en' ? '?lang=en' : ''}`
}

const wordsOf = ({ lang }: MyPage) => (lang === 'en' ? mailLinksEn : mailLinksJa)

function confirmPage(page: MyPage, town: string) {
  const { confirm } = wordsOf(page)
  return (
    <MyFrame page={page} title={confirm.title} staysHere>
      <p class="lead">
        <Named words={confirm.lead} name={town} />
      </p>
      <form class="stacked" method="post">
        <MailLanguages legend={confirm.language} words={confirm.languages} chosen={page.lang} />
        <button type="submit">{confirm.yes}</button>
      </form>
      <p>{confirm.letters}</p>
      <p class="note">{confirm.end}</p>
    </MyFrame>
  )
}

export function MailLanguages(props: {
  legend: string
  words: { ja: string; en: string }
  chosen: 'ja' | 'en'
}) {
  const { legend, words, chosen } = props
  return (
    <div>
      <label for="language">{legend}</label>
      <select id="language" name="language">
        {(['ja', 'en'] as const).map((lang) => (
          <option value={lang} lang={lang} selected={lang === chosen}>
            {words[lang]}
          </option>
        ))}
      </select>
    </div>
  )
}

const gap = '\n'

/** A sentence around a name, which stays in its own language. */
function Named({ words, name }: { words: (name: string) => string; name: string }) {
  const [before, after] = words(gap).split(gap)
  return (
    <>
      {before}
      <span lang="ja">{name}</span>
      {after}
    </>
  )
}

function stopPage(page: MyPage, town: string) {
  const { stop } = wordsOf(page)
  return (
    <MyFrame page={page} title={stop.title} staysHere>
      <p class="lead">
        <Named words={stop.lead} name={town} />
      </p>
      <form class="stacked" method="post">
        <button type="submit">{stop.yes}</button>
      </form>
    </MyFrame>
  )
}

function saidPage(page: MyPage, what: Said) {
  const { title, what: words } = wordsOf(page).said[what]
  return (
    <MyFrame page={page} title={title} staysHere>
      <p class="lead">{words}</p>
    </MyFrame>
  )
}
