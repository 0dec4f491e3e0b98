// By when a leak is told, from the day on which it became known; and what is late.
import { describe, expect, it } from 'vitest'
import type { PlainDate } from '../../../domain/course.ts'
import { incidentDeadlines, lateReports } from '../../../domain/incident-clock.ts'

const day = (text: string) => text as PlainDate
const told = { knownOn: day('2026-11-25'), isMalicious: false, isSealed: false }

describe('the deadlines', () => {
  it('are three to five days, and thirty', () => {
    expect(incidentDeadlines(told)).toEqual({
      mustReport: true,
      promptFrom: '2026-11-28',
      promptBy: '2026-11-30',
      finalBy: '2026-12-25',
    })
  })

  it('are sixty days for the final one where somebody may have meant harm', () => {
    expect(incidentDeadlines({ ...told, isMalicious: true }).finalBy).toBe('2027-01-24')
  })

  it('run over the end of a month and a leap day', () => {
    const leap = incidentDeadlines({ ...told, knownOn: day('2028-02-26') })
    expect(leap).toMatchObject({ promptFrom: '2028-02-29', promptBy: '2028-03-02' })
  })

  it('bind nobody for what was under advanced encryption, malicious or not', () => {
    for (const isMalicious of [false, true]) {
      const sealed = { ...told, isMalicious, isSealed: true }
      expect(incidentDeadlines(sealed).mustReport).toBe(false)
      expect(lateReports({ ...sealed, promptOn: null, finalOn: null }, day('2030-01-01'))).toEqual(
        [],
      )
    }
  })
})

describe('late', () => {
  const open = { ...told, promptOn: null, finalOn: null }

  it('is a day after the deadline, not the deadline itself', () => {
    expect(lateReports(open, day('2026-11-30'))).toEqual([])
    expect(lateReports(open, day('2026-12-01'))).toEqual(['2026-11-30'])
    expect(lateReports(open, day('2026-12-26'))).toEqual(['2026-11-30', '2026-12-25'])
  })

  it('is nothing that was reported', () => {
    const prompt = { ...open, promptOn: day('2026-11-28') }
    expect(lateReports(prompt, day('2026-12-26'))).toEqual(['2026-12-25'])
    expect(lateReports({ ...prompt, finalOn: day('2026-12-20') }, day('2027-12-26'))).toEqual([])
  })
})
