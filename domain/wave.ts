/** Whom a wave calls up, and how fast. */
import type { PlainDate } from './course.ts'

/** Older people first: 65 within fiscal 2021. A wave's parameter; this is where the form begins. */
export const olderBornOnOrBefore = '1957-04-01' as PlainDate

const groupCode = /^[A-Za-z0-9_-]{1,20}$/

/** All that are given hold together; one is given at least. */
export type WaveCriteria = {
  bornOnOrBefore?: PlainDate | null | undefined
  facilityCode?: string | null | undefined
  priorityGroup?: string | null | undefined
}

/** People who would get a course: surely so many, and as many at most; the birth date decides between. */
export type WaveCount = {
  atLeast: number
  atMost: number
  /** Called up as well, and have a course already. */
  already: number
}

export type WaveState = 'made' | 'opening' | 'paused' | 'complete' | 'withdrawn'

/** What a wave is, from the moments that its row keeps. */
export function waveStateOf(of: {
  releasedAt: Date | null
  pausedAt: Date | null
  withdrawnAt: Date | null
  completedAt: Date | null
}): WaveState {
  if (of.completedAt) return 'complete'
  if (of.withdrawnAt) return 'withdrawn'
  if (!of.releasedAt) return 'made'
  return of.pausedAt ? 'paused' : 'opening'
}

/** A code of a town's own list of facilities or groups; never words, which could say what somebody has. */
export function isGroupCode(text: string): boolean {
  return groupCode.test(text)
}
