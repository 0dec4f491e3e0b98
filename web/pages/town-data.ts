import { readAs } from '../../db/orm.ts'
import { clerkEffort } from '../../db/queries/imports/effort.ts'
import {
  doseGroups,
  dosesPerDay,
  noticeCounts,
  openTasks,
  recordingLag,
  residence,
  stageCounts,
  type TownName,
  unresolvedScans,
  venueDoses,
} from '../../db/queries/pages/town.ts'
import { addDays } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Page } from '../page.ts'

export const chartDays = 56

/** Everything of one town's page, from one snapshot. */
export async function readTown(page: Page, { code }: TownName, today: PlainDate) {
  const from = addDays(today, 1 - chartDays)
  return readAs(page.orm, { municipalityCode: code, purpose: 'showTown' }, async (tx) => ({
    from,
    today,
    groups: await doseGroups(tx, code, today),
    perDay: await dosesPerDay(tx, code, from),
    lag: await recordingLag(tx, code, today),
    residence: await residence(tx, code, today),
    stages: await stageCounts(tx, code),
    notices: await noticeCounts(tx, code),
    tasks: await openTasks(tx, code),
    unresolved: await unresolvedScans(tx, code),
    venues: await venueDoses(tx, code),
    effort: await clerkEffort(tx, code),
  }))
}

export type TownData = Awaited<ReturnType<typeof readTown>>
