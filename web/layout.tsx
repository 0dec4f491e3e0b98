import type { Child } from 'hono/jsx'
import { groupOf, isAllowed } from '../auth/capabilities.ts'
import { href, type Page } from './page.ts'

const refreshSeconds = 10

/** The frame of every page: title, menu, language, content. Works without a script. */
export function Layout(props: { page: Page; title: string; isLive?: boolean; children: Child }) {
  const { page, title, isLive, children } = props
  const { words, lang, path } = page
  const other = lang === 'ja' ? 'en' : 'ja'
  return (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} | ${words.siteName}`}</title>
        <link rel="stylesheet" href="/assets/tokens.css" />
        <link rel="stylesheet" href="/assets/style.css" />
        {isLive && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
        {isLive && <script src="/assets/live.js" defer />}
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <header>
          <div class="bar">
            <a class="site" href={href(page, '/')}>
              {words.siteName}
            </a>
            <Account page={page} />
            <a class="language" href={href(page, path, other)} lang={other} hreflang={other}>
              {words.otherLanguage}
            </a>
          </div>
          <nav aria-label={words.menu}>
            <ul>
              {menuOf(page).map(([target, label]) => (
                <li>
                  <a
                    href={href(page, target)}
                    {...(isCurrent(path, target) ? { 'aria-current': 'page' } : {})}
                  >
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          {page.isDemo && <p class="demo-notice">{words.demoNotice}</p>}
        </header>
        <main id="content">
          <h1>{title}</h1>
          {children}
        </main>
        <footer>
          {isLive && (
            <p id="live-state" role="status" data-lost={words.lost}>
              {words.live}
            </p>
          )}
          <p>{words.tagline}</p>
        </footer>
      </body>
    </html>
  )
}

/** As whom one is here, and the way out. */
function Account({ page }: { page: Page }) {
  const { who, words } = page
  if (who.kind !== 'account') {
    return (
      <a class="account" href={href(page, '/sign-in')}>
        {words.staff.signIn}
      </a>
    )
  }
  return (
    <form class="account" method="post" action="/auth/sign-out">
      <a href={href(page, '/account')}>
        {words.staff.roles[who.role]} {who.office !== 'system' && <code>{who.office}</code>}
      </a>
      <button type="submit">{words.staff.signOut}</button>
    </form>
  )
}

/**
 * The pages that the reader's role may open, in the order of the menu. In a demo a visitor sees all of
 * them: each asks first as whom to go on.
 */
export function menuOf({ words, isDemo, who }: Page): [path: string, label: string][] {
  const all: [string, string][] = [
    ['/', words.nav.start],
    ['/towns', words.nav.towns],
    ['/courses', words.nav.courses],
    ['/imports', words.nav.imports],
    ['/sticks', words.nav.sticks],
    ['/mail', words.nav.mail],
    ['/worklist', words.unattached.worklistNav],
    ['/keying', words.unattached.keyingNav],
    ['/links', words.links.nav],
    ['/findings', words.nav.findings],
    ['/supply', words.nav.supply],
    ['/desk', words.nav.desk],
    ['/returned', words.returned.nav],
    ['/follow-ups', words.returned.phone.nav],
    ...(isDemo ? ([['/outgoing', words.nav.outgoing]] as [string, string][]) : []),
    ['/tickets', words.nav.tickets],
    ['/letter-texts', words.letterTexts.nav],
    ['/batches', words.batches.nav],
    ['/waves', words.waves.nav],
    ['/ready', words.waves.readyNav],
    ['/notice-settings', words.ladder.nav],
    ['/wave-pace', words.waves.paceTitle],
    ['/exports', words.paper.exportsNav],
    ['/paper', words.paper.paperNav],
    ['/monitor', words.monitor.nav],
    ['/costs', words.monitor.costsNav],
    ['/operator', words.nav.operator],
    ['/scan', words.nav.scan],
    ['/statistics', words.nav.statistics],
    ['/state', words.nav.state],
    ['/reviews', words.nav.reviews],
    ['/authority', words.nav.authority],
    ['/incidents', words.nav.incidents],
    ['/plan', words.nav.plan],
    ['/conflicts', words.offline.nav],
    ['/devices', words.office.devicesNav],
    ['/approvals', words.office.approvalsNav],
  ]
  if (isDemo && who.kind === 'anonymous') return all
  return all.filter(([path]) => {
    const group = groupOf('GET', path)
    return group !== undefined && isAllowed(group, who, isDemo)
  })
}

function isCurrent(path: string, target: string): boolean {
  const pathname = path.split('?')[0] ?? '/'
  return target === '/' ? pathname === '/' : pathname.startsWith(target)
}
