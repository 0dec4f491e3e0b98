import { z } from '@hono/zod-openapi'
import { partsOf } from '../../domain/calendar.ts'
import { DomainError } from '../../domain/errors.ts'
import { readRoutes, type Scan } from '../../domain/scan.ts'
import { parseTicket, parseTicketLine } from '../../domain/ticket.ts'
import { birthDate, birthYear, plainDate, text } from './fields.ts'

const slipKind = z.enum(['vaccination', 'screenedOnly'])

export const scanBody = z
  .strictObject({
    scanId: z.uuid().openapi({ example: '018f6f2e-8f0a-7c3e-9b60-3f5d2c1a0b11' }),
    line: z.string().max(64).optional().openapi({ example: '211310410000000017' }),
    ticket: z
      .strictObject({ municipalityCode: z.string().max(16), number: z.string().max(64) })
      .optional(),
    readBy: z.enum(readRoutes),
    birthYear: birthYear.optional(),
    bornOn: birthDate.optional(),
    slipKind: slipKind.optional(),
    claimedDoseNumber: z.int().min(1).max(9).optional(),
    givenOn: plainDate,
    givenAtLocalTime: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional()
      .openapi({ example: '10:35' }),
    venueCode: z
      .string()
      .regex(/^\d{10}$/)
      .openapi({ example: '1310400018' }),
    productCode: text(20, 'pfizer'),
    lotNumber: text(20, 'ET3674'),
    staffRef: text(40, 'S-12', 0).optional(),
    source: text(40, 'tablet'),
    deviceSeq: z.int().min(0).max(2_147_483_647).optional(),
  })
  .openapi('Scan')

export const scanBatchMax = 500
export const scanBatchBody = z.strictObject({
  scans: z.array(z.unknown()).min(1).max(scanBatchMax),
})

const finding = z.object({ code: z.string(), message: z.string(), whatToDo: z.string() })

export const scanAnswer = z
  .object({
    scanId: z.string(),
    verdict: z.enum([
      'recorded',
      'recordedWithFindings',
      'held',
      'waiting',
      'screenedOnly',
      'alreadyRecorded',
    ]),
    doseId: z.string().optional(),
    screeningId: z.string().optional(),
    findings: z.array(finding),
    next: z.object({ earliest: z.string(), due: z.string() }).optional(),
    undoUntil: z.string(),
  })
  .openapi('ScanAnswer')

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    whatToDo: z.string(),
    field: z.string().optional(),
  })
  .openapi('Problem')

/** From the body as sent to the scan it means. Throws DomainError with code and field. */
export function toScan(body: z.output<typeof scanBody>): Scan {
  const { line, ticket, slipKind: kindSent, claimedDoseNumber: claimSent, ...rest } = body
  const named = ticketNamed(line, ticket)
  const kind = agreed(named.slipKind, kindSent, 'slipKind')
  const claim = agreed(named.claimedDoseNumber, claimSent, 'claimedDoseNumber')
  return {
    scanId: rest.scanId,
    issuingMunicipalityCode: named.municipalityCode,
    ticketNumber: named.number,
    readBy: rest.readBy,
    ...bornAsStated(rest),
    slipKind: kind,
    claimedDoseNumber: claim,
    givenOn: rest.givenOn,
    ...(rest.givenAtLocalTime === undefined ? {} : { givenAtLocalTime: rest.givenAtLocalTime }),
    venueCode: rest.venueCode,
    productCode: rest.productCode,
    lotNumber: rest.lotNumber,
    ...(rest.staffRef === undefined ? {} : { staffRef: rest.staffRef }),
    source: rest.source,
    ...(rest.deviceSeq === undefined ? {} : { deviceSeq: rest.deviceSeq }),
  }
}

function ticketNamed(line: string | undefined, ticket: z.output<typeof scanBody>['ticket']) {
  if (line !== undefined && ticket === undefined) return parseTicketLine(line)
  if (line === undefined && ticket !== undefined) {
    return { ...parseTicket(ticket), slipKind: undefined, claimedDoseNumber: undefined }
  }
  throw new DomainError('lineOrTicket', 'send either line or ticket', line ? 'ticket' : 'line')
}

/** Year and date must say the same: which of the two is wrong nobody here can tell. */
function bornAsStated({
  birthYear,
  bornOn,
}: Pick<z.output<typeof scanBody>, 'birthYear' | 'bornOn'>) {
  if (bornOn && birthYear !== undefined && partsOf(bornOn).year !== birthYear) {
    throw new DomainError('birthYearDisagrees', 'birthYear is not the year of bornOn', 'birthYear')
  }
  return { ...(birthYear === undefined ? {} : { birthYear }), ...(bornOn && { bornOn }) }
}

function agreed<T>(onTicket: T | undefined, sent: T | undefined, field: string): T {
  if (onTicket !== undefined && sent !== undefined && onTicket !== sent) {
    throw new DomainError('slipDisagrees', `line and ${field} disagree`, field)
  }
  const value = onTicket ?? sent
  if (value === undefined) throw new DomainError('malformed', `${field} is missing`, field)
  return value
}
