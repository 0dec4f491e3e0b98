/**
 * Who may do what: one table, asked by one middleware for every request. A route that stands in no
 * group is not there, whoever asks; so nothing can be added and forgotten here.
 */
import type { Caller } from './caller.ts'
import { batchGroups } from './capabilities-batches.ts'
import { importGroups } from './capabilities-imports.ts'
import { ladderGroups } from './capabilities-ladder.ts'
import { letterTextGroups } from './capabilities-letters.ts'
import { mailGroup, mailLinkRoutes } from './capabilities-mail.ts'
import { monitorGroups } from './capabilities-monitor.ts'
import { filesAndPaper } from './capabilities-paper.ts'
import { returnedPost } from './capabilities-returned.ts'
import { stickGroups } from './capabilities-sticks.ts'
import { ticketGroups } from './capabilities-tickets.ts'
import { waveGroups } from './capabilities-waves.ts'
import { type Role, roles } from './roles.ts'

/** A role, a tablet, or a program with that ability. */
export type Holder = Role | 'device' | 'scanMachine' | 'registerMachine'

export type Group = {
  name: string
  /** Method and path; `:x` is one part of a path, a last `*` any rest. */
  routes: readonly `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`[]
  may: 'everybody' | readonly Holder[]
  /** In a demo, whose people are made up, everybody may look. */
  inDemo?: 'everybody'
}

const everyAccount: readonly Holder[] = roles

