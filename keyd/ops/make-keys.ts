import { type Asking, assertNotErased } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'
import { orRefused } from '../refusal.ts'
import { newResidentKey, withResidentKey } from '../resident-keys.ts'
import { residentKeyPlace, wrap } from '../wrap.ts'

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

/** The same data keys under the newest key of the municipality: rotation changes nothing that is sealed. */
export async function rewrap(
  { context, client }: Asking,
  { items }: Request<'rewrap'>,
): Promise<Answers['rewrap']> {
  context.meter.take(client, 'rewrap', items.length)
  const newest = new Map<string, number>()
  for (const code of new Set(items.map((item) => item.municipalityCode))) {
    newest.set(code, await context.towns.newest(code))
  }
  const answers: Answers['rewrap']['items'] = []
  for (const item of items) {
    const keyVersion = newest.get(item.municipalityCode) as number
    answers.push(await orRefused(() => rewrapOne({ context, client }, item, keyVersion)))
  }
  for (const [municipality, version] of newest) {
    const residents = items.filter((item) => item.municipalityCode === municipality).length
    context.keydLog.append({ op: 'rewrap', client, municipality, version, residents })
  }
  return { items: answers }
}

async function rewrapOne(
  { context }: Asking,
  item: Request<'rewrap'>['items'][number],
  keyVersion: number,
): Promise<{ wrapped: string; keyVersion: number; dekVersion: number }> {
  assertNotErased(context, item)
  const townKey = await context.store.townKey(item.municipalityCode, keyVersion)
  const place = residentKeyPlace({ ...item, keyVersion })
  const wrapped = await withResidentKey(context.store, item, (dek) => wrap(townKey, dek, place))
  context.towns.shown(item.municipalityCode, item.keyVersion)
  return { wrapped: wrapped.toString('base64'), keyVersion, dekVersion: item.dekVersion }
}
