// The table of capabilities: every route stands in it, and each role may do what its work is, no more.
import { Connection } from '@temporalio/client'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createApp } from '../../../api/app.ts'
import type { Caller } from '../../../auth/caller.ts'
import { groupOf, groups, isAllowed } from '../../../auth/capabilities.ts'
import { fitsOffice, type Role, roles } from '../../../auth/roles.ts'
import { realClock } from '../../../config/clock.ts'
import { connect } from '../../../db/client.ts'
import type { Vault } from '../../../vault/vault.ts'

// Nothing is asked of either.
const sql = connect('postgres://nobody@127.0.0.1:1/none', { name: 'none', max: 1 })
const temporal = Connection.lazy({ address: '127.0.0.1:1' })
const vault: Vault = {
  reach: () => Promise.reject(new Error('nothing is asked')),
  createKeys: () => Promise.reject(new Error('nothing is asked')),
  unlock: () => Promise.reject(new Error('nothing is asked')),
  index: () => Promise.reject(new Error('nothing is asked')),
  erase: async () => 0,
  matchMyNumber: () => Promise.reject(new Error('nothing is asked')),
  signManifest: () => Promise.reject(new Error('nothing is asked')),
  close: async () => {},
}
const app = createApp({
  sql,
  vault,
  temporal,
  temporalNamespace: 'default',
  clock: realClock,
  log: pino({ level: 'silent' }),
  wakeRelays: () => {},
})

const isHandler = ({ method, path }: { method: string; path: string }) =>
  method !== 'ALL' && !path.endsWith('*')
/** A path that the pattern of a route fits. */
const example = (path: string) =>
  path.replace(/:\w+(\{[^}]+\})?/g, (_, form?: string) => sample(form))
const samples: Record<string, string> = { '0-9': '131041', mail: 'mail', immds: '$immds-forecast' }
const sample = (form = '') =>
  Object.entries(samples).find(([mark]) => form.includes(mark))?.[1] ?? 'x'

test('every route of the app stands in the table', () => {
  const handlers = app.routes.filter(isHandler)
  expect(handlers.length).toBeGreaterThan(30)
  const missing = handlers.filter(({ method, path }) => !groupOf(method, example(path)))
  expect(missing).toEqual([])
})

test('what the table does not name is not there', async () => {
  for (const path of ['/api/v1/residents/1', '/api/v1/tickets', '/admin', '/.env', '/towns/1/2']) {
    expect((await app.request(path)).status, path).toBe(404)
  }
})

test('a name stands in one group, and a route too', () => {
  const routes = groups.flatMap((group) => group.routes)
  expect(new Set(routes).size).toBe(routes.length)
})

const account = (role: Role): Caller => ({
  kind: 'account',
  id: 'x',
  role,
  office: 'system',
  session: new Uint8Array(),
})
const may = (caller: Caller) =>
  groups
    .filter((group) => group.may !== 'everybody' && isAllowed(group, caller, false))
    .map(({ name }) => name)
const own = ['start', 'ownAccount']

describe('each role', () => {
  test.each<[Role, string[]]>([
    ['venueStaff', ['offlineSettled']],
    [
      'clerk',
      [
        'recordScans',
        'register',
        'stays',
        'byHandDelivery',
        'disclosures',
        'residentMessages',
        'breakGlass',
        'towns',
        'courses',
        'offlineSettled',
        'toldDoses',
        'unattached',
        'desk',
        'voidDoses',
        'changeDoses',
        'findings',
        'supply',
        'ticketIssue',
        'ticketPrint',
        'tickets',
        'imports',
        'importPages',
        'sticks',
        'links',
        'letterTexts',
        'tellWaves',
        'waves',
        'ready',
        'monitor',
        'settleAlarms',
        'costs',
        'ladder',
        'batchSheets',
        'batchRelease',
        'filesAndPaper',
        'mail',
        'returnedPost',
      ],
    ],
    [
      'municipalAdministrator',
      [
        'recordScans',
        'register',
        'stays',
        'settings',
        'devices',
        'twoPeople',
        'disclosures',
        'erasures',
        'residentMessages',
        'breakGlass',
        'reviews',
        'planAnswers',
        'incidents',
        'incidentList',
        'towns',
        'courses',
        'offlineSettled',
        'toldDoses',
        'unattached',
        'voidDoses',
        'changeDoses',
        'findings',
        'officePages',
        'supply',
        'ticketIssue',
        'ticketPrint',
        'tickets',
        'numberRanges',
        'imports',
        'importPages',
        'sticks',
        'stickKeys',
        'links',
        'linksAgreed',
        'letterTexts',
        'tellWaves',
        'waves',
        'ready',
        'monitor',
        'settleAlarms',
        'monitorSettings',
        'costs',
        'ladder',
        'ladderSettings',
        'batchSheets',
        'batchRelease',
        'filesAndPaper',
        'mail',
        'returnedPost',
      ],
    ],
    ['printOperator', ['outgoing', 'ticketPrint', 'tickets', 'batchSheets']],
    ['operator', ['towns', 'courses', 'operator', 'wavePace', 'ready', 'monitor', 'costs']],
    ['supervisoryAuthority', ['reviews', 'authority', 'incidentList']],
    ['stateStatistician', ['supply', 'costs', 'state']],
  ])('%s may do what its work is', (role, expected) => {
    const names = may(account(role))
    expect(names.filter((name) => name !== 'tryTicket')).toEqual([...own, ...expected])
  })

  test('belongs to an office that fits', () => {
    expect(roles.filter((role) => fitsOffice(role, '131041'))).toEqual([
      'venueStaff',
      'clerk',
      'municipalAdministrator',
      'printOperator',
    ])
    expect(roles.some((role) => fitsOffice(role, '13104'))).toBe(false)
  })
})

test('T1: a tablet writes scans and nothing else', () => {
  const tablet: Caller = {
    kind: 'device',
    id: 'x',
    municipalityCode: '131041',
    venueCode: '1310400018',
  }
  // Taking back its own scan, for a minute, is the other half of writing it.
  expect(may(tablet)).toEqual(['recordScans', 'offlineTold', 'scanSetup', 'voidDoses'])
})

test('a program has its named abilities and no other', () => {
  const machine = { kind: 'machine', id: 'x', office: 'system' } as const
  expect(may({ ...machine, mayRecordScans: true, mayManageRegister: false })).toEqual([
    'recordScans',
    'toldDoses',
  ])
  expect(may({ ...machine, mayRecordScans: false, mayManageRegister: true })).toEqual([
    'register',
    'settings',
    'ticketIssue',
    'ticketPrint',
    'numberRanges',
    'imports',
    'tellWaves',
  ])
  expect(may({ ...machine, mayRecordScans: false, mayManageRegister: false })).toEqual([])
})

test('nobody gets past the plan, the scan page, metrics (which ask for themselves) and the start page of a demo, and not even there elsewhere', () => {
  const nobody: Caller = { kind: 'anonymous' }
  const open = (isDemo: boolean) =>
    groups.filter((group) => isAllowed(group, nobody, isDemo)).map(({ name }) => name)
  expect(open(false)).toEqual(['public', 'plan', 'offlineShell', 'scanPage', 'metrics'])
  expect(open(true)).toEqual([
    'public',
    'start',
    'plan',
    'offlineShell',
    'scanPage',
    'tryTicket',
    'metrics',
    'state',
  ])
})