export const groups: readonly Group[] = [
  {
    name: 'public',
    routes: [
      'GET /health',
      'GET /assets/:name',
      'GET /api/v1/openapi.json',
      // a witness is nobody's account
      'GET /api/v1/ledger/heads',
      'GET /api/v1/ledger/leaves',
      'POST /fhir/$immds-forecast',
      'GET /my',
      'POST /my',
      'POST /my/:what',
      ...mailLinkRoutes,
      // published figures: small counts are hidden before they leave
      'GET /statistics',
      'GET /statistics/:file',
      'GET /sign-in',
      'POST /auth/sign-in',
      'POST /auth/sign-out',
      'GET /auth/session',
      'POST /auth/become',
      'POST /auth/passkey/sign-in/options',
      'POST /auth/passkey/sign-in',
      'GET /auth/oidc/start',
      'GET /auth/oidc/callback',
      'POST /auth/devices/enrol',
      'POST /auth/devices/token',
    ],
    may: 'everybody',
  },
  { name: 'start', routes: ['GET /'], may: everyAccount, inDemo: 'everybody' },
  {
    name: 'ownAccount',
    routes: ['GET /account', 'POST /auth/passkey/add/options', 'POST /auth/passkey/add'],
    may: everyAccount,
  },
  {
    name: 'recordScans',
    routes: ['POST /api/v1/scans', 'POST /api/v1/scans/batch'],
    may: ['device', 'clerk', 'municipalAdministrator', 'scanMachine'],
  },
  {
    name: 'register',
    routes: [
      'POST /api/v1/residents',
      'POST /api/v1/tickets',
      'POST /api/v1/moves',
      'POST /api/v1/deaths',
      'POST /api/v1/protections',
    ],
    may: ['clerk', 'municipalAdministrator', 'registerMachine'],
  },
  {
    name: 'stays',
    routes: ['POST /api/v1/stays', 'POST /api/v1/stays/withdrawals'],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    // never a program: where a protected person can be reached is for whoever goes there
    name: 'byHandDelivery',
    routes: [
      'PUT /api/v1/delivery-arrangements',
      'POST /api/v1/delivery-arrangements/delete',
      'GET /api/v1/tasks/:id/delivery',
    ],
    may: ['clerk'],
  },
  {
    name: 'settings',
    routes: ['PUT /api/v1/municipalities/:code', 'PUT /api/v1/venues/:code', 'PUT /api/v1/lots'],
    may: ['municipalAdministrator', 'registerMachine'],
  },
  {
    name: 'devices',
    routes: [
      'POST /api/v1/enrolments',
      'GET /api/v1/devices',
      'POST /api/v1/devices/:id/revoke',
      'POST /api/v1/devices/:id/unlock',
    ],
    may: ['municipalAdministrator'],
  },
  {
    name: 'twoPeople',
    routes: [
      'GET /api/v1/approvals',
      'POST /api/v1/approvals',
      'POST /api/v1/approvals/:id/approve',
    ],
    may: ['municipalAdministrator'],
  },
  {
    name: 'disclosures',
    routes: ['POST /api/v1/disclosures'],
    may: ['clerk', 'municipalAdministrator'],
  },
  { name: 'erasures', routes: ['POST /api/v1/erasures'], may: ['municipalAdministrator'] },
  {
    name: 'residentMessages',
    routes: ['GET /api/v1/resident-messages', 'POST /api/v1/resident-messages/:id/settle'],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    name: 'breakGlass',
    routes: ['POST /api/v1/break-glass', 'POST /api/v1/break-glass/:id/close'],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    name: 'reviews',
    routes: ['GET /api/v1/break-glass', 'POST /api/v1/break-glass/:id/review', 'GET /reviews'],
    may: ['municipalAdministrator', 'supervisoryAuthority'],
  },
  {
    name: 'authority',
    routes: ['GET /authority', 'GET /api/v1/authority'],
    may: ['supervisoryAuthority'],
  },
  // What was promised is for everybody to read.
  { name: 'plan', routes: ['GET /plan', 'GET /api/v1/plan'], may: 'everybody' },
  {
    name: 'planAnswers',
    routes: ['POST /plan/answers', 'POST /api/v1/plan/answers'],
    may: ['municipalAdministrator'],
  },
  {
    name: 'incidents',
    routes: [
      'GET /incidents',
      'POST /incidents',
      'POST /incidents/:id/reports',
      'POST /api/v1/incidents',
      'POST /api/v1/incidents/:id/reports',
    ],
    may: ['municipalAdministrator'],
  },
  {
    name: 'incidentList',
    routes: ['GET /api/v1/incidents'],
    may: ['municipalAdministrator', 'supervisoryAuthority'],
  },
  {
    name: 'towns',
    routes: ['GET /towns', 'GET /towns/:code'],
    may: ['clerk', 'municipalAdministrator', 'operator'],
  },
  {
    name: 'courses',
    routes: ['GET /courses', 'GET /courses/:id'],
    may: ['clerk', 'municipalAdministrator', 'operator'],
  },
  { name: 'operator', routes: ['GET /operator'], may: ['operator'] },
  {
    name: 'outgoing',
    routes: ['GET /outgoing', 'GET /outgoing/:kind/:name'],
    may: ['printOperator'],
  },
  {
    // what a tablet could not bring under: it tells, and whoever leads its venue settles
    name: 'offlineTold',
    routes: ['POST /api/v1/scan-conflicts'],
    may: ['device'],
  },
  {
    name: 'offlineSettled',
    routes: [
      'GET /conflicts',
      'POST /conflicts/:id/settle',
      'GET /api/v1/scan-conflicts',
      'GET /api/v1/scan-conflicts/:id/reading',
      'POST /api/v1/scan-conflicts/:id/settle',
    ],
    may: ['venueStaff', 'clerk', 'municipalAdministrator'],
  },
  {
    // the page's shell, and the certificate without which no tablet trusts it: nobody's data
    name: 'offlineShell',
    routes: ['GET /scan/sw.js', 'GET /scan/manifest.webmanifest', 'GET /ca', 'GET /ca/:file'],
    may: 'everybody',
  },
  // A tablet has no account: the page holds nothing of anybody, and what it sends is signed.
  {
    name: 'scanPage',
    routes: ['GET /scan', 'GET /scan/enrol', 'POST /auth/devices/become'],
    may: 'everybody',
  },
  { name: 'scanSetup', routes: ['GET /api/v1/scan-setup'], may: ['device'] },
  {
    // doses without a slip: a workplace's program, too
    name: 'toldDoses',
    routes: ['POST /api/v1/doses/without-ticket'],
    may: ['clerk', 'municipalAdministrator', 'scanMachine'],
  },
  {
    // whose it is: decided by people, never by a program
    name: 'unattached',
    routes: [
      'GET /api/v1/worklist',
      'POST /api/v1/scans/:id/resolve',
      'POST /api/v1/doses/without-ticket/:id/resolve',
      'POST /api/v1/tasks/:id/settle',
      'GET /worklist',
      'GET /worklist/scans/:id',
      'POST /worklist/scans/:id',
      'GET /worklist/doses/:id',
      'POST /worklist/doses/:id',
      'POST /worklist/tasks/:id',
      'GET /keying',
      'POST /keying',
      'GET /keying/:id',
      'POST /keying/:id/slips',
      'POST /keying/:id/slips/:no/drop',
      'POST /keying/:id/record',
      'POST /keying/:id/discard',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    name: 'desk',
    routes: [
      'GET /desk',
      'POST /desk',
      'GET /desk/people/:id',
      'POST /desk/people/:id/statements',
      'POST /desk/people/:id/reopen',
      'POST /desk/people/:id/settle',
      'POST /api/v1/desk/find',
      'POST /api/v1/desk/statements',
      'POST /api/v1/desk/reopen',
    ],
    may: ['clerk'],
  },
  {
    // a tablet takes back what it has just recorded itself; the route asks
    name: 'voidDoses',
    routes: ['POST /api/v1/doses/:id/void', 'POST /api/v1/screenings/:id/void'],
    may: ['device', 'clerk', 'municipalAdministrator'],
  },
  {
    name: 'changeDoses',
    routes: [
      'GET /api/v1/doses/:id',
      'POST /api/v1/doses/:id/correct',
      'POST /api/v1/doses/:id/reattribute',
      'POST /api/v1/doses/:id/confirm',
      'POST /api/v1/doses/:id/unlock',
      'GET /courses/:id/doses/:dose',
      'POST /courses/:id/doses/:dose/:what',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    name: 'findings',
    routes: [
      'GET /findings',
      'GET /findings/lots',
      'GET /findings/:doseId/:code',
      'POST /findings/:doseId/:code/decide',
      'POST /findings/:doseId/:code/assign',
      'GET /findings/reports/:file',
      'POST /findings/reports/:id/sent',
      'GET /api/v1/findings',
      'POST /api/v1/findings/:doseId/:code/decide',
      'POST /api/v1/findings/:doseId/:code/assign',
      'GET /api/v1/error-reports',
      'POST /api/v1/error-reports/:id/sent',
      'GET /api/v1/lots/people',
      'GET /api/v1/supply/doses',
      'GET /api/v1/supply/reserve',
    ],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    name: 'officePages',
    routes: [
      'GET /devices',
      'GET /devices/codes',
      'POST /devices/codes',
      'POST /devices/:id/revoke',
      'POST /devices/:id/unlock',
      'GET /approvals',
      'POST /approvals',
      'POST /approvals/:id/approve',
    ],
    may: ['municipalAdministrator'],
  },
  {
    // the state sees of it what it sees of statistics anyway
    name: 'supply',
    routes: ['GET /supply', 'GET /supply/:file'],
    may: ['clerk', 'municipalAdministrator', 'stateStatistician'],
  },
  ...ticketGroups,
  // a made-up person's ticket; there is none outside a demo
  { name: 'tryTicket', routes: ['GET /try/:file'], may: everyAccount, inDemo: 'everybody' },
  ...importGroups,
  ...stickGroups,
  ...letterTextGroups,
  ...waveGroups,
  ...monitorGroups,
  ...ladderGroups,
  ...batchGroups,
  filesAndPaper,
  mailGroup,
  returnedPost,
  { name: 'state', routes: ['GET /state'], may: ['stateStatistician'], inDemo: 'everybody' },
]

const compiled = groups.flatMap((group) =>
  group.routes.map((route) => {
    const [method, path] = route.split(' ') as [string, string]
    const pattern = path
      .replace(/[$.]/g, '\\$&')
      .replace(/:[^/]+/g, '[^/]+')
      .replace(/\*$/, '.+')
    return { group, method, path: new RegExp(`^${pattern}$`) }
  }),
)

/** Undefined for what is not there. Looking at the head of a thing is looking at it. */
export function groupOf(method: string, path: string): Group | undefined {
  const asked = method === 'HEAD' ? 'GET' : method
  return compiled.find((one) => one.method === asked && one.path.test(path))?.group
}

export function groupNamed(name: string): Group {
  const found = groups.find((group) => group.name === name)
  if (!found) throw new Error(`There is no group of routes ${name}.`)
  return found
}

export function isAllowed(group: Group, caller: Caller, isDemo: boolean): boolean {
  if (group.may === 'everybody' || (isDemo && group.inDemo === 'everybody')) return true
  const may = group.may
  return holdersOf(caller).some((holder) => may.includes(holder))
}

function holdersOf(caller: Caller): Holder[] {
  switch (caller.kind) {
    case 'anonymous':
      return []
    case 'account':
      return [caller.role]
    case 'device':
      return ['device']
    case 'machine':
      return [
        ...(caller.mayRecordScans ? (['scanMachine'] as const) : []),
        ...(caller.mayManageRegister ? (['registerMachine'] as const) : []),
      ]
  }
}
