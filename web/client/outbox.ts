/** The outbox of this tablet, over all of its tabs. */
import { createOutbox, type Outbox } from './outbox-core.ts'
import { openSeal } from './outbox-seal.ts'
import { openDatabase } from './outbox-store.ts'
import { OutboxError } from './outbox-types.ts'

export type { Outbox } from './outbox-core.ts'
export type {
  Conflict,
  FlushResult,
  OutboxScan,
  OutboxState,
  Outcome,
  Post,
  Report,
  Stopped,
} from './outbox-types.ts'
export { OutboxError } from './outbox-types.ts'

/** Held while one tab sends; a tab that is killed lets go of it. */
export const flushLock = 'sesshu-outbox-flush'
export const outboxChannel = 'sesshu-outbox'

/**
 * Throws `OutboxError` `notAvailable` where the browser keeps nothing (a private window, a page that
 * is not https): no scan may be made there without a connection.
 */
export async function openOutbox(): Promise<Outbox> {
  if (!globalThis.isSecureContext || !navigator.locks) throw new OutboxError('notAvailable')
  const channel = new BroadcastChannel(outboxChannel)
  const { database, store } = await openDatabase(() => channel.close())
  // Without it a browser that is short of room may throw the unsent away; some ask, some just say no.
  await navigator.storage?.persist?.().catch(() => false)
  const outbox = createOutbox({
    store,
    seal: await openSeal(database),
    exclusive: (work) => navigator.locks.request(flushLock, work),
    tellOthers: () => channel.postMessage('changed'),
    now: () => Date.now(),
  })
  channel.onmessage = () => outbox.changedElsewhere()
  addEventListener('online', () => outbox.isReconnected())
  return outbox
}
