/**
 * What a scan would cost without keyd: the same HMACs and field keys, made in the process that asks. For
 * the bench alone; the data it seals names nobody.
 */
import { createHmac } from 'node:crypto'
import { type FieldName, fieldNames } from '../../domain/sealed-fields.ts'
import type { FieldKeys, Vault } from '../../vault/vault.ts'

const wrappedBytes = 60

export function bareVault(secret: Buffer): Vault {
  const hmac = (...parts: string[]) => createHmac('sha256', secret).update(parts.join('|')).digest()
  const fieldKeysOf = (residentId: string, fields: readonly FieldName[]): FieldKeys => {
    const dek = hmac('dek', residentId)
    const keyOf = (field: string) =>
      createHmac('sha256', dek).update(`sesshu/field/${field}`).digest()
    return {
      dekVersion: 1,
      ...Object.fromEntries(fields.map((field) => [field, keyOf(field)])),
    }
  }
  return {
    reach: async () => {},
    async createKeys(municipalityCode, residentIds) {
      return new Map(
        residentIds.map((residentId) => {
          const key = { municipalityCode, residentId, keyVersion: 1, dekVersion: 1 }
          const wrapped = Buffer.alloc(wrappedBytes, 1)
          return [residentId, { ...key, wrapped, fieldKeys: fieldKeysOf(residentId, fieldNames) }]
        }),
      )
    },
    async unlock(_purpose, items) {
      return new Map(
        items.map(({ residentId, fields }) => [residentId, fieldKeysOf(residentId, fields)]),
      )
    },
    erase: async () => 0,
    index: async (municipalityCode, index, values) =>
      values.map((value) => hmac(municipalityCode, index, value).subarray(0, 16)),
    matchMyNumber: async () => undefined,
    signManifest: async () => ({
      signature: `${'A'.repeat(86)}==`,
      publicKey: `${'A'.repeat(43)}=`,
    }),
    close: async () => {},
  }
}
