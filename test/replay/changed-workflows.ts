/** A careless change of the course: it asks even where nothing needs asking. Replays must catch it. */
import { proxyActivities } from '@temporalio/workflow'
import type { CourseActivities } from '../../domain/activity-contract.ts'
import type { CourseInput } from '../../workflows/messages.ts'
import { vaccinationCourse as asReleased } from '../../workflows/vaccination-course.ts'

const { newestFacts } = proxyActivities<CourseActivities>({ startToCloseTimeout: '1 minute' })

export async function vaccinationCourse(input: CourseInput): Promise<void> {
  await newestFacts(input)
  await asReleased(input)
}
