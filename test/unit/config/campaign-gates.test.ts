// A day's gate: opens when the day's work is done, or when patience is over, and then for good.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { gatesOf } from '../../../config/campaign-gates.ts'

const hour = 3_600_000
const midnight = Date.parse('2021-05-01T15:00:00Z')
const gateMs = midnight + 23.5 * hour

function gatesWith(pending: () => string[], patienceMs = 60_000) {
  const asked: number[] = []
  const gates = gatesOf([
    {
      minuteOfDay: 23 * 60 + 30,
      patienceMs,
      pending: async (ms) => {
        asked.push(ms)
        return pending()
      },
    },
  ])
  return { gates, asked }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a day’s gate', () => {
  it('is there every day until it is opened', async () => {
    const { gates } = gatesWith(() => [])
    expect(gates.nextMs(midnight)).toBe(gateMs)
    expect(gates.nextMs(gateMs + 1)).toBe(gateMs)
    expect(gates.nextMs(gateMs + hour)).toBe(gateMs + 24 * hour)
    expect(await gates.look(midnight + 13 * hour)).toBe(true)
    expect(gates.nextMs(midnight + 13 * hour)).toBe(gateMs + 24 * hour)
  })

  it('asks nobody in the first half of the day', async () => {
    const { gates, asked } = gatesWith(() => ['step'])
    expect(await gates.look(midnight + 9 * hour)).toBe(true)
    expect(asked).toEqual([])
  })

  it('lets time go on towards it, and no further while work is pending', async () => {
    let pending = ['letter']
    const { gates } = gatesWith(() => pending)
    expect(await gates.look(midnight + 20 * hour)).toBe(true)
    expect(gates.nextMs(midnight + 20 * hour)).toBe(gateMs)
    expect(await gates.look(gateMs - 20)).toBe(false)
    expect(await gates.look(gateMs + 20)).toBe(false)
    pending = []
    expect(await gates.look(gateMs)).toBe(true)
    expect(gates.nextMs(gateMs)).toBe(gateMs + 24 * hour)
  })

  it('loses patience once with the same work, and waits again for other work', async () => {
    let pending = ['stuck']
    const { gates } = gatesWith(() => pending, 0)
    expect(await gates.look(gateMs)).toBe(true)
    expect(await gates.look(gateMs + 24 * hour)).toBe(true)
    const patient = gatesWith(() => pending, 60_000)
    expect(await patient.gates.look(gateMs)).toBe(false)
    pending = ['stuck', 'other']
    expect(await patient.gates.look(gateMs)).toBe(false)
  })

  it('is patient anew after something was away: what it waits for could not be done', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { gates } = gatesWith(() => ['stuck'], 60_000)
    expect(await gates.look(gateMs)).toBe(false)
    vi.advanceTimersByTime(59_000)
    gates.away()
    vi.advanceTimersByTime(59_000)
    expect(await gates.look(gateMs)).toBe(false)
    vi.advanceTimersByTime(59_000)
    expect(await gates.look(gateMs)).toBe(false)
    vi.advanceTimersByTime(1_000)
    expect(await gates.look(gateMs)).toBe(true)
  })

  it('is one of several: the first closed one counts', async () => {
    const gate = (hours: number, work: string[]) => ({
      minuteOfDay: hours * 60,
      patienceMs: 60_000,
      pending: async () => work,
    })
    const gates = gatesOf([gate(13, []), gate(20, ['letter'])])
    expect(gates.nextMs(midnight)).toBe(midnight + 13 * hour)
    expect(await gates.look(midnight + 12 * hour)).toBe(true)
    expect(gates.nextMs(midnight + 12 * hour)).toBe(midnight + 20 * hour)
    expect(await gates.look(midnight + 20 * hour)).toBe(false)
  })

  it('is nowhere without gates', async () => {
    expect(gatesOf([]).nextMs(midnight)).toBe(Number.POSITIVE_INFINITY)
    expect(await gatesOf([]).look(midnight)).toBe(true)
  })
})
