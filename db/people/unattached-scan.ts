/**
 * What names the person of a scan that is attached to nobody: the number that was read and the birth year
 * or date that was stated, sealed under a key of the scan's own until somebody resolves it.
 */
import type { PlainDate } from '../../domain/course.ts'
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
    bornOn?: PlainDate
  },
): Promise<SealedScan> {
  const row = { municipalityCode: scan.issuingMunicipalityCode, residentId: scan.scanId }
  const created = await vault.createKeys(row.municipalityCode, [row.residentId])
  const { fieldKeys, ...key } = created.get(row.residentId)!
  const stated = scan.bornOn ?? scan.birthYear
  return {
    key,
    ticketNumber: seal(fieldKeys, placeOf('scannedNumber', row), scan.ticketNumber),
    birthYearStated:
      stated === undefined ? null : seal(fieldKeys, placeOf('statedYear', row), String(stated)),
  }
}

/** What was read and what was stated, as it was sealed: a year, or a whole date. */
export type OpenedScan = { number: string; birthYear?: number; bornOn?: PlainDate }

type SealedAndKey = {
  key: ResidentKey
  ticketNumber: Uint8Array
  birthYearStated: Uint8Array | null
}

/** Of scans that now have a ticket to be compared with, by scan id. */
export function openUnattached(
  vault: Vault,
  scans: SealedAndKey[],
): Promise<Map<string, OpenedScan>> {
  return openScannedFor(vault, 'recordDose', scans)
}

/** What was read and stated of many, by scan id, for a purpose that may have both; one look each. */
export async function openScannedFor(
  vault: Vault,
  purpose: 'recordDose' | 'returnFiles',
  scans: SealedAndKey[],
): Promise<Map<string, OpenedScan>> {
  if (scans.length === 0) return new Map()
  const fields = ['bornOn', 'ticketNumber'] as const
  const keys = await vault.unlock(
    purpose,
    scans.map(({ key }) => ({ ...key, fields })),
  )
  return new Map(
    scans.flatMap(({ key, ticketNumber, birthYearStated }) => {
      const unlocked = keys.get(key.residentId)
      if (!unlocked) return []
      const number = open(unlocked, placeOf('scannedNumber', key), ticketNumber)
      const stated = birthYearStated && open(unlocked, placeOf('statedYear', key), birthYearStated)
      return [[key.residentId, { number, ...(stated ? statedAs(stated) : {}) }] as const]
    }),
  )
}

function statedAs(text: string): Pick<OpenedScan, 'birthYear' | 'bornOn'> {
  const birthYear = Number(text.slice(0, 4))
  return text.length > 4 ? { birthYear, bornOn: text as PlainDate } : { birthYear }
}

export type ScannedPerson = { ticketNumber: string; birthYear?: number; bornOn?: PlainDate }

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
    ...(birthYearStated && statedAs(open(unlocked, placeOf('statedYear', key), birthYearStated))),
  }
}
