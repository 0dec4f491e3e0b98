import type { LayoutKind } from '../../../domain/municipal-file.ts'
import { doses } from './doses.ts'
import type { KindModule } from './kind.ts'
import { myNumberLinks } from './my-number-links.ts'
import { deaths, moves, protections } from './reports.ts'
import { residentRegister } from './resident-register.ts'
import { ticketNumbers } from './ticket-numbers.ts'

export const kinds: { [Kind in LayoutKind]: KindModule<Kind> } = {
  ...{ residentRegister, ticketNumbers, myNumberLinks },
  ...{ moves, deaths, protections, doses },
}
