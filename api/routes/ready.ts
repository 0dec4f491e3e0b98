import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { assertMayActFor } from '../../auth/caller.ts'
import { readiness, readyCodes, readyParts } from '../../db/queries/ready.ts'
import { readyWords } from '../../i18n/ready.ts'
import type { ApiDeps } from '../deps.ts'
import { languageOf, validationHook } from '../problem.ts'
import { json, refusals } from '../schemas/route.ts'
import { wavesQuery } from '../schemas/waves.ts'

const readyAnswer = z.object({
  municipalityCode: z.string(),
  name: z.string(),
  isReady: z.boolean(),
  items: z.array(
    z.object({
      part: z.enum(readyParts),
      state: z.enum(['ready', 'gaps', 'missing']),
      code: z.enum(readyCodes),
      counts: z.record(z.string(), z.int()),
      says: z.string(),
      whatToDo: z.string().optional(),
    }),
  ),
})

const ready = createRoute({
  method: 'get',
  path: '/ready',
  summary: 'What a municipality has and lacks before vaccinations begin',
  request: { query: wavesQuery },
  responses: { 200: { description: 'Part by part', content: json(readyAnswer) }, ...refusals },
})

export function readyRoutes({ sql }: Pick<ApiDeps, 'sql'>): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  app.openapi(ready, async (c) => {
    const { municipalityCode } = c.req.valid('query')
    assertMayActFor([municipalityCode])
    const lang = languageOf(c.req.header('accept-language'))
    const { items, ...found } = await readiness({ sql }, municipalityCode)
    const spoken = items.map((item) => ({ ...item, ...readyWords(item.code, item.counts, lang) }))
    return c.json({ ...found, items: spoken }, 200)
  })
  return app
}
