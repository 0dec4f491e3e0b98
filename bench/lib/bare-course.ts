/**
 * The floor of a course: the same events on Temporal (start, two signals, a long timer) without facts,
 * search attributes or words. Workflow code; it imports nothing of the system.
 */
import { condition, defineSignal, setHandler } from '@temporalio/workflow'

export const bareDose = defineSignal<[number]>('bareDose')

export async function bareCourse(): Promise<void> {
  let doses = 0
  setHandler(bareDose, () => {
    doses += 1
  })
  await condition(() => doses >= 2, '30 days')
}
