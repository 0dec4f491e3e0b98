/** Cells of a municipal file that need a look, under a key of the import's own. Never to be logged. */
import type { CellNote } from '../../domain/municipal-file.ts'
import { type FieldKeys, open, type ResidentKey, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { inTowns } from '../scope.ts'
import { insertKeys, readKeys } from './keys.ts'
import { placeOf } from './places.ts'

export type ImportOf = { municipalityCode: string; importId: string }
export type CellKeys = { keys: FieldKeys; of: ImportOf }

/** Made with the import's first review; a second one asks for it, which is a look. */
export async function keysForWriting(
  tx: Tx,
  vault: Vault,
  of: ImportOf,
): Promise<CellKeys | undefined> {
  const { municipalityCode, importId } = of
  const scope = { municipalityCode, purpose: 'reviewImport' } as const
  const known = await inTowns(tx, scope, () =>
    readKeys(tx, [{ municipalityCode, residentId: importId }]),
  )
  if (known.length > 0) return unlocked(vault, of, known)
  const made = (await vault.createKeys(municipalityCode, [importId], ['note'])).get(importId)!
  const { fieldKeys, ...key } = made
  await insertKeys(tx, [key])
  return { keys: fieldKeys, of }
}

/** One look at the import. Undefined when its key is gone: its cells were due. */
export async function keysForReading(
  tx: Tx,
  vault: Vault,
  of: ImportOf,
): Promise<CellKeys | undefined> {
  const { municipalityCode, importId } = of
  return unlocked(vault, of, await readKeys(tx, [{ municipalityCode, residentId: importId }]))
}

async function unlocked(
  vault: Vault,
  of: ImportOf,
  found: ResidentKey[],
): Promise<CellKeys | undefined> {
  const items = found.map((key) => ({ ...key, fields: ['note' as const] }))
  const keys = (await vault.unlock('reviewImport', items)).get(of.importId)
  return keys && { keys, of }
}

type Cell = Pick<CellNote, 'header' | 'value'>

/** `at` is what the note's key has besides the import. */
export function sealCell({ keys, of }: CellKeys, at: string, { header, value }: Cell): Uint8Array {
  return seal(keys, placeOfCell(of, at), JSON.stringify({ header, value }))
}

export function openCell({ keys, of }: CellKeys, at: string, sealed: Uint8Array): Cell {
  return JSON.parse(open(keys, placeOfCell(of, at), sealed)) as Cell
}

function placeOfCell({ municipalityCode, importId }: ImportOf, at: string) {
  return placeOf('importCell', { municipalityCode, residentId: importId }, at)
}
