/** A tablet's disk in memory: what is on it stays when the page is gone, and what was under way does not. */
import { createOutbox, type Outbox, type OutboxTold } from '../../web/client/outbox-core.ts'
import type {
  ConflictRow,
  OutboxSeal,
  OutboxStore,
  UnsentRow,
} from '../../web/client/outbox-types.ts'

export type MemoryDisk = ReturnType<typeof memoryDisk>

export function memoryDisk() {
  const unsent: UnsentRow[] = []
  const conflicts: ConflictRow[] = []
  let seq = 0
  const without = (list: { seq: number }[], of: number) => {
    const at = list.findIndex((row) => row.seq === of)
    if (at >= 0) list.splice(at, 1)
  }
  const store: OutboxStore = {
    async add(row) {
      if (unsent.some(({ scanId }) => scanId === row.scanId)) return
      seq += 1
      unsent.push({ ...row, seq })
    },
    nextUnsent: async (after) => copyOf(unsent.find((row) => row.seq > after)),
    nextConflict: async (after) => copyOf(conflicts.find((row) => row.seq > after)),
    async noteFault(of) {
      const row = unsent.find((one) => one.seq === of)
      if (row) row.faults += 1
    },
    removeUnsent: async (of) => without(unsent, of),
    async turnIntoConflict(of, conflict) {
      without(unsent, of)
      seq += 1
      conflicts.push({ ...conflict, seq })
    },
    removeConflict: async (of) => without(conflicts, of),
    counts: async () => ({
      unsent: unsent.length,
      conflicts: conflicts.length,
      ...(unsent[0] && { oldestAt: unsent[0].keptAt }),
    }),
  }
  return { store, unsent, conflicts }
}

function copyOf<T>(row: T | undefined): T | undefined {
  return row && { ...row }
}

/** Not a cipher: what is sealed really is tried in a browser. `keyOf` changes when the key is lost. */
export function plainSeal(keyOf: () => string): OutboxSeal {
  const encode = (text: string) => new Uint8Array(new TextEncoder().encode(text))
  return {
    seal: async (scanId, text) => ({ iv: encode(keyOf()), box: encode(`${scanId}|${text}`) }),
    async open(scanId, { iv, box }) {
      const text = new TextDecoder().decode(box)
      const isOurs = new TextDecoder().decode(iv) === keyOf() && text.startsWith(`${scanId}|`)
      return isOurs ? text.slice(scanId.length + 1) : undefined
    },
  }
}

/** A lock over all outboxes that share it. */
export function turnstile() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }
}

export function memoryOutbox(options: {
  disk: MemoryDisk
  now: () => number
  exclusive?: <T>(work: () => Promise<T>) => Promise<T>
  key?: () => string
}): Outbox & OutboxTold {
  return createOutbox({
    store: options.disk.store,
    seal: plainSeal(options.key ?? (() => 'key')),
    exclusive: options.exclusive ?? turnstile(),
    tellOthers: () => {},
    now: options.now,
  })
}
