/** Routes of mail; a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

/** Whoever has the mail may press: the link itself is what they show. */
export const mailLinkRoutes: Group['routes'] = [
  'GET /my/mail/confirm/:town/:secret',
  'POST /my/mail/confirm/:town/:secret',
  'GET /my/mail/stop/:town/:token',
  'POST /my/mail/stop/:town/:token',
  'GET /my/mail/said/:what',
]

export const mailGroup: Group = {
  name: 'mail',
  routes: ['GET /mail', 'POST /mail/bounces', 'GET /api/v1/mail', 'POST /api/v1/mail/bounces'],
  may: ['clerk', 'municipalAdministrator'],
}
