import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createDurably, makePrivateFolder } from './durable.ts'
import type { KeyStore, RootKey } from './key-store.ts'
import { KEY_BYTES, unwrap, wrap } from './wrap.ts'
import { wrappedStore } from './wrapped-store.ts'

/**
 * The default store: the root key in `root.key`, readable by its owner alone. Throws when others may
 * read it, and when it is gone although there are keys under it.
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

function fileRoot(folder: string): RootKey {
  const path = join(folder, 'root.key')
  if (!existsSync(path)) {
    if (hasKeys(folder)) {
      throw new Error(
        `${path} is gone. Put it back: without it nothing in ${folder} can be opened.`,
      )
    }
    createDurably(path, randomBytes(KEY_BYTES))
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others. Run chmod 600 ${path}, and rotate the keys.`)
  }
  const root = readFileSync(path)
  if (root.length !== KEY_BYTES)
    throw new Error(`${path} does not hold a key of ${KEY_BYTES} bytes.`)
  return {
    kind: 'files',
    wrap: async (key, boundTo) => wrap(root, key, boundTo),
    unwrap: async (wrapped, boundTo) => unwrap(root, wrapped, boundTo),
    close: async () => {
      root.fill(0)
    },
  }
}
