import type { Vault } from '../vault/vault.ts'
import type { Sql } from './client.ts'

/** Where people are kept: rows under one process's role, and what seals and finds them. */
export type Store = { sql: Sql; vault: Vault }
