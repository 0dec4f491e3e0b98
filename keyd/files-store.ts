import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createDurably, makePrivateFolder } from './durable.ts'
import type { KeyStore, RootKey } from './key-store.ts'
import { KEY_BYTES, unwrap, wrap } from './wrap.ts'
import { wrappedStore } from './wrapped-store.ts'

/**
 * The default store: the root key in `root.key`, readable by its owner alone, made with the first key
 * under it. Throws when others may read it, and when it is gone although there are keys under it.
 */
export async function openFilesStore(folder: string): Promise<KeyStore> {
  makePrivateFolder(folder)
  return wrappedStore(folder, fileRoot(folder))
}

/** Whether keys of municipalities lie here: then a missing root key is a loss, not a beginning. */
export function hasKeys(folder: string): boolean {
  const towns = join(folder, 'town')
  return (
    existsSync(join(folder, 'sign.key')) || (existsSync(towns) && readdirSync(towns).length > 0)
  )
}

/** An empty folder gets its root key with the first key under it: one that is refused stays empty. */
function fileRoot(folder: string): RootKey {
  const path = join(folder, 'root.key')
  if (!existsSync(path) && hasKeys(folder)) {
    throw new Error(`${path} is gone. Put it back: without it nothing in ${folder} can be opened.`)
  }
  let root = existsSync(path) ? readRoot(path) : undefined
  const made = (): Buffer => {
    if (root) return root
    createDurably(path, randomBytes(KEY_BYTES))
    root = readRoot(path)
    return root
  }
  return {
    kind: 'files',
    wrap: async (key, boundTo) => wrap(made(), key, boundTo),
    unwrap: async (wrapped, boundTo) => unwrap(made(), wrapped, boundTo),
    close: async () => {
      root?.fill(0)
    },
  }
}

function readRoot(path: string): Buffer {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others. Run chmod 600 ${path}, and rotate the keys.`)
  }
  const root = readFileSync(path)
  if (root.length !== KEY_BYTES) {
    throw new Error(`${path} does not hold a key of ${KEY_BYTES} bytes.`)
  }
  return root
}
