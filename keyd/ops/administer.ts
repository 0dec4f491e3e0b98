import { createPublicKey } from 'node:crypto'
import { DomainError } from '../../domain/errors.ts'
import type { ApprovalSubject } from '../approvals.ts'
import type { Asking, KeydContext } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'

export async function rotate(
  { context, client }: Asking,
  { municipalityCode, from }: Request<'rotate'>,
): Promise<Answers['rotate']> {
  const version = await context.towns.rotate(municipalityCode, from)
  const entry = { op: 'rotate', client, municipality: municipalityCode, version } as const
  context.keydLog.append(entry, { durable: true })
  return { version }
}

/** Two people, no reference, and nobody who was shown a key of it just now. */
export async function destroyVersion(
  { context, client }: Asking,
  { municipalityCode, version, approvalId }: Request<'destroyVersion'>,
): Promise<Answers['destroyVersion']> {
  const note = await approved(context, approvalId, {
    op: 'destroyVersion',
    municipalityCode,
    version,
  })
  await context.towns.destroy(municipalityCode, version)
  const entry = { op: 'destroyVersion', client, municipality: municipalityCode, version } as const
  context.keydLog.append(entry, { durable: true })
  await note()
  return { destroyed: version }
}

/** First the list, then the log: a death between them leaves a resident erased, never half erased. */
export async function erase(
  { context, client }: Asking,
  { municipalityCode, residentIds, reason, approvalId }: Request<'erase'>,
): Promise<Answers['erase']> {
  context.meter.take(client, 'erase', residentIds.length)
  const note = await approved(context, approvalId, { op: 'erase', municipalityCode, residentIds })
  const asked = residentIds.map((residentId) => ({ municipalityCode, residentId, reason }))
  const added = context.erasures.add(asked)
  for (const { residentId: resident } of added) {
    context.keydLog.append({
      op: 'erase',
      client,
      municipality: municipalityCode,
      resident,
      reason,
    })
  }
  context.keydLog.sync()
  await note()
  return { erased: added.length }
}

async function approved(
  context: KeydContext,
  approvalId: string | undefined,
  subject: ApprovalSubject,
): Promise<() => Promise<void>> {
  const note = await context.approvals(approvalId, subject)
  if (note) return note
  throw new DomainError('approvalMissing', 'Two people have to agree to exactly this, first')
}

export async function publicKey({ context }: Asking): Promise<Answers['publicKey']> {
  const key = createPublicKey(await context.store.signingKey())
  return { publicKey: key.export({ format: 'der', type: 'spki' }).toString('base64') }
}

/** Everything that a page about keys may show; it names nobody. */
export async function status(
  { context, client }: Asking,
  { municipalityCode }: Request<'status'>,
): Promise<Answers['status']> {
  const { store, keydLog, erasures, meter } = context
  const towns = municipalityCode === undefined ? await store.towns() : [municipalityCode]
  const versions: Record<string, number[]> = {}
  for (const code of towns)
    if (await store.hasTown(code)) versions[code] = await store.versions(code)
  return {
    store: store.kind,
    client,
    versions,
    log: keydLog.head,
    erasures: erasures.head,
    counts: meter.totals(),
  }
}
