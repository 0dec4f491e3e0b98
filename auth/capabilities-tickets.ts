/** Routes of sheets of tickets, their print and their numbers: a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

export const ticketGroups: readonly Group[] = [
  {
    name: 'ticketIssue',
    routes: ['POST /api/v1/tickets/issue', 'POST /tickets/issue'],
    may: ['clerk', 'municipalAdministrator', 'registerMachine'],
  },
  {
    name: 'ticketPrint',
    routes: ['POST /api/v1/tickets/print', 'POST /tickets/print'],
    may: ['clerk', 'municipalAdministrator', 'printOperator', 'registerMachine'],
  },
  {
    name: 'tickets',
    routes: ['GET /tickets', 'GET /tickets/runs/:id/:file', 'POST /tickets/runs/:id/printed'],
    may: ['clerk', 'municipalAdministrator', 'printOperator'],
  },
  {
    name: 'numberRanges',
    routes: ['GET /api/v1/number-ranges', 'PUT /api/v1/number-ranges'],
    may: ['municipalAdministrator', 'registerMachine'],
  },
]
