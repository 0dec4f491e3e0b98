/** Ids that are made from what a row says: told again, it is the same event, and changes nothing. */
import { uuidOfHex } from '../../domain/uuid.ts'
import type { Vault } from '../../vault/vault.ts'
import { indexesInHex, toldValue } from '../people/blind.ts'

/** By a keyed digest of the whole row: whoever sees an id learns nothing from it, and no two towns' meet. */
export async function contentIds(
  vault: Vault,
  municipalityCode: string,
  about: 'report' | 'scan',
  rows: readonly object[],
): Promise<string[]> {
  const values = rows.map((row) => toldValue(about, 'file', municipalityCode, row))
  const digests = await indexesInHex(vault, municipalityCode, 'body', values)
  return digests.map(uuidOfHex)
}
