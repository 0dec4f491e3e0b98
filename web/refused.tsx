import type { Context } from 'hono'
import { problemText } from '../i18n/problems.ts'
import type { WebDeps, WebPlace } from './deps.ts'
import { pageHeaders } from './headers.ts'
import { pageOf } from './page.ts'
import { problemPage } from './pages/problem.tsx'

/** What somebody reads whose role does not lead there; no word about what is there. */
export async function refusedPage(
  c: Context,
  deps: WebDeps,
  place: WebPlace,
  { status, code }: { status: number; code: string },
): Promise<Response> {
  const page = pageOf(c, deps, place)
  const { notFound, notFoundLead } = page.words.problems
  const { detail, whatToDo } = problemText(code, page.lang)
  const body =
    status === 404 ? problemPage(page, notFound, notFoundLead) : problemPage(page, detail, whatToDo)
  return c.html(`<!doctype html>${await body}`, status as 403 | 404, pageHeaders)
}

/** To the sign-in, and from there back. */
export function signInAddress(c: Context): string {
  const url = new URL(c.req.url)
  const query = new URLSearchParams()
  if (url.searchParams.get('lang') === 'en') query.set('lang', 'en')
  if (url.pathname !== '/') query.set('next', `${url.pathname}${url.search}`)
  const text = query.toString()
  return text ? `/sign-in?${text}` : '/sign-in'
}
