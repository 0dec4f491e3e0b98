/** Routes of waves and of readiness: a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

export const waveGroups: readonly Group[] = [
  {
    // a program tells of a wave; it opens when two people of the town have agreed on it
    name: 'tellWaves',
    routes: ['GET /api/v1/waves', 'POST /api/v1/waves'],
    may: ['clerk', 'municipalAdministrator', 'registerMachine'],
  },
  {
    name: 'waves',
    routes: [
      'GET /waves',
      'POST /waves',
      'GET /waves/:id',
      'POST /waves/:id/:what',
      'GET /api/v1/waves/:id',
      'POST /api/v1/waves/:id/release',
      'POST /api/v1/waves/:id/count',
      'POST /api/v1/waves/:id/take',
      'POST /api/v1/waves/:id/pause',
      'POST /api/v1/waves/:id/resume',
      'POST /api/v1/waves/:id/withdraw',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    name: 'wavePace',
    routes: ['GET /wave-pace', 'POST /wave-pace', 'GET /api/v1/wave-pace', 'PUT /api/v1/wave-pace'],
    may: ['operator'],
  },
  {
    name: 'ready',
    routes: ['GET /ready', 'GET /api/v1/ready'],
    may: ['clerk', 'municipalAdministrator', 'operator'],
  },
]
