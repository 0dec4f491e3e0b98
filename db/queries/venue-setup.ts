import type { PlainDate } from '../../domain/course.ts'
import type { Sql } from '../client.ts'

export type VenueSetup = {
  venue: { code: string; name: string; municipalityCode: string; municipalityName: string }
  lots: { productCode: string; lotNumber: string; expiresOn: PlainDate | null }[]
}

/** A venue has a few lots in its fridge; the system may know hundreds, the newest of which are offered. */
const lotsMax = 200

/** What a tablet of a venue may choose from; names things, never people. Undefined for no venue. */
export async function venueSetup(sql: Sql, venueCode: string): Promise<VenueSetup | undefined> {
  const [venue] = await sql<VenueSetup['venue'][]>`
    select v.code, v.name, v.municipality_code as "municipalityCode", m.name as "municipalityName"
      from venue v join municipality m on m.code = v.municipality_code
     where v.code = ${venueCode}`
  if (!venue) return undefined
  const lots = await sql<VenueSetup['lots']>`
    select product_code as "productCode", lot_number as "lotNumber", expires_on::text as "expiresOn"
      from lot order by expires_on desc nulls last, product_code, lot_number limit ${lotsMax}`
  return { venue, lots: [...lots] }
}

/** In a demo: a venue of a town that has an administrator, the one named or the first; and who gives its code. */
export async function demoVenue(sql: Sql, wanted: string | undefined) {
  const [row] = await sql<{ venueCode: string; municipalityCode: string; madeBy: string }[]>`
    select v.code as "venueCode", v.municipality_code as "municipalityCode", a.id as "madeBy"
      from venue v join account a on a.office = v.municipality_code
     where a.is_demo and a.role = 'municipalAdministrator' and a.disabled_at is null
     order by v.code is distinct from ${wanted ?? null}, v.code limit 1`
  return row
}
