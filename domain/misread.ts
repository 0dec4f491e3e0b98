/**
 * Which tickets one misread digit, or two neighbouring digits read the wrong way round, can turn into one
 * another. Ten digits have no check digit, so that a wrong read is often somebody's valid ticket: whoever
 * knows all neighbours of a number that was read knows whose it may have been meant to be.
 */
import { assertTicketMunicipalityCode } from './municipality-code.ts'
import type { Ticket } from './ticket.ts'

/**
 * Every text of digits that differs from this one by a single digit or by one swap of neighbours. The
 * relation goes both ways: what can be misread as this can be the right reading of it.
 */
export function oneEditAway(digits: string): string[] {
  const found = new Set<string>()
  for (let at = 0; at < digits.length; at++) {
    const [before, after] = [digits.slice(0, at), digits.slice(at + 1)]
    for (let digit = 0; digit <= 9; digit++) found.add(before + digit + after)
    const [one, next] = [digits[at]!, after[0]]
    if (next !== undefined) found.add(before + next + one + after.slice(1))
  }
  found.delete(digits)
  return [...found]
}

/** The other numbers of the same municipality: at most 99. */
export function numbersNear({ number }: Pick<Ticket, 'number'>): string[] {
  return oneEditAway(number).filter((near) => !/^0+$/.test(near))
}

/**
 * The other municipalities whose code this one may be a misreading of, with the same number. A code
 * checks itself and so has hardly any. A digit swapped across the edge of the code changes nothing else:
 * towards the dose number it is one digit of the code, towards the number it breaks the check digit.
 */
export function municipalitiesNear({
  municipalityCode,
}: Pick<Ticket, 'municipalityCode'>): string[] {
  return oneEditAway(municipalityCode).filter(isOfTickets)
}

function isOfTickets(code: string): boolean {
  try {
    assertTicketMunicipalityCode(code)
    return true
  } catch {
    return false
  }
}
