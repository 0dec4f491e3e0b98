import type { ticketsJa } from './pages-tickets-ja.ts'

/** The same in English. */
export const ticketsEn: Translated<typeof ticketsJa> = {
  nav: 'Tickets',
  title: 'Issue and print tickets',
  lead: 'Issue tickets and print them. Before an issue the dose history is looked at, also of former municipalities, and only the slips that are still needed are made.',
  said: {
    issued: 'Issued. It waits under “To be printed” below.',
    asked: 'The file is being made. Open this page again in a few seconds.',
    printed: 'Marked as printed.',
  },
  refused: 'That could not be done',
  chooseTown: 'Choose the municipality to print for.',
  issueTitle: 'Issue for one person',
  registerNumber: 'Register number',
  reason: 'Reason',
  reasons: {
    first: 'first ticket',
    moved: 'moved in',
    lost: 'lost',
    damaged: 'damaged',
    slipsUsedUp: 'screened-only slips used up',
  },
  issue: 'Issue',
  issueNote: 'A reissue makes the older ticket void.',
  tasksTitle: 'Tasks about tickets',
  task: 'Task',
  taskKinds: {
    issueTicket: 'Issue a ticket for the remaining dose',
    slipsUsedUp: 'Reissue: screened-only slips used up',
    ticketByHand: 'Hand a ticket over (protected person)',
  },
  openedOn: 'Opened',
  action: 'Action',
  handOver: 'Print the sheet marked “by hand” below and deliver it as was arranged.',
  waitingTitle: 'To be printed',
  waitingCount: (n: string) => `To be posted: ${n}`,
  noneWaiting: 'No ticket waits to be printed.',
  sheet: 'Issue number',
  issuedOn: 'Issued',
  way: 'Delivery',
  byHand: 'by hand (no address)',
  byPost: 'by post',
  printAll: (n: string) => `Print all ${n} together`,
  printOne: 'Print this one',
  runsTitle: 'Printings',
  run: 'Printing',
  sheets: 'Sheets',
  state: 'State',
  states: { asked: 'being made', made: 'ready to print', printed: 'printed' },
  handedOver: 'handed over',
  file: 'Open the PDF',
  fileGone: 'Files are deleted when they are marked as printed, and after 14 days',
  markPrinted: 'Mark as printed',
  markHandedOver: 'It was handed over',
  withdrawnTitle: 'Not printed',
  because: 'Why it was not printed',
  withdrawn: {
    revoked: 'reissued since',
    left: 'moved out',
    deceased: 'a death was reported',
    erased: 'personal data were erased',
    noAddress: 'no address is on record',
    notPrintable: 'something is too long to print',
  },
  try: {
    lead: 'A made-up person’s ticket. Read its QR code on the venue’s page.',
    qrAlt: (line: string) => `QR code of the ticket; it holds ${line}`,
    line: 'The 18 digits',
    pdf: 'Open the sheet (PDF)',
    qr: 'The QR code as a picture (PNG)',
    scan: 'Scan it on the venue’s page',
    byCommand: 'Scan it by a command',
  },
}

type Translated<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Translated<T[K]>
}
