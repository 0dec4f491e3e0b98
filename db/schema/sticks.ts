/**
 * A stick is a sealed one that fits; its files become imports. A stick key is a town's public key, which counts
 * once a second person confirmed it. A stick refusal is a stick that was not read; what it claims is unproven.
 */
import { bigint, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { instant, plainDate } from './columns.ts'

export const stickKey = pgTable(
  'stick_key',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    publicKey: text('public_key').notNull(),
    code: text('code').notNull(),
    registeredBy: uuid('registered_by').notNull(),
    registeredAt: instant('registered_at').notNull(),
    confirmedBy: uuid('confirmed_by'),
    confirmedAt: instant('confirmed_at'),
    revokedBy: uuid('revoked_by'),
    revokedAt: instant('revoked_at'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const stick = pgTable(
  'stick',
  {
    municipalityCode: text('municipality_code').notNull(),
    id: uuid('id').notNull(),
    manifestSha256: text('manifest_sha256').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    madeAt: instant('made_at').notNull(),
    expiresOn: plainDate('expires_on').notNull(),
    returnTo: text('return_to'),
    publicKey: text('public_key').notNull(),
    state: text('state').notNull(),
    seenAt: instant('seen_at').notNull(),
    takenAt: instant('taken_at'),
    answeredAt: instant('answered_at'),
    pulledOut: text('pulled_out'),
    trouble: text('trouble'),
    receipt: jsonb('receipt'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.id] })],
)

export const stickFile = pgTable(
  'stick_file',
  {
    municipalityCode: text('municipality_code').notNull(),
    stickId: uuid('stick_id').notNull(),
    position: smallint('position').notNull(),
    fileName: text('file_name').notNull(),
    layout: text('layout'),
    mode: text('mode').notNull(),
    lines: bigint('lines', { mode: 'number' }),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    sha256: text('sha256').notNull(),
    importId: uuid('import_id'),
  },
  (t) => [primaryKey({ columns: [t.municipalityCode, t.stickId, t.position] })],
)

export const stickRefusal = pgTable('stick_refusal', {
  id: uuid('id').primaryKey(),
  claimedTown: text('claimed_town'),
  manifestSha256: text('manifest_sha256').notNull(),
  code: text('code').notNull(),
  fileName: text('file_name'),
  sequence: bigint('sequence', { mode: 'number' }),
  publicKey: text('public_key'),
  keyCode: text('key_code'),
  firstSeenAt: instant('first_seen_at').notNull(),
  seenAt: instant('seen_at').notNull(),
  overAt: instant('over_at'),
})
