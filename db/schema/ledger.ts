/**
 * Who looked at whom. An inbox row is a look that has been committed and not been chained yet; a
 * ledger row is the same look at its place in the one order, with its leaf and chain hash, written
 * by the sealer alone and never changed; a head row is the sealer's signature over the whole tree
 * at one size. `detail` is sealed: the hashes are made over ciphertext.
 */
import { bigint, boolean, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from './columns.ts'

const look = {
  lookedAt: instant('looked_at').notNull(),
  actor: text('actor').notNull(),
  actorRole: text('actor_role').notNull(),
  office: text('office').notNull(),
  purpose: text('purpose').notNull(),
  municipalityCode: text('municipality_code').notNull(),
  residentId: uuid('resident_id'),
  courseId: uuid('course_id'),
  fields: text('fields').array().notNull(),
  legalBasis: text('legal_basis'),
  breakGlassId: uuid('break_glass_id'),
  detail: bytes('detail'),
}

export const ledgerInbox = pgTable('ledger_inbox', { id: uuid('id').primaryKey(), ...look })

export const accessLedger = pgTable('access_ledger', {
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  id: uuid('id').notNull(),
  ...look,
  leafHash: bytes('leaf_hash').notNull(),
  chainHash: bytes('chain_hash').notNull(),
})

export const ledgerHead = pgTable('ledger_head', {
  size: bigint('size', { mode: 'number' }).primaryKey(),
  rootHash: bytes('root_hash').notNull(),
  signedAt: instant('signed_at').notNull(),
  checkpoint: text('checkpoint').notNull(),
})

/** Under which name and key heads are signed; a second row is a ledger restored elsewhere. */
export const ledgerLog = pgTable('ledger_log', {
  origin: text('origin').primaryKey(),
  publicKey: text('public_key').notNull(),
  beganAt: instant('began_at').notNull(),
})

/** When the sealer last found nothing left to chain. */
export const ledgerDrained = pgTable('ledger_drained', {
  onlyRow: boolean('only_row').primaryKey().default(true),
  at: instant('at').notNull(),
})
