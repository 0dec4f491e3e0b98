/** Which column holds which field, and the place to which each sealed value is bound. */
import type { SealPlace } from '../../vault/vault.ts'
import type { CourseHome } from '../queries/plan-input.ts'

const columns = {
  name: { table: 'person', column: 'name', field: 'name' },
  kana: { table: 'person', column: 'kana', field: 'kana' },
  bornOn: { table: 'person', column: 'born_on', field: 'bornOn' },
  mail: { table: 'person', column: 'mail', field: 'mail' },
  ownMail: { table: 'mail_address', column: 'own_address', field: 'mail' },
  address: { table: 'residence', column: 'address', field: 'address' },
  letter: { table: 'letter_content', column: 'content', field: 'letter' },
  delivery: { table: 'delivery_arrangement', column: 'arrangement', field: 'delivery' },
  forwarding: { table: 'forwarding_address', column: 'address', field: 'address' },
  phone: { table: 'contact_phone', column: 'number', field: 'phone' },
  ticketNumber: { table: 'ticket', column: 'number', field: 'ticketNumber' },
  scannedNumber: { table: 'scan', column: 'ticket_number', field: 'ticketNumber' },
  myNumber: { table: 'my_number', column: 'sealed', field: 'myNumber' },
  residentWords: { table: 'resident_message', column: 'words', field: 'note' },
  conflictTicket: { table: 'scan_conflict', column: 'ticket_read', field: 'ticketNumber' },
  conflictBirth: { table: 'scan_conflict', column: 'birth_stated', field: 'bornOn' },
  statedPerson: { table: 'ticketless_dose', column: 'stated', field: 'name' },
  importCell: { table: 'import_note', column: 'cell', field: 'note' },
  keyedSlip: { table: 'keying_slip', column: 'slip', field: 'ticketNumber' },
  keyingControl: { table: 'keying_batch', column: 'control', field: 'ticketNumber' },
  fileContent: { table: 'office_file', column: 'content', field: 'letter' },
  statedYear: { table: 'scan', column: 'birth_year_stated', field: 'bornOn' },
} as const satisfies Record<string, Pick<SealPlace, 'table' | 'column' | 'field'>>

export type SealedColumn = keyof typeof columns

/** `further` is what the row's key has besides the resident: a first day, an attempt, an index in hex. */
export function placeOf(
  column: SealedColumn,
  { municipalityCode, residentId }: CourseHome,
  further?: string,
): SealPlace {
  const rowId = further === undefined ? residentId : `${residentId}/${further}`
  // Spelled out: this is made for every value of a register, and a spread costs ten times as much.
  const { table, column: name, field } = columns[column]
  return { table, column: name, field, municipalityCode, rowId }
}
