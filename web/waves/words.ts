/** What pages say of a wave, wherever they name one. */
import type { WaveRow } from '../../db/queries/wave-plans.ts'
import type { WaveCount, WaveState } from '../../domain/wave.ts'
import type { Tone } from '../components/basics.tsx'
import { birthDayWords, numberWords } from '../format.ts'
import type { Page } from '../page.ts'

export const waveTones: Record<WaveState, Tone> = {
  made: 'attention',
  opening: 'busy',
  paused: 'stopped',
  complete: 'good',
  withdrawn: 'plain',
}

export function criteriaWords({ words, lang }: Page, wave: WaveRow): string {
  const { waves } = words
  const { bornOnOrBefore, facilityCode, priorityGroup } = wave
  return [
    bornOnOrBefore ? waves.bornOnOrBefore(birthDayWords(bornOnOrBefore, lang)) : waves.ofAnyAge,
    ...(facilityCode ? [waves.ofFacility(facilityCode)] : []),
    ...(priorityGroup ? [waves.ofGroup(priorityGroup)] : []),
  ].join(lang === 'ja' ? '・' : ', ')
}

export function countWords({ words }: Page, { atLeast, atMost }: WaveCount): string {
  if (atLeast === atMost) return words.waves.count(numberWords(atMost))
  return words.waves.countBetween(numberWords(atLeast), numberWords(atMost))
}

/** Of how many a wave has opened how many, where that is known. */
export function shareOf({ courses, count, state }: WaveRow): { done: number; of: number } {
  const of = Math.max(count?.atMost ?? courses, courses)
  // Of those whom the birth date decided, some were too young.
  return { done: courses, of: state === 'complete' ? courses : of }
}
