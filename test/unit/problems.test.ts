/** Proves: whatever refusal the HTTP interface can give, its reader gets a sentence and a cure. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HTTPException } from 'hono/http-exception'
import { expect, test } from 'vitest'
import { toProblem } from '../../api/problem.ts'
import { findingCodes } from '../../domain/scan.ts'
import { findingText } from '../../i18n/findings.ts'
import {
  hasProblemText,
  knownProblemCodes,
  problemCodesOfGroups,
  problemText,
} from '../../i18n/problems.ts'

const root = join(import.meta.dirname, '..', '..')

function sourcesUnder(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  )
}

/** Only a caller's own mistake in code can raise these: no request reaches them. */
const neverFromARequest = ['invalidInstant', 'invalidMinuteOfDay']

/** Codes that a request can meet: those of `api/`, and of what it calls to read a ticket or a date. */
function codesThrown(): string[] {
  const text = sourcesUnder('api', 'auth').join('\n')
  const called = ['ticket.ts', 'municipality-code.ts', 'calendar.ts'].map((name) =>
    readFileSync(join(root, 'domain', name), 'utf8'),
  )
  const query = sourcesUnder('db/queries').join('\n')
  const all = [text, query, ...called].join('\n')
  const codes = [
    ...all.matchAll(/new (?:DomainError|Error|Problem|Refusal)\(\s*(?:\d+,\s*)?'([a-zA-Z0-9]+)'/g),
    ...sourcesUnder('api/schemas')
      .join('\n')
      .matchAll(/error: '([a-zA-Z0-9]+)'/g),
  ]
  return [...new Set(codes.map((match) => match[1]!))].filter(
    (code) => /^[a-z]/.test(code) && !neverFromARequest.includes(code),
  )
}

test('the search finds what is thrown', () => {
  expect(codesThrown()).toEqual(
    expect.arrayContaining([
      'unauthorized',
      'ticketLineLength',
      'givenOnInFuture',
      'slipDisagrees',
      'textCharacters',
      'unsupportedMediaType',
    ]),
  )
})

test.each(codesThrown())('%s has words', (code) => {
  expect(hasProblemText(code)).toBe(true)
})

test.each(knownProblemCodes())('%s is in Japanese and in English', (code) => {
  const ja = problemText(code, 'ja')
  const en = problemText(code, 'en')
  expect(Object.values(ja).every((text) => /[ぁ-んァ-ヶ一-龠]/.test(text))).toBe(true)
  expect(Object.values(en).some((text) => /[ぁ-んァ-ヶ一-龠]/.test(text))).toBe(false)
})

test.each(findingCodes)('the finding %s has words', (code) => {
  expect(findingText(code, 'ja').whatToDo).not.toBe('')
  expect(findingText(code, 'en').whatToDo).not.toBe('')
})

test.each([
  ['22021', 422, 'malformed'],
  ['22P05', 422, 'malformed'],
  ['23514', 422, 'malformed'],
  ['23503', 500, 'internal'],
  ['57P01', 503, 'tryAgain'],
  ['ECONNREFUSED', 503, 'tryAgain'],
])('what the database throws as %s is answered with %i %s', (code, status, problem) => {
  const thrown = Object.assign(new Error('from the database'), { code })
  expect(toProblem(thrown)).toMatchObject({ status, code: problem })
})

test.each([
  [400, 422, 'malformed'],
  [404, 404, 'notFound'],
  [413, 413, 'bodyTooLarge'],
  [415, 415, 'unsupportedMediaType'],
] as const)('what the framework refuses with %i is answered with %i %s', (sent, status, code) => {
  expect(toProblem(new HTTPException(sent))).toMatchObject({ status, code })
})

test('no code is told in the words of two groups', () => {
  const codes = problemCodesOfGroups()
  const twice = codes.filter((code, n) => codes.indexOf(code) !== n)
  expect(twice).toEqual([])
})
