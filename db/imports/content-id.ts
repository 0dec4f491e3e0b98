/** Ids that are made from what a row says: told again, it is the same event, and changes nothing. */
import type { Vault } from '../../vault/vault.ts'
import { indexesInHex, toldValue } from '../people/blind.ts'

/**
 * By a keyed digest of the whole row: whoever sees an id learns nothing from it, and no two towns' meet.
 * In the form of a UUID of version 8, which is left to whoever makes it (RFC 9562, 5.8).
 */
export async function contentIds(
  vault: Vault,
  municipalityCode: string,
  about: 'report' | 'scan',
  rows: readonly object[],
): Promise<string[]> {
  const values = rows.map((row) => toldValue(about, 'file', municipalityCode, row))
  const digests = await indexesInHex(vault, municipalityCode, 'body', values)
  return digests.map((hex) => {
    const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16)
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`]
    return [...parts, variant + hex.slice(17, 20), hex.slice(20)].join('-')
  })
}
