/** Routes of the evening's batches: a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

const one = '/api/v1/batches/:municipality/:date'

export const batchGroups: readonly Group[] = [
  {
    // whoever prints and posts, and the town whose letters they are: names nobody
    name: 'batchSheets',
    routes: [
      'GET /batches',
      'GET /batches/:municipality/:date',
      'POST /batches/:municipality/:date/marks',
      'POST /batches/:municipality/:date/reconcile',
      'POST /batches/:municipality/:date/reprints',
      'GET /api/v1/batches',
      `GET ${one}`,
      `GET ${one}/differences`,
      `POST ${one}/marks`,
      `POST ${one}/reconcile`,
      `POST ${one}/reprints`,
    ],
    may: ['printOperator', 'clerk', 'municipalAdministrator'],
  },
  {
    // two people of the town let its letters leave
    name: 'batchRelease',
    routes: [
      'GET /batches/:municipality/:date/sample',
      'POST /batches/:municipality/:date/check',
      'POST /batches/:municipality/:date/release',
      'POST /batches/:municipality/:date/abort',
      `POST ${one}/check`,
      `POST ${one}/release`,
      `POST ${one}/abort`,
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
]
