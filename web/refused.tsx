import type { Context } from 'hono'
import { problemText } from '../i18n/problems.ts'
import type { WebDeps, WebPlace } from './deps.ts'
import { pageHeaders } from './headers.ts'
import { isOurAddress } from './our-address.ts'
import { type Page, pageOf } from './page.ts'
import { problemPage } from './pages/problem.tsx'

/** What somebody reads who cannot be shown a page: by role, or because nothing can be read now. */
export async function refusedPage(
  c: Context,
  deps: WebDeps,
  place: WebPlace,
  { status, code }: { status: number; code: string },
): Promise<Response> {
  const page = pageOf(c, deps, place)
  const [what, whatToDo] = wordsOf(page, status, code)
  const body = await problemPage(page, what, whatToDo)
  return c.html(`<!doctype html>${body}`, status as 403 | 404 | 503, pageHeaders)
}

function wordsOf({ words, lang }: Page, status: number, code: string): [string, string] {
  const { notFound, notFoundLead, failed, failedLead } = words.problems
  if (status === 404) return [notFound, notFoundLead]
  if (status >= 500) return [failed, failedLead]
  const { detail, whatToDo } = problemText(code, lang)
  return [detail, whatToDo]
}

/** To the sign-in, and from there back. */
export function signInAddress(c: Context): string {
  const url = new URL(c.req.url)
  const query = new URLSearchParams()
  const isEnglish = url.searchParams.get('lang') === 'en'
  if (isEnglish) query.set('lang', 'en')
  if (url.pathname !== '/' && isOurAddress(url.pathname)) {
    query.set('next', isEnglish ? `${url.pathname}?lang=en` : url.pathname)
  }
  const text = query.toString()
  return text ? `/sign-in?${text}` : '/sign-in'
}
