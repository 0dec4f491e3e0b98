/** Slips that are being keyed: sealed under a key of their batch's own, from one press to the next. */
import type { KeyedSlip } from '../../domain/keying.ts'
import { type FieldKeys, open, type ResidentKey, seal, type Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { readKeys } from './keys.ts'
import { placeOf } from './places.ts'

export type BatchKeys = { keys: FieldKeys; row: { municipalityCode: string; residentId: string } }

export async function newBatchKey(
  vault: Vault,
  municipalityCode: string,
  batchId: string,
): Promise<BatchKeys & { key: ResidentKey }> {
  const created = await vault.createKeys(municipalityCode, [batchId])
  const { fieldKeys: keys, ...key } = created.get(batchId)!
  return { keys, key, row: { municipalityCode, residentId: batchId } }
}

/** One look at the batch. Undefined when its key is gone. */
export async function unlockBatch(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  batchId: string,
): Promise<BatchKeys | undefined> {
  const row = { municipalityCode, residentId: batchId }
  const found = await readKeys(tx, [row])
  const items = found.map((key) => ({ ...key, fields: ['ticketNumber' as const] }))
  const keys = (await vault.unlock('keyPaper', items)).get(batchId)
  return keys && { keys, row }
}

export function sealSlip({ keys, row }: BatchKeys, scanId: string, slip: KeyedSlip): Uint8Array {
  return seal(keys, placeOf('keyedSlip', row, scanId), JSON.stringify(slip))
}

export function openSlip({ keys, row }: BatchKeys, scanId: string, sealed: Uint8Array): KeyedSlip {
  return JSON.parse(open(keys, placeOf('keyedSlip', row, scanId), sealed)) as KeyedSlip
}

export function sealControl({ keys, row }: BatchKeys, sum: number): Uint8Array {
  return seal(keys, placeOf('keyingControl', row), String(sum))
}

export function openControl({ keys, row }: BatchKeys, sealed: Uint8Array): number {
  return Number(open(keys, placeOf('keyingControl', row), sealed))
}
