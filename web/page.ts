import type { Context } from 'hono'
import { type Caller, currentCaller } from '../auth/caller.ts'
import type { Lang } from '../domain/course-words.ts'
import { pagesEn } from '../i18n/pages-en.ts'
import { type PagesText, pagesJa } from '../i18n/pages-ja.ts'
import type { WebDeps, WebPlace } from './deps.ts'
import { momentWords } from './format.ts'

/** One request for one page: who reads, in which language, and what there is to read from. */
export type Page = WebDeps &
  WebPlace & {
    lang: Lang
    words: PagesText
    /** With the query, without the language. */
    path: string
    origin: string
    who: Caller
  }

/** What makes a page of each request. */
export function pagesAt(deps: WebDeps, place: () => WebPlace): (c: Context) => Page {
  return (c) => pageOf(c, deps, place())
}

export function pageOf(c: Context, deps: WebDeps, place: WebPlace): Page {
  const url = new URL(c.req.url)
  const lang = url.searchParams.get('lang') === 'en' ? 'en' : 'ja'
  url.searchParams.delete('lang')
  const path = `${url.pathname}${url.search}`
  const words = lang === 'en' ? pagesEn : pagesJa
  const who = currentCaller() ?? { kind: 'anonymous' }
  return { ...deps, ...place, lang, words, path, origin: url.origin, who }
}

/** A link that keeps the language. */
export function href(page: Pick<Page, 'lang'>, path: string, lang: Lang = page.lang): string {
  if (lang === 'ja') return path
  return `${path}${path.includes('?') ? '&' : '?'}lang=en`
}

export function runHref(page: Page, courseId: string): string | undefined {
  if (!page.temporalUiUrl) return undefined
  const workflow = encodeURIComponent(`course/${courseId}`)
  return `${page.temporalUiUrl}/namespaces/${page.temporalNamespace}/workflows/${workflow}`
}

/** The moment at which figures were read, in the clock that the system lives by. */
export function asOfWords(page: Page, readAtMs: number): string {
  const moment = momentWords(page.clock.campaignAt(readAtMs), page.lang)
  const when = page.words.asOf(moment)
  return page.clock.isCampaign() ? page.words.campaignClock(when) : when
}
