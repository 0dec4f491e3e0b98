import type { Group } from './capabilities.ts'

export const importGroups: readonly Group[] = [
  {
    // what a register says of its people comes in by these: brought, looked at, applied
    name: 'imports',
    routes: [
      'POST /api/v1/imports',
      'GET /api/v1/imports/:id',
      'POST /api/v1/imports/:id/profile',
      'POST /api/v1/imports/:id/apply',
      'POST /api/v1/imports/:id/discard',
      'POST /api/v1/imports/:id/undo',
      'POST /api/v1/imports/:id/pause',
      'POST /api/v1/imports/:id/resume',
      'POST /api/v1/imports/:id/decide',
      'GET /api/v1/imports/:id/results.csv',
    ],
    may: ['clerk', 'municipalAdministrator', 'registerMachine'],
  },
  {
    name: 'importPages',
    routes: [
      'GET /imports',
      'POST /imports',
      'GET /imports/:id',
      'GET /imports/:id/open',
      'GET /imports/:id/missing',
      'GET /imports/:id/results.csv',
      'POST /imports/:id/profile',
      'POST /imports/:id/apply',
      'POST /imports/:id/discard',
      'POST /imports/:id/undo',
      'POST /imports/:id/pause',
      'POST /imports/:id/resume',
      'POST /imports/:id/decide',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
]
