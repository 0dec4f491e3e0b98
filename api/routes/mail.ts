/** A town's mail by HTTP: how many addresses are confirmed, and reports of mails that came back. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { townOfficer } from '../../auth/caller.ts'
import { readMailPage } from '../../db/queries/pages/mail.ts'
import { takeReport } from '../../web/mails/take-report.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import { bounceAnswer, mailAnswer } from '../schemas/mail.ts'
import { json, refusals } from '../schemas/route.ts'

const mail = createRoute({
  method: 'get',
  path: '/mail',
  summary:
    'Mail addresses of one’s own municipality in numbers, and its newest mails that came back',
  responses: { 200: { description: 'Nobody is named', content: json(mailAnswer) }, ...refusals },
})
const bounces = createRoute({
  method: 'post',
  path: '/mail/bounces',
  summary: 'A delivery report (RFC 3464): its mail goes on as a letter',
  description: 'The body is the report as it came, message/rfc822, at most 256 KB. It is not kept.',
  responses: { 200: { description: 'What it was', content: json(bounceAnswer) }, ...refusals },
})

export function mailRoutes({ sql, clock }: Pick<ApiDeps, 'sql' | 'clock'>): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  app.openapi(mail, async (c) => {
    const { counts, cameBack } = await readMailPage(sql, townOfficer().office)
    return c.json({ addresses: counts, cameBack }, 200)
  })
  app.openapi(bounces, async (c) => {
    const bytes = new Uint8Array(await c.req.arrayBuffer())
    const how = { via: 'http', on: clock.today() } as const
    return c.json({ result: await takeReport(sql, bytes, how) }, 200)
  })
  return app
}
