import { randomBytes } from 'node:crypto'
import { makePrivateFolder } from './durable.ts'
import { hasKeys } from './files-store.ts'
import type { KeyStore, RootKey } from './key-store.ts'
import { openToken } from './pkcs11.ts'
import { joinWrap, wrapParts } from './wrap.ts'
import { wrappedStore } from './wrapped-store.ts'

export type Pkcs11Options = {
  /** The token's library, such as `/usr/lib/softhsm/libsofthsm2.so`. */
  module: string
  /** Label of the token. */
  token: string
  pin: string
}

const ROOT_LABEL = 'sesshu root key'

/**
 * The same files, under a root key that was born in the token and never leaves it: whoever carries the
 * folder away has nothing. Throws when the key is gone although there are keys under it.
 */
export async function openPkcs11Store(folder: string, options: Pkcs11Options): Promise<KeyStore> {
  makePrivateFolder(folder)
  return wrappedStore(folder, tokenRoot(folder, options))
}

function tokenRoot(folder: string, options: Pkcs11Options): RootKey {
  const session = openToken(options)
  try {
    const found = session.findKey(ROOT_LABEL)
    if (found === undefined && hasKeys(folder)) {
      throw new Error(
        `The token "${options.token}" has no key "${ROOT_LABEL}", but ${folder} holds keys under it. ` +
          'Show the right token.',
      )
    }
    const key = found ?? session.generateKey(ROOT_LABEL)
    if (session.revealsKey(key)) {
      throw new Error(
        `The token gives "${ROOT_LABEL}" away. Make it sensitive and not extractable.`,
      )
    }
    return {
      kind: 'pkcs11',
      wrap: async (bytes, boundTo) => {
        const iv = randomBytes(12)
        return joinWrap(iv, session.encrypt(key, iv, boundTo, bytes))
      },
      unwrap: async (wrapped, boundTo) => {
        const { iv, body } = wrapParts(wrapped)
        return session.decrypt(key, iv, boundTo, body)
      },
      close: async () => session.close(),
    }
  } catch (error) {
    session.close()
    throw error
  }
}
