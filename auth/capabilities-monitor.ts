/** Routes of the watch over notices and of costs: a part of the one table (`capabilities.ts`). */
import type { Group } from './capabilities.ts'

export const monitorGroups: readonly Group[] = [
  {
    name: 'monitor',
    routes: ['GET /monitor'],
    may: ['clerk', 'municipalAdministrator', 'operator'],
  },
  {
    name: 'settleAlarms',
    routes: ['POST /monitor/alarms/:id/settle'],
    may: ['clerk', 'municipalAdministrator'],
  },
  {
    // what a town decides for itself: where it is told, and what it pays
    name: 'monitorSettings',
    routes: ['POST /monitor/mail', 'POST /costs/prices'],
    may: ['municipalAdministrator'],
  },
  {
    // the state sees sums of prefectures alone, by its own desk
    name: 'costs',
    routes: ['GET /costs', 'GET /costs/:file'],
    may: ['clerk', 'municipalAdministrator', 'operator', 'stateStatistician'],
  },
  {
    // counts alone; the route asks where it comes from, or for a token
    name: 'metrics',
    routes: ['GET /metrics'],
    may: 'everybody',
  },
]
