import type { Child } from 'hono/jsx'
import type { PublicOffice } from '../../db/queries/municipalities.ts'
import type { Lang } from '../../domain/course-words.ts'
import { residentEn } from '../../i18n/resident-en.ts'
import { type ResidentTexts, residentJa } from '../../i18n/resident-ja.ts'

export type MyPage = { lang: Lang; texts: ResidentTexts; isDemo: boolean }

export function myPage(lang: Lang, isDemo: boolean): MyPage {
  return { lang, texts: lang === 'en' ? residentEn : residentJa, isDemo }
}

/** A path below `/my` in the reader's language; everything is under `/my`, and so is the cookie. */
export function myHref({ lang }: Pick<MyPage, 'lang'>, path = ''): string {
  return `/my${path}${lang === 'en' ? '?lang=en' : ''}`
}

/** One column, large type, no menu, nothing that needs a script: whoever comes here has a letter in the hand. */
export function MyFrame(props: {
  page: MyPage
  title: string
  script?: string
  children: Child
  /** The other language leads to the same page again, and not to the start. */
  staysHere?: boolean
}) {
  const { page, title, script, children, staysHere } = props
  const other = page.lang === 'ja' ? 'en' : 'ja'
  return (
    <html lang={page.lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} | ${page.texts.siteName}`}</title>
        <link rel="stylesheet" href="/assets/tokens.css" />
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="stylesheet" href="/assets/my.css" />
        {script && <script defer src={script}></script>}
      </head>
      <body class="my">
        <header>
          <div class="bar">
            <span class="site">{page.texts.siteName}</span>
            <a
              class="language"
              href={staysHere ? `?lang=${other}` : myHref({ lang: other })}
              lang={other}
              hreflang={other}
            >
              {page.texts.otherLanguage}
            </a>
          </div>
          {page.isDemo && <p class="demo-notice">{page.texts.demoNotice}</p>}
        </header>
        <main id="content">
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  )
}

export type Office = PublicOffice

export function OfficeBlock({ page, office }: { page: MyPage; office: Office | undefined }) {
  const { texts } = page
  if (!office) return <p>{texts.refused.callLetter}</p>
  return (
    <p class="office">
      <span lang="ja">{office.municipalityName}</span>{' '}
      <span>{page.lang === 'ja' ? office.officeJa : office.officeEn}</span>
      <a href={`tel:${office.phone.replaceAll(/[^\d+]/g, '')}`}>
        {texts.office.phone} <span class="number">{office.phone}</span>
      </a>
    </p>
  )
}
