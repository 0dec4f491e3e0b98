/** The real app with staff of two towns signed in, over one sealed database: a clerk's desk. */
import { randomUUID } from 'node:crypto'
import { as, asProgram, type Staff, seedStaff } from './credentials.ts'
import { startSite } from './pages-site.ts'
import { sealedDatabase } from './sealed.ts'
import { seedTowns, town, venue } from './town.ts'

export type Desk = Awaited<ReturnType<typeof openDesk>>

export async function openDesk() {
  const db = await sealedDatabase()
  const site = startSite(db, { isDemo: false })
  await seedTowns(db.sql)
  const ids = await seedStaff(db.sql)

  const call = async (method: string, path: string, who: Staff | 'program', body?: unknown) => {
    const headers = who === 'program' ? asProgram : as(who)
    const answer = await site.app.request(path, {
      method,
      headers: { ...headers, 'content-type': 'application/json', 'accept-language': 'en' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : undefined }
  }
  return {
    db,
    site,
    /** Ids of the accounts. */
    ids,
    post: (path: string, body: unknown, who: Staff | 'program' = 'program') =>
      call('POST', path, who, body),
    get: (path: string, who: Staff = 'clerk') => call('GET', path, who),
    /** A page as somebody reads it. */
    page: async (path: string, who: Staff = 'clerk') => {
      const answer = await site.app.request(path, { headers: as(who) })
      return { status: answer.status, html: await answer.text() }
    },
    /** A form pressed in a browser; where it leads. */
    press: async (path: string, fields: Record<string, string>, who: Staff = 'clerk') => {
      const answer = await site.app.request(path, {
        method: 'POST',
        headers: { ...as(who), 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      })
      return {
        status: answer.status,
        to: answer.headers.get('location') ?? '',
        html: await answer.text(),
      }
    },
    looks: async (residentId: string) => {
      const rows = await db.sql<{ purpose: string; actor: string; fields: string[] }[]>`
        select purpose, actor, fields from ledger_inbox where resident_id = ${residentId}
         order by looked_at`
      return [...rows]
    },
    doses: async (residentId: string) => {
      const rows = await db.sql<Record<string, unknown>[]>`
        select claimed_dose_number as n, given_on::text as on, read_by as by, scan_id as "scanId"
          from dose where resident_id = ${residentId} and voided_at is null order by given_on`
      return [...rows]
    },
    close: async () => {
      await site.close()
      await db.drop()
    },
  }
}

export function aToldDose(changes: Record<string, unknown> = {}) {
  return {
    eventId: randomUUID(),
    municipalityCode: town,
    givenOn: '2021-06-09',
    venueCode: venue,
    productCode: 'pfizer',
    lotNumber: 'TEST01',
    claimedDoseNumber: 1,
    source: 'workplace',
    ...changes,
  }
}
