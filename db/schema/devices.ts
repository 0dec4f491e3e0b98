/**
 * Tablets of venues: the public half of a key that never leaves the tablet, the venue and hours that it
 * is bound to, its tokens of a shift, and how much anybody may send.
 */
import { integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from './columns.ts'

export const device = pgTable('device', {
  id: uuid('id').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  venueCode: text('venue_code').notNull(),
  name: text('name').notNull(),
  publicJwk: jsonb('public_jwk').notNull(),
  thumbprint: text('thumbprint').notNull(),
  opensMinute: smallint('opens_minute').notNull(),
  closesMinute: smallint('closes_minute').notNull(),
  enrolledAt: instant('enrolled_at').notNull(),
  enrolledBy: uuid('enrolled_by'),
  revokedAt: instant('revoked_at'),
  lockedAt: instant('locked_at'),
  unknownSince: instant('unknown_since'),
  unknownTickets: integer('unknown_tickets').notNull(),
  lastShiftAt: instant('last_shift_at'),
})

export const deviceEnrolment = pgTable('device_enrolment', {
  codeSha256: bytes('code_sha256').primaryKey(),
  municipalityCode: text('municipality_code').notNull(),
  venueCode: text('venue_code').notNull(),
  opensMinute: smallint('opens_minute').notNull(),
  closesMinute: smallint('closes_minute').notNull(),
  madeBy: uuid('made_by').notNull(),
  madeAt: instant('made_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  deviceId: uuid('device_id'),
})

export const deviceToken = pgTable('device_token', {
  tokenSha256: bytes('token_sha256').primaryKey(),
  deviceId: uuid('device_id').notNull(),
  issuedAt: instant('issued_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
})

export const limitSetting = pgTable(
  'limit_setting',
  {
    scope: text('scope').notNull(),
    key: text('key').notNull(),
    points: integer('points').notNull(),
    perSeconds: integer('per_seconds').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.key] })],
)
