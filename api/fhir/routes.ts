import { Hono } from 'hono'
import { immdsForecast } from './immds-forecast.ts'

/** The FHIR edge (hl7.org/fhir/us/immds): no person is stored or looked up, so no token is needed. */
export function fhirRoutes(): Hono {
  const app = new Hono()
  app.post('/:operation{\\$immds-forecast}', async (c) => {
    const sent: unknown = await c.req.json().catch(() => undefined)
    const { status, body } = immdsForecast(sent)
    return c.body(JSON.stringify(body), status as 200 | 400, {
      'content-type': 'application/fhir+json; charset=utf-8',
    })
  })
  return app
}
