import { createPublicKey } from 'node:crypto'
import type { Sql } from '../../db/client.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { type ApprovalSubject, erasureSubject } from '../approvals.ts'
import type { Asking, KeydContext } from '../context.ts'
import type { Answers, Request } from '../protocol.ts'

const FORGET_AT_ONCE = 10_000

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

/**
 * First the list, which is what counts; then the log and the rows. A death in between leaves a resident
 * erased, and the rows go when keyd starts again.
 */
export async function erase(
  { context, client }: Asking,
  { municipalityCode, residentIds, reason, approvalId }: Request<'erase'>,
): Promise<Answers['erase']> {
  context.meter.take(client, 'erase', residentIds.length)
  const note = await approved(context, approvalId, erasureSubject(municipalityCode, residentIds))
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
  await context.heads.note('erasures', context.erasures.head)
  await forgetErased(context.sql, asked, context.today())
  await note()
  return { erased: added.length }
}

type Erased = { municipalityCode: string; residentId: string }

/**
 * Takes from the database whatever could tell who they were, wherever it came back from: wrapped keys, My
 * Numbers, everything sealed, every keyed index. What is gone already costs nothing.
 */
export async function forgetErased(sql: Sql, erased: Erased[], today: PlainDate): Promise<void> {
  for (let from = 0; from < erased.length; from += FORGET_AT_ONCE) {
    const slice = erased.slice(from, from + FORGET_AT_ONCE)
    const towns = slice.map((one) => one.municipalityCode)
    const residents = slice.map((one) => one.residentId)
    await sql.begin(async (tx) => {
      await tx`select forget_erased(${towns}::text[], ${residents}::uuid[])`
      await tx`select erase_residents(${towns}::text[], ${residents}::uuid[], ${today})`
    })
  }
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
