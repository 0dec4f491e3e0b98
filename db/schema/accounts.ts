/**
 * Who signs in, and with what. Accounts belong to an office (a municipality, or `system`); a session is
 * a cookie whose SHA-256 stands here; a machine credential is a program's. Moments are wall time.
 */
import { bigint, boolean, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from './columns.ts'

export const account = pgTable('account', {
  id: uuid('id').primaryKey(),
  login: text('login').notNull(),
  role: text('role').notNull(),
  office: text('office').notNull(),
  passwordHash: text('password_hash'),
  failedTries: integer('failed_tries').notNull(),
  lockedUntil: instant('locked_until'),
  disabledAt: instant('disabled_at'),
  oidcIssuer: text('oidc_issuer'),
  oidcSubject: text('oidc_subject'),
  isDemo: boolean('is_demo').notNull(),
  createdAt: instant('created_at').notNull(),
})

export const accountSession = pgTable('account_session', {
  tokenSha256: bytes('token_sha256').primaryKey(),
  accountId: uuid('account_id').notNull(),
  signedInBy: text('signed_in_by').notNull(),
  startedAt: instant('started_at').notNull(),
  seenAt: instant('seen_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  revokedAt: instant('revoked_at'),
  breakGlassId: uuid('break_glass_id'),
})

export const passkey = pgTable('passkey', {
  credentialId: text('credential_id').primaryKey(),
  accountId: uuid('account_id').notNull(),
  publicKey: bytes('public_key').notNull(),
  counter: bigint('counter', { mode: 'number' }).notNull(),
  transports: text('transports').notNull(),
  createdAt: instant('created_at').notNull(),
  usedAt: instant('used_at'),
})

export const signInChallenge = pgTable('sign_in_challenge', {
  tokenSha256: bytes('token_sha256').primaryKey(),
  kind: text('kind').notNull(),
  accountId: uuid('account_id'),
  challenge: text('challenge').notNull(),
  expiresAt: instant('expires_at').notNull(),
})

export const machineCredential = pgTable('machine_credential', {
  tokenSha256: bytes('token_sha256').primaryKey(),
  id: uuid('id').notNull(),
  name: text('name').notNull(),
  office: text('office').notNull(),
  mayRecordScans: boolean('may_record_scans').notNull(),
  mayManageRegister: boolean('may_manage_register').notNull(),
  createdAt: instant('created_at').notNull(),
  disabledAt: instant('disabled_at'),
})
