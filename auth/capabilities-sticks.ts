/** Routes of what towns bring: sticks, links between register rows; a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

export const stickGroups: readonly Group[] = [
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
    routes: [
      'GET /links',
      'POST /links',
      'POST /links/:id/unlink',
      'POST /links/:id/carry-out',
      'GET /api/v1/links',
      'POST /api/v1/links',
      'POST /api/v1/links/:id/unlink',
      'POST /api/v1/links/approved',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
  { name: 'linksAgreed', routes: ['POST /links/:id/agree'], may: ['municipalAdministrator'] },
]
