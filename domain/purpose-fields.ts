/**
 * Why a sealed field may be opened, and by which process: what is not in this table is not opened,
 * whatever the ledger says. keyd decides by it, and it is published as it stands.
 */
import type { FieldName } from './sealed-fields.ts'

/** Whoever has a token of keyd's: a process of the system, or a tool that an operator starts. */
export const keydClients = ['api', 'worker', 'import', 'keys', 'authority', 'monitor'] as const
export type KeydClient = (typeof keydClients)[number]

type Allowance = { clients: readonly KeydClient[]; fields: readonly FieldName[] }

export const purposeFields = {
  /** A scan: only a minor's age is not known from the row itself. */
  recordDose: { clients: ['api', 'import'], fields: ['bornOn', 'ticketNumber'] },
  /** A corrected day: only a minor's age is not known from the row itself. */
  changeDose: { clients: ['api'], fields: ['bornOn'] },
  bindScan: { clients: ['api', 'import'], fields: ['bornOn', 'ticketNumber'] },
  /** A scan that came back late, for whoever has to find its paper. */
  settleConflict: { clients: ['api'], fields: ['bornOn', 'ticketNumber'] },
  /** Whose a scan or a dose told without a ticket is: what was stated, beside who it may be. */
  resolve: { clients: ['api'], fields: ['name', 'kana', 'bornOn', 'ticketNumber'] },
  /** A clerk's own batch of slips. */
  keyPaper: { clients: ['api'], fields: ['ticketNumber'] },
  planCourse: { clients: ['api', 'worker'], fields: ['bornOn'] },
  openWave: { clients: ['api', 'worker'], fields: ['bornOn'] },
  sendNotice: {
    clients: ['worker'],
    fields: ['name', 'kana', 'address', 'mail', 'letter', 'ticketNumber'],
  },
  manageRegister: {
    clients: ['api', 'import'],
    fields: ['name', 'kana', 'bornOn', 'mail', 'address', 'ticketNumber', 'myNumber'],
  },
  /** What follows from a register's news for one person, in every town that knows them. */
  settleMove: {
    clients: ['api', 'import'],
    fields: ['name', 'kana', 'bornOn', 'address', 'ticketNumber'],
  },
  /** Cells of a municipal file, under a key of the import's own. */
  reviewImport: { clients: ['api', 'import'], fields: ['note'] },
  /** Whom of the register a full file does not name. */
  listLeftOut: { clients: ['api'], fields: ['name', 'kana', 'bornOn'] },
  /** Two register rows that may be one person's, beside each other. */
  linkPeople: { clients: ['api'], fields: ['name', 'kana', 'bornOn'] },
  /** A sample of an evening's letters, before two people let them leave. */
  checkBatch: { clients: ['api'], fields: ['name', 'kana', 'address'] },
  /** What stands on a sheet of ticket slips and its cover, as it is printed. */
  printTicket: { clients: ['worker'], fields: ['name', 'kana', 'address', 'ticketNumber'] },
  /** What a municipality gets back of its own records, as files. */
  returnFiles: {
    clients: ['worker', 'import'],
    fields: ['name', 'kana', 'bornOn', 'address', 'ticketNumber'],
  },
  /** Dose forms and the register on paper. */
  printPaper: { clients: ['worker'], fields: ['name', 'kana', 'bornOn', 'ticketNumber'] },
  /** A file that was made, opened for whoever fetches it; the key is the file's own. */
  handOutFile: { clients: ['api'], fields: ['letter'] },
  showTown: { clients: ['api'], fields: ['name', 'ticketNumber'] },
  showCourse: { clients: ['api'], fields: ['name', 'kana', 'bornOn', 'letter', 'ticketNumber'] },
  /** A caller: whom they speak of is opened by name alone; what they say is sealed. */
  callDesk: { clients: ['api'], fields: ['name', 'kana', 'bornOn', 'note'] },
  /** Who a returned letter was to, and where they are registered; a better address is sealed. */
  returnedPost: { clients: ['api'], fields: ['name', 'kana', 'address'] },
  /** Whom to call, and on what number; asked for the birth date, they say who they are. */
  phoneFollowUp: { clients: ['api'], fields: ['name', 'kana', 'bornOn', 'phone'] },
  /** A resident says something on the own page, which a clerk reads, or gives a mail address. */
  residentPage: { clients: ['api'], fields: ['note', 'mail'] },
  answerResident: { clients: ['api'], fields: ['note'] },
  /** Disclosure to the person: everything that is held about them. */
  disclose: {
    clients: ['api'],
    fields: [
      'name',
      'kana',
      'bornOn',
      'mail',
      'address',
      'ticketNumber',
      'myNumber',
      'letter',
      'delivery',
      'note',
      'phone',
    ],
  },
  /** Where a protected person can be reached: set, and read for one task, at the protecting town alone. */
  byHandDelivery: { clients: ['api'], fields: ['delivery'] },
  /** keyd alone opens the number, within a match: nobody is given its key for this. */
  legalMatch: { clients: [], fields: ['myNumber'] },
  /** The supervisor reads why the glass was broken, and nothing else. */
  review: { clients: ['authority', 'api'], fields: ['note'] },
  breakGlass: {
    clients: ['api'],
    fields: ['name', 'kana', 'bornOn', 'mail', 'address', 'ticketNumber', 'note'],
  },
} as const satisfies Record<string, Allowance>

export type SealedPurpose = keyof typeof purposeFields

export function mayOpen(
  client: KeydClient,
  purpose: string,
  fields: readonly FieldName[],
): boolean {
  if (!Object.hasOwn(purposeFields, purpose)) return false
  const allowance: Allowance = purposeFields[purpose as SealedPurpose]
  return (
    allowance.clients.includes(client) && fields.every((field) => allowance.fields.includes(field))
  )
}
