/** Files that a municipality takes out, by HTTP: asked for, made by the worker, fetched by whoever asked. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { Refusal } from '../../auth/refusal.ts'
import { townClerk } from '../../auth/staff.ts'
import { officeFileName } from '../../config/office-file.ts'
import { type FileLine, listFiles, putAway } from '../../db/queries/office-files.ts'
import { returnKinds } from '../../domain/office-file.ts'
import { lazyPlace, type WebPlace } from '../../web/deps.ts'
import { letterHeaders } from '../../web/headers.ts'
import { askForReturn, makeApproved } from '../../web/paper/ask.ts'
import { handOut } from '../../web/paper/hand-out.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import {
  exportApproved,
  exportAsked,
  exportBody,
  exportsAnswer,
  exportWaits,
} from '../schemas/exports.ts'
import { idAnswer, idParam } from '../schemas/people.ts'
import { json, refusals } from '../schemas/route.ts'

const list = createRoute({
  method: 'get',
  path: '/exports',
  summary: 'Files of one’s own municipality, newest first',
  responses: { 200: { description: 'The newest 50', content: json(exportsAnswer) } },
})
const ask = createRoute({
  method: 'post',
  path: '/exports',
  summary: 'Ask for a file; what opens names or numbers of many is approved by somebody else first',
  request: { body: { required: true, content: json(exportBody) } },
  responses: {
    201: { description: 'It is being made', content: json(exportAsked) },
    202: { description: 'Somebody else has to approve it first', content: json(exportWaits) },
    ...refusals,
  },
})
const approved = createRoute({
  method: 'post',
  path: '/exports/approved',
  summary: 'Have a file made that was approved, by whoever asked for it',
  request: { body: { required: true, content: json(exportApproved) } },
  responses: { 201: { description: 'It is being made', content: json(exportAsked) }, ...refusals },
})
const fetchFile = createRoute({
  method: 'get',
  path: '/exports/{id}/file',
  summary: 'The file’s bytes; of what took an approval, to whoever asked alone',
  request: { params: idParam },
  responses: { 200: { description: 'The bytes' }, ...refusals },
})
const done = createRoute({
  method: 'post',
  path: '/exports/{id}/done',
  summary: 'Put a file away: its key goes, and it cannot be opened any more',
  request: { params: idParam },
  responses: { 200: { description: 'Gone', content: json(idAnswer) }, ...refusals },
})

export function exportRoutes(deps: ApiDeps, given?: WebPlace): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const place = lazyPlace(given)
  const dataDir = () => place().dataDir

  app.openapi(list, async (c) => {
    const files = await listFiles(deps.sql, townClerk().office, returnKinds)
    return c.json({ files: files.map(shown) }, 200)
  })
  app.openapi(ask, async (c) => {
    const { withAddress, ...rest } = c.req.valid('json')
    const made = await askForReturn(deps, { ...rest, ...(withAddress && { withAddress: 1 }) })
    return 'fileId' in made ? c.json(made, 201) : c.json(made, 202)
  })
  app.openapi(approved, async (c) => {
    const made = await makeApproved(deps, c.req.valid('json').approvalId)
    if (!made) throw new Refusal(404, 'notFound')
    return c.json(made, 201)
  })
  app.openapi(fetchFile, async (c) => {
    const key = keyOf(c.req.valid('param').id)
    const file = await handOut({ ...deps, dataDir: dataDir() }, key)
    if (!file) throw new Refusal(404, 'notFound')
    return c.body(file.body, 200, {
      ...letterHeaders,
      'Content-Type': file.type,
      'Content-Disposition': `attachment; filename="${file.name}"`,
    })
  })
  app.openapi(done, async (c) => {
    const key = keyOf(c.req.valid('param').id)
    if (!(await putAway(deps.sql, key))) throw new Refusal(404, 'notFound')
    await rm(join(dataDir().exports, officeFileName(key)), { force: true })
    return c.json({ id: key.fileId }, 200)
  })
  return app
}

function keyOf(id: string): { municipalityCode: string; fileId: string } {
  return { municipalityCode: townClerk().office, fileId: id.toLowerCase() }
}

function shown(line: FileLine) {
  const { fileId, kind, state, lacking, leftOut, shortened, askedAt } = line
  const known = { name: line.name, rows: line.rows, bytes: line.bytes, sha256: line.sha256 }
  const there = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null))
  return {
    ...{ fileId, kind, state, lacking, leftOut, shortened, askedAt: askedAt.toISOString() },
    ...(line.refusedBecause !== null && { code: line.refusedBecause }),
    ...(there as { name?: string; rows?: number; bytes?: number; sha256?: string }),
  }
}
