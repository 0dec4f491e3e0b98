/** What the rest of the system knows of keys: it never sees more than the field keys it asked for. */
import type { FieldName, IndexName } from '../domain/sealed-fields.ts'

export type { FieldName, IndexName } from '../domain/sealed-fields.ts'
export { open, type SealPlace, seal } from './field-seal.ts'

/** One row of `resident_key`: a person's data key, wrapped under the municipality's. */
export type ResidentKey = {
  municipalityCode: string
  residentId: string
  wrapped: Uint8Array
  /** Version of the municipality's key that wraps it. */
  keyVersion: number
  /** Version of the data key itself; every sealed value names it. */
  dekVersion: number
}

/** Keys of the fields that were asked for, 32 bytes each. Never stored, never logged. */
export type FieldKeys = Partial<Record<FieldName, Uint8Array>> & { dekVersion: number }

export type UnlockItem = ResidentKey & {
  fields: readonly FieldName[]
  legalBasis?: string
  breakGlassId?: string
}

/** Asked by the town a person moved to; the answer is the former town's row of that person, if any. */
export type MyNumberQuestion = {
  /** The resident of the asking town, and their number as it is sealed there. */
  key: ResidentKey
  sealed: Uint8Array
  /** The move-in that names the former municipality; the request rests on it. */
  moveInEventId: string
  formerMunicipality: string
  legalBasis: string
  /** Account that recorded the consent, where the legal basis is consent. */
  consentRecordedBy?: string
}

export type Vault = {
  /**
   * Throws `keydAway` while keyd does not answer. Asked before a lock is taken under which keys are
   * needed: whoever has to wait for keyd then keeps nobody else waiting.
   */
  reach(): Promise<void>
  /**
   * New data keys with the keys of some fields, or of all; by resident id. Whoever inserts the row of
   * `resident_key` first has the one that counts.
   */
  createKeys(
    municipalityCode: string,
    residentIds: readonly string[],
    fields?: readonly FieldName[],
  ): Promise<Map<string, ResidentKey & { fieldKeys: FieldKeys }>>
  /**
   * Commits one ledger row per item, then asks keyd. By resident id. A resident whose key was erased
   * is missing from the answer; every other refusal throws a `DomainError` with keyd's code
   * (`ledgerStalled`, `keydAway`, `purposeNotAllowed`, …).
   */
  unlock(purpose: string, items: readonly UnlockItem[]): Promise<Map<string, FieldKeys>>
  /** Blind index of each value, 16 bytes, in the order of `values`. */
  index(
    municipalityCode: string,
    index: IndexName,
    values: readonly string[],
  ): Promise<Uint8Array[]>
  /** Looks in both towns' ledgers, then asks for that one person; `undefined` when there is none. */
  matchMyNumber(question: MyNumberQuestion): Promise<string | undefined>
  /**
   * Destroys the keys of these people for ever and empties their rows; how many were not erased before.
   * Throws `approvalMissing` unless two people agreed to exactly this.
   */
  erase(
    municipalityCode: string,
    residentIds: readonly string[],
    because: { reason: string; approvalId: string },
  ): Promise<number>
  /**
   * keyd's signature under the manifest of a batch of letters, by the SHA-256 of its file in hex: Ed25519
   * over `manifestSigned` of domain/manifest-signature.ts. Both base64.
   */
  signManifest(sha256: string): Promise<{ signature: string; publicKey: string }>
  close(): Promise<void>
}
