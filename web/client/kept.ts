/** One small database of the browser, for what a page must find again after it was closed. */
const databaseName = 'sesshu-device'
const storeName = 'kept'

export async function keptValue<T>(key: string): Promise<T | undefined> {
  return await inStore('readonly', (store) => store.get(key))
}

export async function keepValue(key: string, value: unknown): Promise<void> {
  await inStore('readwrite', (store) => store.put(value, key))
}

export async function dropValue(key: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(key))
}

/** Runs one request in a transaction of its own; done when the transaction is. */
async function inStore<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(storeName, mode)
      const request = ask(transaction.objectStore(storeName))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = () => reject(transaction.error)
    })
  } finally {
    database.close()
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(storeName)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
