/** Routes of what towns bring: files, sticks, links between register rows; a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

export const fileGroups: readonly Group[] = [
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
  {
    name: 'sticks',
    routes: [
      'GET /sticks',
      'GET /sticks/packer.html',
      'GET /api/v1/sticks',
      'GET /api/v1/stick-keys',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    // whose signature counts: registered by one of them, confirmed by another
    name: 'stickKeys',
    routes: [
      'POST /sticks/keys',
      'POST /sticks/keys/:id/confirm',
      'POST /sticks/keys/:id/revoke',
      'POST /api/v1/stick-keys',
      'POST /api/v1/stick-keys/:id/confirm',
      'POST /api/v1/stick-keys/:id/revoke',
    ],
    may: ['municipalAdministrator'],
  },
  {
    // two register rows of one person: asked for by one, agreed to by an administrator
    name: 'links',
    routes: ['GET /links', 'POST /links', 'POST /links/:id/unlink', 'POST /links/:id/carry-out'],
    may: ['clerk', 'municipalAdministrator'],
  },
  { name: 'linksAgreed', routes: ['POST /links/:id/agree'], may: ['municipalAdministrator'] },
]
