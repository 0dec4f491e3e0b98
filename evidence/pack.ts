/** What an evidence pack says, before it is written in two languages: counts, codes and hashes, no person. */
import type { Access, Crossing } from '../db/oversight/access.ts'
import type { KeyCount } from '../db/oversight/figures.ts'
import type { IncidentLine } from '../db/oversight/incidents.ts'
import type { Answered } from '../db/oversight/plan.ts'
import type { Proof } from '../domain/control.ts'
import type { PlainDate } from '../domain/course.ts'
import type { PiaDecision } from '../domain/pia-form.ts'
import type { RetentionLine } from './retention.ts'

export const packFormat = 'sesshu-evidence/1'

export type LedgerVerdict = {
  isIntact: boolean
  rows: number
  heads: number
  /** Left out without a witness: then the log's own key alone vouches. */
  witnessedRows?: number
  witnessSeenAt?: string
  /** In the words of `ledger verify`. */
  fault?: string
}

export type LedgerEvidence = {
  origin: string | null
  /** Rows under the newest head. */
  size: number | null
  root: string | null
  signedAt: string | null
  /** The rows against the heads and the witness. */
  verdict: LedgerVerdict | null
}

export type KeysEvidence = {
  store: string
  /** Of this municipality, ascending. */
  versions: number[]
  counts: KeyCount[]
}

export type RunEvidence = {
  ranAt: string
  commit?: string | undefined
  isDirty?: boolean | undefined
  tests: number
}

export type SealedField = {
  purpose: string
  clients: readonly string[]
  fields: readonly string[]
}

/** What keeps a pack from being evidence. */
export type Shortfall =
  | { kind: 'unproven'; control: string }
  | { kind: 'noResults' | 'planNotAccepted' | 'keydAway' | 'ledgerNotBegun' | 'ledgerDamaged' }

export type Pack = {
  format: typeof packFormat
  municipality: { code: string; name: string }
  writtenAt: string
  on: PlainDate
  software: { version: string; commit?: string | undefined }
  pia: PiaDecision & { arePersonsCounted: boolean; areHandlersCounted: boolean }
  plan: {
    inForce: number | null
    acceptedAt: string | null
    newest: number
    sha256: { ja: string; en: string }
    answers: Answered[]
  }
  access: Access[]
  crossings: Crossing[]
  /** For which purposes which process may open which sealed fields. */
  sealedFields: SealedField[]
  /** Null when the key process did not answer. */
  keys: KeysEvidence | null
  retention: RetentionLine[]
  ledger: LedgerEvidence
  emergencies: { uses: number; reviewed: number; waiting: number; late: number }
  incidents: IncidentLine[]
  run: RunEvidence | null
  proofs: Proof[]
  /** Empty when it is whole. */
  shortfalls: Shortfall[]
}
