import type { Group } from './capabilities.ts'

/** What the municipality takes out of its own records, and its paper; with two people where names are opened. */
export const filesAndPaper: Group = {
  name: 'filesAndPaper',
  routes: [
    'GET /exports',
    'POST /exports',
    'POST /exports/approved',
    'GET /exports/:id/file',
    'POST /exports/:id/done',
    'GET /api/v1/exports',
    'POST /api/v1/exports',
    'POST /api/v1/exports/approved',
    'GET /api/v1/exports/:id/file',
    'POST /api/v1/exports/:id/done',
    'GET /paper',
    'POST /paper/forms',
    'POST /paper/register',
    'GET /paper/:id',
    'POST /paper/:id/scans',
  ],
  may: ['clerk', 'municipalAdministrator'],
}
