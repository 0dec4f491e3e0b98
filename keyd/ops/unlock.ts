import { DomainError } from '../../domain/errors.ts'
import { mayOpen } from '../../domain/purpose-fields.ts'
import { type Asking, assertNotErased } from '../context.ts'
import type { LoggedUnlock } from '../keyd-log.ts'
import { checkLook, type Looks, readLooks } from '../looks.ts'
import type { Answers, Request } from '../protocol.ts'
import { isRefused, orRefused } from '../refusal.ts'
import { fieldKeysOf, withResidentKey } from '../resident-keys.ts'

type Item = Request<'unlock'>['items'][number]
type Answer = Answers['unlock']['items'][number]

/**
 * The keys of the fields that a committed look names, and no others. Each item stands for itself: one
 * resident who was erased does not hold up a batch of letters.
 */
export async function unlock(
  { context, client }: Asking,
  { items }: Request<'unlock'>,
): Promise<Answers['unlock']> {
  context.meter.take(client, 'unlock', items.length)
  const looks = await readLooks(context.sql, [...new Set(items.map((item) => item.lookId))])
  assertSealerKeepsUp(looks, context.settings.ledgerStalledAfterSeconds)
  const answers: Answer[] = []
  for (const item of items) {
    answers.push(await orRefused(() => unlockOne({ context, client }, looks, item)))
  }
  // Written before the keys leave: what is not in the log was never handed out.
  context.keydLog.append({
    op: 'unlock',
    client,
    items: items.map((item, at) => logged(item, answers[at] as Answer, looks)),
  })
  return { items: answers }
}

export function assertSealerKeepsUp(looks: Looks, stalledAfterSeconds: number): void {
  if (looks.lagSeconds <= stalledAfterSeconds) return
  throw new DomainError('ledgerStalled', 'Looks have been waiting to be chained for too long')
}

async function unlockOne(
  { context, client }: Asking,
  looks: Looks,
  item: Item,
): Promise<Exclude<Answer, { refused: string }>> {
  const look = checkLook(looks.byId.get(item.lookId), item)
  if (!mayOpen(client, look.purpose, item.fields)) {
    throw new DomainError('purposeNotAllowed', 'This purpose does not open these fields here')
  }
  assertNotErased(context, item)
  const keys = await withResidentKey(context.store, item, (dek) => fieldKeysOf(dek, item.fields))
  context.towns.shown(item.municipalityCode, item.keyVersion)
  return { fieldKeys: keys }
}

function logged(item: Item, answer: Answer, looks: Looks): LoggedUnlock {
  const purpose = looks.byId.get(item.lookId)?.purpose
  return {
    look: item.lookId,
    municipality: item.municipalityCode,
    resident: item.residentId,
    fields: item.fields,
    ...(purpose !== undefined && { purpose }),
    ...(isRefused(answer) && { refused: answer.refused }),
  }
}
