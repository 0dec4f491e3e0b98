/** An evening's batch of letters: checked, released, aborted; its sheets accounted for by their marks. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { type AccountCaller, assertMayActFor, boundTo, currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import type { BatchKey, BatchRow } from '../../db/queries/batches/batch.ts'
import {
  askToReprint,
  keepMarks,
  readDifferences,
  reconcileBatch,
} from '../../db/queries/batches/marks.ts'
import {
  askToAbort,
  checkBatch,
  listBatches,
  readBatch,
  releaseBatch,
} from '../../db/queries/batches/release.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import {
  abortBody,
  batchAnswer,
  batchesAnswer,
  batchesQuery,
  batchParam,
  differencesAnswer,
  marksBody,
  reconcileBody,
  reprintBody,
  seenBody,
} from '../schemas/batches.ts'
import { json, refusals } from '../schemas/route.ts'

const path = '/batches/{municipality}/{date}'
const asItIs = { 200: { description: 'As it is now', content: json(batchAnswer) }, ...refusals }
const compared = {
  200: { description: 'Sheet by sheet, beside the manifest', content: json(differencesAnswer) },
  ...refusals,
}

const list = createRoute({
  method: 'get',
  path: '/batches',
  summary:
    'A town’s evenings, newest first; for a printing house of all towns, what it has in hand',
  request: { query: batchesQuery },
  responses: { 200: { description: 'The newest 60', content: json(batchesAnswer) } },
})

const show = createRoute({
  method: 'get',
  path,
  summary: 'One evening: its dry run, who released it, how far it is',
  request: { params: batchParam },
  responses: asItIs,
})

const check = createRoute({
  method: 'post',
  path: `${path}/check`,
  summary: 'Say that the dry run is right; somebody else releases it',
  request: { params: batchParam, body: { required: true, content: json(seenBody) } },
  responses: asItIs,
})

const release = createRoute({
  method: 'post',
  path: `${path}/release`,
  summary: 'Let it leave, as somebody who did not check it',
  request: { params: batchParam, body: { required: true, content: json(seenBody) } },
  responses: asItIs,
})

const abort = createRoute({
  method: 'post',
  path: `${path}/abort`,
  summary: 'Stop it before it is handed over; its letters wait for a later evening',
  request: { params: batchParam, body: { required: true, content: json(abortBody) } },
  responses: asItIs,
})

const marks = createRoute({
  method: 'post',
  path: `${path}/marks`,
  summary: 'Marks of sheets as an inserter or a hand scanner read them',
  request: { params: batchParam, body: { required: true, content: json(marksBody) } },
  responses: compared,
})

const differences = createRoute({
  method: 'get',
  path: `${path}/differences`,
  summary: 'What was read beside the manifest: missing, foreign, twice, void',
  request: { params: batchParam },
  responses: compared,
})

const reconcile = createRoute({
  method: 'post',
  path: `${path}/reconcile`,
  summary: 'Every sheet is accounted for and posted; refused as long as that is not so',
  request: { params: batchParam, body: { required: true, content: json(reconcileBody) } },
  responses: asItIs,
})

const reprint = createRoute({
  method: 'post',
  path: `${path}/reprints`,
  summary: 'A sheet cannot be posted: its letter is void and printed again under a new id',
  request: { params: batchParam, body: { required: true, content: json(reprintBody) } },
  responses: compared,
})

export function batchRoutes({ sql, clock }: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })

  app.openapi(list, async (c) => {
    const town = c.req.valid('query').municipalityCode ?? boundTo()
    if (town) assertMayActFor([town])
    const batches = await listBatches(sql, town)
    return c.json({ batches: batches.map((batch) => shown(batch)) }, 200)
  })
  app.openapi(show, async (c) => {
    const found = await readBatch(sql, keyOf(c.req.valid('param')))
    if (!found) throw new Problem(404, 'batchNotFound')
    return c.json(shown(found.batch, found.earlier), 200)
  })
  app.openapi(check, async (c) => {
    const key = keyOf(c.req.valid('param'))
    return c.json(
      shown(await checkBatch(sql, key, { by: presser().id, ...c.req.valid('json') })),
      200,
    )
  })
  app.openapi(release, async (c) => {
    const key = keyOf(c.req.valid('param'))
    const seen = { by: presser().id, ...c.req.valid('json') }
    return c.json(shown(await releaseBatch(sql, key, seen)), 200)
  })
  app.openapi(abort, async (c) => {
    const key = keyOf(c.req.valid('param'))
    return c.json(
      shown(await askToAbort(sql, key, { by: presser().id, ...c.req.valid('json') })),
      200,
    )
  })
  app.openapi(marks, async (c) => {
    const key = keyOf(c.req.valid('param'))
    const reading = { by: presser().id, ...c.req.valid('json') }
    return c.json(await keepMarks(sql, key, reading), 200)
  })
  app.openapi(differences, async (c) =>
    c.json(await readDifferences(sql, keyOf(c.req.valid('param'))), 200),
  )
  app.openapi(reconcile, async (c) => {
    const { postedOn, ...counted } = c.req.valid('json')
    const told = { by: presser().id, postedOn: postedOn as PlainDate, ...counted }
    const key = keyOf(c.req.valid('param'))
    const today = clock.today()
    return c.json(shown(await reconcileBatch(sql, key, { ...told, today })), 200)
  })
  app.openapi(reprint, async (c) => {
    const { letterId, reason } = c.req.valid('json')
    const asked = { by: presser().id, letterId: letterId.toLowerCase(), reason }
    return c.json(await askToReprint(sql, keyOf(c.req.valid('param')), asked), 200)
  })
  return app
}

/** A person, never a program: every press bears somebody's name. */
function presser(): AccountCaller {
  const caller = currentCaller()
  if (caller?.kind !== 'account') throw new Refusal(403, 'notAllowed')
  return caller
}

function keyOf(param: { municipality: string; date: string }): BatchKey {
  assertMayActFor([param.municipality])
  return { municipalityCode: param.municipality, batchOn: param.date as PlainDate }
}

function shown(batch: BatchRow, earlier?: BatchRow) {
  const { referenceOn, proposedLetters, proposedByKind, manifestSha256 } = batch
  return {
    ...{ batchId: batch.id, municipalityCode: batch.municipalityCode, date: batch.batchOn },
    ...{ state: batch.state, letters: batch.letters, stopped: batch.stopped },
    ...(referenceOn && {
      dryRun: { letters: proposedLetters ?? 0, byKind: countsOf(proposedByKind), referenceOn },
    }),
    ...(batch.pages !== null && { pages: batch.pages }),
    ...(batch.withdrawnLetters !== null && { withdrawn: batch.withdrawnLetters }),
    releasedAutomatically: batch.releasedAutomatically,
    ...(batch.checkedBy && { checkedBy: batch.checkedBy }),
    ...(batch.releasedBy && { releasedBy: batch.releasedBy }),
    abortAsked: batch.abortAskedAt !== null,
    ...(batch.reconcileBy && { reconcileBy: batch.reconcileBy }),
    ...(batch.postedOn && { postedOn: batch.postedOn }),
    explained: batch.explained,
    ...(batch.pdfSha256 && { pdfSha256: batch.pdfSha256 }),
    ...(manifestSha256 && {
      manifest: {
        sha256: manifestSha256,
        signature: batch.manifestSignature!,
        publicKey: batch.manifestKey!,
      },
    }),
    ...(earlier && { waitsFor: earlier.batchOn }),
  }
}

function countsOf(byKind: BatchRow['proposedByKind']): Record<string, number> {
  return { ...byKind } as Record<string, number>
}
