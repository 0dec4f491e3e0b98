import { type FieldName, fieldNames } from '../../domain/sealed-fields.ts'
import { type Asking, assertNotErased } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'
import { newResidentKey, packedKeys } from '../resident-keys.ts'

/** New data keys with field keys: whoever writes a person for the first time reads nothing. */
export async function createKeys(
  { context, client }: Asking,
  { municipalityCode, residentIds, fields, packed }: Request<'createKeys'>,
): Promise<Answers['createKeys']> {
  context.meter.take(client, 'createKeys', residentIds.length)
  for (const residentId of residentIds) assertNotErased(context, { municipalityCode, residentId })
  const keyVersion = await context.towns.newest(municipalityCode)
  const townKey = await context.store.townKey(municipalityCode, keyVersion)
  const wanted: readonly FieldName[] = fields ?? fieldNames
  const places = residentIds.map((residentId) => ({ municipalityCode, residentId, keyVersion }))
  const made = packed
    ? packedKeys(townKey, places, wanted)
    : { keys: places.map((place) => newResidentKey(townKey, place, wanted)) }
  context.keydLog.append({
    op: 'createKeys',
    client,
    municipality: municipalityCode,
    residents: residentIds,
    version: keyVersion,
  })
  return made
}
