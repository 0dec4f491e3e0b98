/**
 * What names the person of a scan that is attached to nobody: the number that was read and the year that
 * was stated, sealed under a key of the scan's own until somebody resolves it.
 */
import { open, type ResidentKey, seal, type Vault } from '../../vault/vault.ts'
import { placeOf } from './places.ts'

export type SealedScan = {
  key: ResidentKey
  ticketNumber: Uint8Array
  birthYearStated: Uint8Array | null
}

export async function sealScan(
  vault: Vault,
  scan: {
    scanId: string
    issuingMunicipalityCode: string
    ticketNumber: string
    birthYear?: number
  },
): Promise<SealedScan> {
  const row = { municipalityCode: scan.issuingMunicipalityCode, residentId: scan.scanId }
  const created = await vault.createKeys(row.municipalityCode, [row.residentId])
  const { fieldKeys, ...key } = created.get(row.residentId)!
  return {
    key,
    ticketNumber: seal(fieldKeys, placeOf('scannedNumber', row), scan.ticketNumber),
    birthYearStated:
      scan.birthYear === undefined
        ? null
        : seal(fieldKeys, placeOf('statedYear', row), String(scan.birthYear)),
  }
}

/** The years stated in scans that now have a ticket to be compared with, by scan id. */
export async function openStatedYears(
  vault: Vault,
  scans: { key: ResidentKey; birthYearStated: Uint8Array }[],
): Promise<Map<string, number>> {
  if (scans.length === 0) return new Map()
  const items = scans.map(({ key }) => ({ ...key, fields: ['bornOn' as const] }))
  const keys = await vault.unlock('recordDose', items)
  return new Map(
    scans.flatMap(({ key, birthYearStated }) => {
      const unlocked = keys.get(key.residentId)
      if (!unlocked) return []
      const year = Number(open(unlocked, placeOf('statedYear', key), birthYearStated))
      return [[key.residentId, year] as const]
    }),
  )
}

export type ScannedPerson = { ticketNumber: string; birthYear?: number }

/** What was read and stated, for the clerk who settles it; one look. Undefined when its key is gone. */
export async function openScanned(
  vault: Vault,
  key: ResidentKey,
  sealed: { ticketNumber: Uint8Array; birthYearStated: Uint8Array | null },
): Promise<ScannedPerson | undefined> {
  const keys = await vault.unlock('resolve', [{ ...key, fields: ['ticketNumber', 'bornOn'] }])
  const unlocked = keys.get(key.residentId)
  if (!unlocked) return undefined
  const { ticketNumber, birthYearStated } = sealed
  return {
    ticketNumber: open(unlocked, placeOf('scannedNumber', key), ticketNumber),
    ...(birthYearStated && {
      birthYear: Number(open(unlocked, placeOf('statedYear', key), birthYearStated)),
    }),
  }
}
