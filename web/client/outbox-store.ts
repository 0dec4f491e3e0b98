/**
 * The outbox on the tablet's disk (IndexedDB): two lists in order, and the key that seals their rows.
 * What stands in the clear is a random id, when the row was kept, and why it came back.
 */
import { type ConflictRow, OutboxError, type OutboxStore, type UnsentRow } from './outbox-types.ts'

export const databaseName = 'sesshu-outbox'
const version = 1
type ListName = 'unsent' | 'conflicts'

export type OutboxDatabase = { database: IDBDatabase; store: OutboxStore }

/** `onTaken`: a newer page, or a wipe, takes the database over; nothing more can be kept here. */
export async function openDatabase(onTaken: () => void): Promise<OutboxDatabase> {
  if (!('indexedDB' in globalThis)) throw new OutboxError('notAvailable')
  const opening = indexedDB.open(databaseName, version)
  opening.onupgradeneeded = () => {
    for (const name of ['unsent', 'conflicts'] satisfies ListName[]) {
      const list = opening.result.createObjectStore(name, { keyPath: 'seq', autoIncrement: true })
      list.createIndex('scanId', 'scanId', { unique: true })
    }
    opening.result.createObjectStore('keys')
  }
  const database = await done(opening).catch((cause) => {
    throw new OutboxError('notAvailable', { cause })
  })
  database.onversionchange = () => {
    database.close()
    onTaken()
  }
  return { database, store: storeOver(database) }
}

function storeOver(database: IDBDatabase): OutboxStore {
  /** Kept when the disk has it: a tablet whose battery is taken out has lost nothing. */
  const write = async (lists: ListName[], work: (change: IDBTransaction) => void) => {
    const change = database.transaction(lists, 'readwrite', { durability: 'strict' })
    work(change)
    await ended(change)
  }
  const next = <T>(list: ListName, seq: number): Promise<T | undefined> =>
    done(
      database
        .transaction(list)
        .objectStore(list)
        .get(IDBKeyRange.lowerBound(seq, true)) as IDBRequest<T | undefined>,
    )

  return {
    async add(row) {
      const known = database.transaction('unsent').objectStore('unsent').index('scanId')
      if ((await done(known.getKey(row.scanId))) !== undefined) return
      await write(['unsent'], (change) => void change.objectStore('unsent').add(row))
    },
    nextUnsent: (seq) => next<UnsentRow>('unsent', seq),
    nextConflict: (seq) => next<ConflictRow>('conflicts', seq),
    noteFault: (seq) =>
      write(['unsent'], (change) => {
        const list = change.objectStore('unsent')
        const reading = list.get(seq) as IDBRequest<UnsentRow | undefined>
        reading.onsuccess = () => {
          const row = reading.result
          if (row) list.put({ ...row, faults: row.faults + 1 })
        }
      }),
    removeUnsent: (seq) => write(['unsent'], (change) => change.objectStore('unsent').delete(seq)),
    turnIntoConflict: (seq, conflict) =>
      write(['unsent', 'conflicts'], (change) => {
        change.objectStore('unsent').delete(seq)
        change.objectStore('conflicts').add(conflict)
      }),
    removeConflict: (seq) =>
      write(['conflicts'], (change) => change.objectStore('conflicts').delete(seq)),
    async counts() {
      const reading = database.transaction(['unsent', 'conflicts'])
      const unsent = reading.objectStore('unsent')
      const oldest = unsent.get(IDBKeyRange.lowerBound(0, true)) as IDBRequest<
        UnsentRow | undefined
      >
      const [count, first, conflicts] = await Promise.all([
        done(unsent.count()),
        done(oldest),
        done(reading.objectStore('conflicts').count()),
      ])
      return { unsent: count, conflicts, ...(first && { oldestAt: first.keptAt }) }
    },
  }
}

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Resolves when it is written. Throws `OutboxError` when there is no room, or no database any more. */
function ended(change: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve()
    const fail = () => {
      const isFull = change.error?.name === 'QuotaExceededError'
      const cause = change.error ?? undefined
      reject(new OutboxError(isFull ? 'noSpace' : 'notAvailable', { cause }))
    }
    change.onabort = fail
    change.onerror = fail
  })
}
