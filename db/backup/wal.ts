/** Names and places of write-ahead log files, as PostgreSQL itself reckons them. */

/** Where a WAL position lies and what its files are called. */
export type WalGeometry = { timeline: number; segmentBytes: bigint }

const segmentName = /^[0-9A-F]{24}$/
const timelineHistory = /^[0-9A-F]{8}\.history$/
const bytesPerLogFile = 0x1_0000_0000n

export function isSegmentName(name: string): boolean {
  return segmentName.test(name)
}

/** Segments and timeline histories; not partial files, drafts or status notes. */
export function isWalFile(name: string): boolean {
  return segmentName.test(name) || timelineHistory.test(name)
}

/** `16/B374D848` as a byte position. Throws for anything else. */
export function parseLsn(text: string): bigint {
  const [, high, low] = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text) ?? []
  if (high === undefined || low === undefined) throw new Error(`"${text}" is no WAL position.`)
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`)
}

/** The file that holds the byte at `position`. */
export function segmentAt(position: bigint, { timeline, segmentBytes }: WalGeometry): string {
  const number = position / segmentBytes
  const perLogFile = bytesPerLogFile / segmentBytes
  return [BigInt(timeline), number / perLogFile, number % perLogFile].map(hex8).join('')
}

/** Every file from the one that holds the byte at `from` to the one that holds the byte before `to`. */
export function segmentsBetween(from: bigint, to: bigint, geometry: WalGeometry): string[] {
  const { segmentBytes } = geometry
  const names: string[] = []
  const last = (to - 1n) / segmentBytes
  for (let number = from / segmentBytes; number <= last; number += 1n) {
    names.push(segmentAt(number * segmentBytes, geometry))
  }
  return names
}

function hex8(value: bigint): string {
  return value.toString(16).toUpperCase().padStart(8, '0')
}
