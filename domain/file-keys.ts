/**
 * The two age identities for files, which lie in keyd alone. What arrived (uploads, sticks, change sets)
 * is opened by the importer and nobody else; what goes back to a town's clerk is opened by the pages too.
 */
export const fileRecipients = ['imports', 'results'] as const
export type FileRecipient = (typeof fileRecipients)[number]

/** What a room that seals and opens files needs to know of keys: `vault/file-keys.ts` is the real one. */
export type FileKeys = {
  /** The public half, `age1…`. */
  recipient(name: FileRecipient): Promise<string>
  /**
   * The 16 bytes that a file is sealed under. `header` is the file's own, from its first line to its
   * MAC. Throws `DomainError`: `notSealedForUs`, `sealedHeaderBroken`, `keydNotAllowed`, `keydAway`.
   */
  unwrap(name: FileRecipient, header: Uint8Array, because: UnwrapReason): Promise<Uint8Array>
}

/** Signs what says that a stick may be erased, with keyd's own key; `sha256` is that of the receipt, in hex. */
export type SignReceipt = (
  sha256: string,
) => Promise<{ signature: Uint8Array; publicKey: Uint8Array }>

/** Kept in keyd's log beside the file's digest: which import or which stick it was opened for. */
export type UnwrapReason = { for: 'import' | 'stick' | 'results'; id: string }
