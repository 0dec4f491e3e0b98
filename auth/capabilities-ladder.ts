/** Routes of a town's ladder of notices: a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

export const ladderGroups: readonly Group[] = [
  {
    // what a clerk knows of the day: paper that lies there, a person who was told
    name: 'ladder',
    routes: [
      'GET /notice-settings',
      'POST /notice-settings/paper',
      'POST /notice-settings/paper/:id/keyed',
      'POST /desk/people/:id/told',
      'GET /api/v1/notice-settings',
      'POST /api/v1/unkeyed-paper',
      'POST /api/v1/unkeyed-paper/:id/keyed',
      'POST /api/v1/manual-notices',
      'DELETE /api/v1/manual-notices/:residentId/:id',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    // what the municipality decides
    name: 'ladderSettings',
    routes: [
      'POST /notice-settings',
      'POST /notice-settings/release-rule/:id/agree',
      'POST /api/v1/release-rule',
      'POST /api/v1/release-rule/:id/agree',
      'POST /notice-settings/quiet-days',
      'POST /notice-settings/quiet-days/remove',
      'PUT /api/v1/quiet-days/:day',
      'DELETE /api/v1/quiet-days/:day',
    ],
    may: ['municipalAdministrator'],
  },
]
