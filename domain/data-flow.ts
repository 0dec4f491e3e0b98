/**
 * Who hands data to whom: the processes of the system, the database roles under which they connect,
 * and what lies outside. The evidence pack draws it; a test holds it against the processes that are
 * really started and the roles that there really are.
 */
export const outsiders = [
  'venueTablet',
  'staff',
  'register',
  'resident',
  'witness',
  'government',
  'temporal',
  'mailServer',
  'printer',
  'stick',
  'office',
] as const
export type Outsider = (typeof outsiders)[number]

export const systemProcesses = [
  'api',
  'state',
  'sealer',
  'relay',
  'worker',
  'keyd',
  'importer',
  'sticks',
  'monitor',
] as const
export type SystemProcess = (typeof systemProcesses)[number]

export type FlowNode = Outsider | SystemProcess | 'database'

/** As which role a process knows the database. */
export const processRole: Record<SystemProcess, string> = {
  api: 'sesshu_api',
  state: 'sesshu_statistics',
  sealer: 'sesshu_sealer',
  relay: 'sesshu_relay',
  worker: 'sesshu_worker',
  keyd: 'sesshu_keyd',
  importer: 'sesshu_import',
  sticks: 'sesshu_import',
  monitor: 'sesshu_monitor',
}

export type Flow = {
  id: string
  from: FlowNode
  to: FlowNode
  bothWays?: true
  namesPeople: boolean
}

/** In the order in which the drawing numbers them. */
export const flows: readonly Flow[] = [
  { id: 'scan', from: 'venueTablet', to: 'api', namesPeople: true },
  { id: 'desk', from: 'staff', to: 'api', bothWays: true, namesPeople: true },
  { id: 'registerNews', from: 'register', to: 'api', namesPeople: true },
  { id: 'ownRecord', from: 'resident', to: 'api', bothWays: true, namesPeople: true },
  { id: 'heads', from: 'api', to: 'witness', namesPeople: false },
  { id: 'figures', from: 'database', to: 'state', namesPeople: false },
  { id: 'statistics', from: 'state', to: 'government', namesPeople: false },
  { id: 'apiRows', from: 'api', to: 'database', bothWays: true, namesPeople: true },
  { id: 'chain', from: 'sealer', to: 'database', bothWays: true, namesPeople: false },
  { id: 'news', from: 'database', to: 'relay', namesPeople: false },
  { id: 'toTemporal', from: 'relay', to: 'temporal', namesPeople: false },
  { id: 'timers', from: 'temporal', to: 'worker', bothWays: true, namesPeople: false },
  { id: 'workerRows', from: 'worker', to: 'database', bothWays: true, namesPeople: true },
  { id: 'mail', from: 'worker', to: 'mailServer', namesPeople: true },
  { id: 'letters', from: 'worker', to: 'printer', namesPeople: true },
  { id: 'apiKeys', from: 'api', to: 'keyd', bothWays: true, namesPeople: false },
  { id: 'workerKeys', from: 'worker', to: 'keyd', bothWays: true, namesPeople: false },
  { id: 'looksOfKeyd', from: 'database', to: 'keyd', namesPeople: false },
  { id: 'importTimers', from: 'temporal', to: 'importer', bothWays: true, namesPeople: false },
  { id: 'importRows', from: 'importer', to: 'database', bothWays: true, namesPeople: true },
  { id: 'importKeys', from: 'importer', to: 'keyd', bothWays: true, namesPeople: false },
  { id: 'stickFiles', from: 'stick', to: 'sticks', bothWays: true, namesPeople: true },
  { id: 'stickRows', from: 'sticks', to: 'database', bothWays: true, namesPeople: true },
  { id: 'watchRows', from: 'monitor', to: 'database', bothWays: true, namesPeople: false },
  { id: 'alarms', from: 'monitor', to: 'office', namesPeople: false },
]
