import { type Asking, assertNotErased } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'
import { newResidentKey } from '../resident-keys.ts'

/** New data keys with all their field keys: whoever writes a person for the first time reads nothing. */
export async function createKeys(
  { context, client }: Asking,
  { municipalityCode, residentIds }: Request<'createKeys'>,
): Promise<Answers['createKeys']> {
  context.meter.take(client, 'createKeys', residentIds.length)
  for (const residentId of residentIds) assertNotErased(context, { municipalityCode, residentId })
  const keyVersion = await context.towns.newest(municipalityCode)
  const townKey = await context.store.townKey(municipalityCode, keyVersion)
  const keys = residentIds.map((residentId) =>
    newResidentKey(townKey, { municipalityCode, residentId, keyVersion }),
  )
  context.keydLog.append({
    op: 'createKeys',
    client,
    municipality: municipalityCode,
    residents: residentIds,
    version: keyVersion,
  })
  return { keys }
}
