import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { currentCaller } from '../../auth/caller.ts'
import { Refusal } from '../../auth/refusal.ts'
import { venueSetup } from '../../db/queries/venue-setup.ts'
import { products } from '../../domain/product.ts'
import type { ApiDeps } from '../deps.ts'
import { validationHook } from '../problem.ts'
import { json } from '../schemas/route.ts'
import { scanSetupAnswer } from '../schemas/scan-setup.ts'

const setup = createRoute({
  method: 'get',
  path: '/scan-setup',
  summary: 'What a tablet may choose from: its venue, the day, products and lots; nobody’s data',
  responses: { 200: { description: 'As of now', content: json(scanSetupAnswer) } },
})

/** What a tablet asks at the start of a shift; refused, it also says why the tablet cannot work. */
export function scanSetupRoutes({ sql, clock }: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  app.openapi(setup, async (c) => {
    const caller = currentCaller()
    if (caller?.kind !== 'device') throw new Refusal(403, 'notAllowed')
    const found = await venueSetup(sql, caller.venueCode)
    if (!found) throw new Refusal(422, 'unknownVenue')
    const lots = found.lots.map(({ expiresOn, ...lot }) => ({
      ...lot,
      ...(expiresOn !== null && { expiresOn }),
    }))
    return c.json(
      {
        venue: found.venue,
        today: clock.today(),
        isCampaign: clock.isCampaign(),
        products: products.map(({ code, nameJa, nameEn }) => ({ code, nameJa, nameEn })),
        lots,
      },
      200,
    )
  })
  return app
}
