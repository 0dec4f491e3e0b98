/**
 * The floor of a reminder's day: on Temporal alone, a course that waits for its moment, does one thing that
 * does nothing, and says so in a search attribute. Once as an activity, once as a local one.
 */
import {
  condition,
  proxyActivities,
  proxyLocalActivities,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import { courseStageKey } from '../../workflows/course-attributes.ts'

export type BareDayActivities = { nothing(): Promise<void> }
export type BareDayInput = { at: number; isLocal: boolean }

const options = { startToCloseTimeout: '1 minute' } as const
const far = proxyActivities<BareDayActivities>(options)
const near = proxyLocalActivities<BareDayActivities>(options)

export async function bareDay({ at, isLocal }: BareDayInput): Promise<void> {
  await condition(() => false, Math.max(1, at - Date.now()))
  await (isLocal ? near : far).nothing()
  upsertSearchAttributes([{ key: courseStageKey, value: 'inFollowUp' }])
  // It waits on, as a course does: its end is not what is measured.
  await condition(() => false, '30 days')
}
