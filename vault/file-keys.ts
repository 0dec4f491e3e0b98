import type { FileKeys, FileRecipient, SignReceipt } from '../domain/file-keys.ts'
import { type KeydClient, type KeydClientOptions, keydClient } from './keyd-client.ts'

/** keyd's own signature under a receipt. */
export function receiptSigner(keyd: KeydClient): SignReceipt {
  return async (sha256) => {
    const { signature, publicKey } = await keyd.ask('signReceipt', { sha256 })
    return {
      signature: Buffer.from(signature, 'base64'),
      publicKey: Buffer.from(publicKey, 'base64'),
    }
  }
}

/** Keys of sealed files, asked of keyd. Recipients never change while keyd has its folder: asked once. */
export function openFileKeys(
  options: KeydClientOptions,
): FileKeys & { stickKeys(): Promise<StickKeys>; close(): void } {
  const keyd = keydClient(options)
  return {
    ...fileKeysOver(keyd),
    stickKeys: () => stickKeysOf(keyd),
    close: () => keyd.close(),
  }
}

/** What towns are told once: whom sticks are sealed for, and whose signature a receipt bears. */
export type StickKeys = { recipient: string; systemKey: string }

export async function stickKeysOf(keyd: KeydClient): Promise<StickKeys> {
  const [{ recipients }, { publicKey }] = await Promise.all([
    keyd.ask('fileRecipients', {}),
    keyd.ask('publicKey', {}),
  ])
  // The last 32 bytes of what X.509 writes around an Ed25519 key.
  const systemKey = Buffer.from(publicKey, 'base64').subarray(-32).toString('base64')
  return { recipient: recipients.imports, systemKey }
}

export function fileKeysOver(keyd: KeydClient): FileKeys {
  const known = new Map<FileRecipient, string>()
  return {
    async recipient(name) {
      if (!known.has(name)) {
        const { recipients } = await keyd.ask('fileRecipients', {})
        for (const [each, recipient] of Object.entries(recipients)) {
          known.set(each as FileRecipient, recipient)
        }
      }
      return known.get(name)!
    },
    async unwrap(recipient, header, because) {
      const asked = { recipient, header: Buffer.from(header).toString('base64'), because }
      const { fileKey } = await keyd.ask('unwrapFile', asked)
      return Buffer.from(fileKey, 'base64')
    },
  }
}
