/** A dose that is told by a register number alone is recorded with the sheet that the person holds. */
import { withPurpose } from '../client.ts'
import { look } from '../looks.ts'
import type { Store } from '../store.ts'
import { openTicketNumber, type SealedTicket } from './tickets.ts'

type Ticket = { municipalityCode: string; number: string }

/** The newest sheet in force, opened; one look. Undefined when there is none. */
export async function sheetOfResident(
  { sql, vault }: Store,
  municipalityCode: string,
  { registerNumber }: { registerNumber?: string },
): Promise<Ticket | undefined> {
  const scope = { municipalityCode, purpose: 'manageRegister' } as const
  const [sheet] = await withPurpose(sql, scope, async (tx) => {
    const found = await tx<SealedTicket[]>`
      select t.municipality_code as "municipalityCode", t.resident_id as "residentId",
             t.number_index as "numberIndex", t.number, k.wrapped, k.key_version as "keyVersion",
             k.dek_version as "dekVersion"
        from resident r
        join ticket t on (t.municipality_code, t.resident_id) = (r.municipality_code, r.id)
        join resident_key k on (k.municipality_code, k.resident_id) = (r.municipality_code, r.id)
       where r.municipality_code = ${municipalityCode} and t.revoked_on is null
         and r.register_number = ${registerNumber ?? ''}
       order by t.issued_on desc, t.number_index limit 1`
    const looks = found.map(({ residentId }) => {
      return { municipalityCode, residentId, fields: ['ticket'] }
    })
    await look(tx, looks)
    return found
  })
  const number = sheet && (await openTicketNumber(vault, 'manageRegister', sheet))
  return number === undefined ? undefined : { municipalityCode, number }
}
