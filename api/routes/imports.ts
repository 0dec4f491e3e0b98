/** Municipal files by HTTP: brought, looked at, applied. The same by forms, without a script. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { assertMayActFor } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { findImport, type ImportShown } from '../../db/queries/imports/read.ts'
import { type ImportRef, townOfImport } from '../../db/queries/imports/run.ts'
import { confirmLayout, decideRows, pauseImport, wishOf } from '../../db/queries/imports/wishes.ts'
import { DomainError } from '../../domain/errors.ts'
import { importWishes } from '../../domain/import-run.ts'
import type { WebPlace } from '../../web/deps.ts'
import { profileFrom } from '../../web/imports/forms.ts'
import { presser, takeIn } from '../../web/imports/intake.ts'
import { bytesOf, resultsFile } from '../../web/imports/routes.ts'
import { readGuess } from '../../web/imports/spooled.ts'
import { codeWords } from '../../web/imports/state.ts'
import type { ApiDeps } from '../deps.ts'
import { type Language, languageOf, validationHook } from '../problem.ts'
import {
  decideBody,
  importAnswer,
  importQuery,
  layoutBody,
  receivedAnswer,
} from '../schemas/imports.ts'
import { idParam } from '../schemas/people.ts'
import { json, problem, refusals } from '../schemas/route.ts'

const missing = { 404: problem('No such import of this municipality') }
const answer = { 200: { description: 'As it stands', content: json(importAnswer) }, ...missing }

const bring = createRoute({
  method: 'post',
  path: '/imports',
  summary: 'Bring a municipal file, as it is, as the body; it is read and compared by itself',
  request: { query: importQuery },
  responses: {
    200: { description: 'The same file was received before', content: json(receivedAnswer) },
    202: { description: 'Kept; it will be read', content: json(receivedAnswer) },
    ...refusals,
  },
})
const look = createRoute({
  method: 'get',
  path: '/imports/{id}',
  summary: 'An import: what the file is, its counts, how far it is',
  request: { params: idParam },
  responses: answer,
})
const press = (what: string, summary: string) =>
  createRoute({
    method: 'post',
    path: `/imports/{id}/${what}`,
    summary,
    request: { params: idParam },
    responses: { ...answer, ...refusals },
  })
const decide = createRoute({
  method: 'post',
  path: '/imports/{id}/decide',
  summary: 'Say of rows that need a decision which value holds',
  request: { params: idParam, body: { required: true, content: json(decideBody) } },
  responses: { ...answer, ...refusals },
})
const layout = createRoute({
  method: 'post',
  path: '/imports/{id}/profile',
  summary: 'Confirm how the file is read, or say it; kept as the municipality’s profile',
  request: { params: idParam, body: { required: true, content: json(layoutBody) } },
  responses: { ...answer, ...refusals },
})

const wishSummaries = {
  apply: 'Apply the reviewed changes: all of them, or none',
  discard: 'End it without applying anything; the file is removed',
  undo: 'Put back what was before, while nothing builds on it',
} as const

export function importRoutes(deps: ApiDeps, web?: WebPlace): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const spool = () => {
    if (!web?.spool) throw new Refusal(503, 'tryAgain')
    return web.spool
  }
  const refOf = async (c: Context): Promise<ImportRef> => {
    const importId = c.req.param('id') ?? ''
    const municipalityCode = await townOfImport(deps.sql, importId)
    if (!municipalityCode) throw new Refusal(404, 'notFound')
    assertMayActFor([municipalityCode])
    return { municipalityCode, importId }
  }
  const shown = async (c: Context, ref: ImportRef) => {
    const found = await findImport(deps.sql, ref)
    if (!found) throw new Refusal(404, 'notFound')
    return answerOf(found, languageOf(c.req.header('accept-language')))
  }

  app.openapi(bring, async (c) => {
    const { municipality, name, mode, kind } = c.req.valid('query')
    assertMayActFor([municipality])
    const { body } = c.req.raw
    if (!body) throw new DomainError('fileMissing', 'There is no body', 'body')
    const file = { municipalityCode: municipality, fileName: name, mode, bytes: bytesOf(body) }
    const deposit = { ...deps, spool: spool() }
    const received = await takeIn(deposit, { ...file, ...(kind && { layout: kind }) })
    return c.json(received, received.isRepeat ? 200 : 202)
  })
  app.openapi(look, async (c) => c.json(await shown(c, await refOf(c)), 200))
  for (const wish of importWishes) {
    app.openapi(press(wish, wishSummaries[wish]), async (c) => {
      const ref = await refOf(c)
      await wishOf(deps.sql, ref, wish, presser())
      return c.json(await shown(c, ref), 200)
    })
  }
  for (const [what, summary, isPaused] of [
    ['pause', 'Hold the reading', true],
    ['resume', 'Go on reading', false],
  ] as const) {
    app.openapi(press(what, summary), async (c) => {
      const ref = await refOf(c)
      await pauseImport(deps.sql, ref, isPaused, presser())
      return c.json(await shown(c, ref), 200)
    })
  }
  app.openapi(decide, async (c) => {
    const ref = await refOf(c)
    const { rows, rest } = c.req.valid('json')
    const said = new Map(rows.map(({ row, decision }) => [row, decision]))
    await decideRows(deps.sql, ref, { rows: said, ...(rest && { rest }) }, presser())
    return c.json(await shown(c, ref), 200)
  })
  app.openapi(layout, async (c) => {
    const ref = await refOf(c)
    const { columns, ...sent } = c.req.valid('json')
    const guess = await readGuess(spool(), ref.importId)
    if (!guess) throw new Refusal(404, 'notFound')
    const named = Object.entries(columns ?? {}).map(([at, field]) => [`column${at}`, field])
    const profile = profileFrom(guess, { ...sent, ...Object.fromEntries(named) })
    await confirmLayout(deps.sql, ref, profile, presser())
    return c.json(await shown(c, ref), 200)
  })
  app.get('/imports/:id/results.csv', async (c) =>
    resultsFile(c, { ...deps, spool: spool() }, await refOf(c)),
  )
  return app
}

function answerOf(found: ImportShown, language: Language) {
  const { progress, refusedBecause, trouble, ...rest } = found
  const code = refusedBecause ?? trouble
  const words = code && codeWords(code, language)
  return {
    importId: rest.importId,
    municipalityCode: rest.municipalityCode,
    file: rest.file,
    layout: rest.layout,
    layoutState: rest.layoutState,
    encoding: rest.encoding,
    mode: rest.mode,
    state: rest.state,
    sha256: rest.sha256,
    ...(rest.sequence !== undefined && { sequence: rest.sequence }),
    counts: rest.counts,
    missingFromFile: rest.missingFromFile,
    applied: rest.applied,
    undecided: rest.undecided,
    noteCounts: rest.noteCounts,
    fileNotes: rest.fileNotes,
    isPaused: rest.isPaused,
    wish: rest.wish,
    hasResults: rest.hasResults,
    resultsLost: rest.resultsLost,
    ...(words && { refusal: { code, detail: `${words.what} ${words.why}`, whatToDo: words.cure } }),
    progress: progress && {
      phase: progress.phase,
      done: progress.done,
      total: progress.total,
      rows: progress.rows,
    },
  }
}
