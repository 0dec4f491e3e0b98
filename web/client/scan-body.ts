import { formatTicketLine } from '../../domain/ticket.ts'
import type { Slip } from './desk.ts'
import type { OutboxScan } from './outbox-types.ts'
import type { Settings } from './settings.ts'
import type { TicketRead } from './ticket-read.ts'

export type Sent = {
  readId: string
  read: TicketRead
  slip: Slip
  settings: Settings
  /** The system's day. */
  today: string
}

/** The body of `POST /api/v1/scans`: the read's id is the scan's, so that sent twice it is one scan. */
export function scanBody({ readId, read, slip, settings, today }: Sent): OutboxScan {
  const { municipalityCode, number, slipKind, claimedDoseNumber, birthYear, bornOn } = slip
  return {
    scanId: readId,
    ...(read.line
      ? { line: formatTicketLine(read.line) }
      : { ticket: { municipalityCode, number }, slipKind, claimedDoseNumber }),
    readBy: read.readBy,
    ...(bornOn !== undefined ? { bornOn } : birthYear !== undefined ? { birthYear } : {}),
    givenOn: settings.givenOn === 'today' ? today : settings.givenOn,
    venueCode: settings.venueCode,
    productCode: settings.productCode,
    lotNumber: settings.lotNumber,
    source: 'tablet',
  }
}
