/** What is sent to be recorded: first doses of different people, who all open, plan and announce a course. */
import { randomUUID } from 'node:crypto'
import { formatTicketLine } from '../../domain/ticket.ts'
import { benchTown, benchVenue, ticketNumber } from './residents.ts'

export function* numbers(): Generator<number, never> {
  for (let n = 1; ; n++) yield n
}

export function bodies(
  people: Generator<number, never>,
  count: number,
  givenOn = '2021-06-09',
): string[] {
  return Array.from({ length: count }, () => JSON.stringify(bodyOf(people.next().value, givenOn)))
}

function bodyOf(n: number, givenOn: string) {
  return {
    scanId: randomUUID(),
    line: formatTicketLine({
      slipKind: 'vaccination',
      claimedDoseNumber: 1,
      municipalityCode: benchTown,
      number: ticketNumber(n),
    }),
    readBy: 'qr',
    givenOn,
    venueCode: benchVenue,
    productCode: 'pfizer',
    lotNumber: 'BENCH1',
    source: 'bench',
  }
}
