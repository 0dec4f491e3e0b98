/** Letters that lead their readers to their own record: arranging, never what is under test. */
import { randomUUID } from 'node:crypto'
import { keepLetterCode, makeLetterCodes } from '../../db/residents/letter-codes.ts'
import type { PlainDate } from '../../domain/course.ts'
import { groupedLetterCode, newLetterCode } from '../../domain/letter-code.ts'
import { type Arranged, asTx, type Row } from './people.ts'

/** The code on a letter to somebody, as it stands on paper. */
export async function aLetterCode(db: Arranged, row: Row, madeOn = '2021-07-01'): Promise<string> {
  const [made] = await makeLetterCodes(db.vault, row.municipalityCode, 1)
  const letter = { letterId: randomUUID(), madeOn: madeOn as PlainDate, index: made!.index }
  await asTx(db, (tx) => keepLetterCode(tx, row, letter))
  return groupedLetterCode(made!.code)
}

/** A code that no letter bears, of the same town. */
export function noLettersCode(municipalityCode: string): string {
  return groupedLetterCode(newLetterCode(municipalityCode, (below) => below - 1))
}

type App = { request(path: string, init?: RequestInit): Response | Promise<Response> }

export type Answer = { status: number; body: string; headers: Headers }

const ourPage = { origin: 'http://localhost', 'content-type': 'application/x-www-form-urlencoded' }

/** What a browser sends from our own form; a birth date `YYYY-MM-DD`. */
export async function tryCode(
  app: App,
  code: string,
  bornOn: string,
  options: { lang?: 'en'; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const [year = '', month = '', day = ''] = bornOn.split('-')
  const body = new URLSearchParams({ code, era: 'AD', year, month, day }).toString()
  const path = options.lang ? '/my?lang=en' : '/my'
  const headers = { ...ourPage, ...options.headers }
  const response = await app.request(path, { method: 'POST', headers, body })
  return { status: response.status, body: await response.text(), headers: response.headers }
}

export function cookieOf({ headers }: Answer): string {
  const cookie = headers.get('set-cookie')?.split(';')[0]
  if (!cookie) throw new Error('No session was begun.')
  return cookie
}

/** The reader's page. */
export async function read(app: App, cookie: string, path = '/my'): Promise<Answer> {
  const response = await app.request(path, { headers: { cookie } })
  return { status: response.status, body: await response.text(), headers: response.headers }
}

/** A button of the reader's page, pressed. */
export async function press(
  app: App,
  cookie: string,
  what: 'already' | 'not-mine' | 'letters' | 'mail' | 'mail-end' | 'leave',
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { body: page } = await read(app, cookie)
  const form = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const [shown = ''] = (page.split(`action="/my/${what}`)[1] ?? '').split('</form>')
  const statementId = /name="statementId" value="([^"]+)"/.exec(shown)?.[1] ?? ''
  const body = new URLSearchParams({ form, statementId, ...fields }).toString()
  const response = await app.request(`/my/${what}`, {
    method: 'POST',
    headers: { ...ourPage, cookie, ...headers },
    body,
  })
  return { status: response.status, body: await response.text(), headers: response.headers }
}

/** What a reader sees: no tags, single spaces. */
export function visible(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
}
