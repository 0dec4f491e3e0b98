import type { Group } from './capabilities.ts'

/** Letters that came back, and the telephone after the last reminder. */
export const returnedPost: Group = {
  name: 'returnedPost',
  routes: [
    'GET /returned',
    'POST /returned',
    'GET /returned/:id',
    'POST /returned/:id/address',
    'POST /returned/:id/settle',
    'POST /returned/:id/back',
    'GET /follow-ups',
    'POST /follow-ups/next',
    'GET /follow-ups/:id',
    'POST /follow-ups/:id/calls',
    'POST /follow-ups/:id/phone',
    'POST /follow-ups/:id/holder',
    'GET /api/v1/returned-letters',
    'POST /api/v1/returned-letters',
    'POST /api/v1/returned-letters/:id/address',
    'POST /api/v1/returned-letters/:id/settle',
    'GET /api/v1/follow-ups',
    'POST /api/v1/follow-ups/next',
    'POST /api/v1/follow-ups/:id/calls',
    'PUT /api/v1/follow-ups/:id/phone',
    'PUT /api/v1/follow-ups/:id/holder',
  ],
  may: ['clerk', 'municipalAdministrator'],
}
