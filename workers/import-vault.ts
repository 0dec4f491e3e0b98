import { openVault, type VaultOptions } from '../vault/open-vault.ts'
import type { Vault } from '../vault/vault.ts'

/**
 * Thousands of keys and indexes are asked for at once, and a busy machine answers them one after the other:
 * what is late is on its way. The process that waits keeps no venue waiting.
 */
const patienceMs = 120_000

/** The importer's: it waits for the answers to bulk questions. */
export function openImportVault(options: Omit<VaultOptions, 'timeoutMs'>): Vault {
  return openVault({ ...options, timeoutMs: patienceMs })
}
