/**
 * The outbox's key: AES-256-GCM, made on the tablet, which no page can read out again. It keeps what
 * lies on the disk from whoever copies files and reads them; it does not keep it from whoever owns the
 * browser's profile and writes a program for it (docs/adr/0019-offline.md says what does).
 */

import { done } from './outbox-store.ts'
import type { OutboxSeal } from './outbox-types.ts'

const keyName = 'outbox'
const ivBytes = 12

/** The key of this tablet, made when there is none. Two tabs that open at once end with the same one. */
export async function openSeal(database: IDBDatabase): Promise<OutboxSeal> {
  const key = (await readKey(database)) ?? (await makeKey(database))
  return {
    async seal(scanId, text) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const plain = new TextEncoder().encode(text)
      const box = await crypto.subtle.encrypt(boundTo(scanId, iv), key, plain)
      return { iv, box: new Uint8Array(box) }
    },
    async open(scanId, { iv, box }) {
      try {
        const plain = await crypto.subtle.decrypt(boundTo(scanId, iv), key, box)
        return new TextDecoder().decode(plain)
      } catch {
        return undefined
      }
    },
  }
}

/** A row opens under its own id alone. */
function boundTo(scanId: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`outbox/1/${scanId}`) }
}

async function readKey(database: IDBDatabase): Promise<CryptoKey | undefined> {
  return (await done(database.transaction('keys').objectStore('keys').get(keyName))) as
    | CryptoKey
    | undefined
}

async function makeKey(database: IDBDatabase): Promise<CryptoKey> {
  const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])
  const change = database.transaction('keys', 'readwrite', { durability: 'strict' })
  const keys = change.objectStore('keys')
  const known = keys.get(keyName) as IDBRequest<CryptoKey | undefined>
  return await new Promise((resolve, reject) => {
    let kept = fresh
    known.onsuccess = () => {
      if (known.result) kept = known.result
      else keys.put(fresh, keyName)
    }
    change.oncomplete = () => resolve(kept)
    change.onabort = () => reject(change.error)
  })
}
