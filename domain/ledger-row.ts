/**
 * A look as the ledger's hashes are made over it: text throughout, because an instant in JavaScript
 * ends at the millisecond and a hash must not.
 */
export type LedgerRow = {
  id: string
  /** UTC to the microsecond, `2021-07-01T03:04:05.678901Z`. */
  lookedAt: string
  actor: string
  actorRole: string
  office: string
  purpose: string
  municipalityCode: string
  residentId: string | null
  courseId: string | null
  fields: string[]
  legalBasis: string | null
  breakGlassId: string | null
  /** Base64 of ciphertext. */
  detail: string | null
}

/** A row at its place, with both hashes in base64 as they stand beside it. */
export type ExportedRow = LedgerRow & { seq: number; leafHash: string; chainHash: string }
