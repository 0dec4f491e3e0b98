// The scanner like a keyboard, the camera's view, the half day of the settings, birthdays, verdicts.
import { describe, expect, test } from 'vitest'
import { birthTyped } from '../../../web/client/birth.ts'
import { inView } from '../../../web/client/in-view.ts'
import {
  confirmationGate,
  confirmedForMs,
  isConfirmationDue,
  keepSettings,
  keptSettings,
  onDayOf,
  type Settings,
} from '../../../web/client/settings.ts'
import { verdictOfResponse } from '../../../web/client/verdict.ts'
import { type Collected, wedgeCollector } from '../../../web/client/wedge.ts'

/** Tells the keys of a text so many ms apart; answers the last thing said. */
function typeKeys(text: string, gapMs: number, collect = wedgeCollector(), fromMs = 0): Collected {
  let said: Collected = 'typed'
  for (const [i, key] of [...text, 'Enter'].entries()) {
    said = collect({ key, atMs: fromMs + i * gapMs })
  }
  return said
}

describe('a scanner like a keyboard', () => {
  test('is known by its speed and its Enter', () => {
    expect(typeKeys('211310410000000017', 5)).toEqual({ text: '211310410000000017' })
    expect(typeKeys(']Q1211310410000000017', 5)).toEqual({ text: ']Q1211310410000000017' })
  })
  test('fingers are no scanner, and neither are two keys at once', () => {
    expect(typeKeys('211310410000000017', 120)).toBe('typed')
    expect(typeKeys('12', 5)).toBe('typed')
  })
  test('what was typed by hand before is not part of it', () => {
    const collect = wedgeCollector()
    collect({ key: '9', atMs: 0 })
    expect(typeKeys('0000000017', 5, collect, 400)).toEqual({ text: '0000000017' })
  })
  test('an Enter by hand after the digits is a hand’s', () => {
    const collect = wedgeCollector()
    for (const [i, key] of [...'0000000017'].entries()) collect({ key, atMs: i * 5 })
    expect(collect({ key: 'Enter', atMs: 700 })).toBe('typed')
  })
  test('a second read begins anew', () => {
    const collect = wedgeCollector()
    typeKeys('0000000017', 5, collect)
    expect(typeKeys('0000000018', 5, collect, 65)).toEqual({ text: '0000000018' })
  })
})

describe('a code before the camera', () => {
  const qr = (text: string) => ({ text, way: 'qr' }) as const
  const bars = (text: string) => ({ text, way: 'nw7' }) as const
  const line = '211310410000000017'

  test('is taken once while it stays, and again when it comes back', () => {
    const view = inView()
    expect(view.isNews(qr('a'), 0)).toBe(true)
    view.take(qr('a'))
    for (let ms = 100; ms <= 3_000; ms += 100) expect(view.isNews(qr('a'), ms)).toBe(false)
    expect(view.isNews(undefined, 3_100)).toBe(false)
    expect(view.isNews(qr('a'), 3_200)).toBe(false)
    expect(view.isNews(undefined, 3_300)).toBe(false)
    expect(view.isNews(undefined, 4_700)).toBe(false)
    expect(view.isNews(qr('a'), 4_801)).toBe(true)
  })
  test('is taken once by a tablet that is long over each frame', () => {
    const view = inView()
    view.take(qr(line))
    for (let ms = 4_000; ms <= 40_000; ms += 4_000) expect(view.isNews(qr(line), ms)).toBe(false)
    expect(view.isNews(bars('a0000000017a'), 44_000)).toBe(false)
    expect(view.isNews(undefined, 48_000)).toBe(false)
    expect(view.isNews(qr(line), 52_000)).toBe(true)
  })
  test('lies there for as long as its bars alone are seen', () => {
    const view = inView()
    view.take(qr(line))
    for (let ms = 100; ms <= 9_000; ms += 100) {
      expect(view.isNews(bars('a0000000017a'), ms)).toBe(false)
    }
    expect(view.isNews(qr(line), 9_100)).toBe(false)
  })
  test('that could not be taken is offered again', () => {
    const view = inView()
    view.take(qr('a'))
    expect(view.isNews(qr('b'), 10)).toBe(true)
    expect(view.isNews(qr('b'), 20)).toBe(true)
  })
  test('of bars counts only when the QR code beside them has not come up', () => {
    const view = inView()
    expect(view.isNews(bars('a0000000017a'), 0)).toBe(false)
    expect(view.isNews(bars('a0000000017a'), 600)).toBe(false)
    expect(view.isNews(qr(line), 650)).toBe(true)
    expect(view.isNews(bars('a0000000017a'), 700)).toBe(false)
    expect(view.isNews(bars('a0000000017a'), 1_400)).toBe(true)
  })
  test('is not taken a second time by its other codes', () => {
    const view = inView()
    view.take(qr(line))
    expect(view.isNews(qr(`${line}42`), 100)).toBe(false)
    for (let ms = 200; ms <= 1_400; ms += 100) {
      expect(view.isNews(bars('a0000000017a'), ms)).toBe(false)
    }
  })
})

describe('the settings', () => {
  const at = (text: string) => Date.parse(`${text}+09:00`)
  const settings: Settings = {
    venueCode: '1310400018',
    givenOn: 'today',
    productCode: 'pfizer',
    lotNumber: 'TEST01',
    confirmedAtMs: at('2021-06-09T09:00:00'),
  }
  test.each([
    ['2021-06-09T11:59:59', false],
    ['2021-06-09T12:00:00', true],
    ['2021-06-09T18:00:00', true],
    ['2021-06-10T09:00:00', true],
  ])('are confirmed again at %s: %s', (when, isDue) => {
    expect(isConfirmationDue(settings, at(when))).toBe(isDue)
  })
  test('hold to the next noon or midnight of Tokyo', () => {
    expect(confirmedForMs(at('2021-06-09T09:00:00'))).toBe(3 * 3_600_000)
    expect(confirmedForMs(at('2021-06-09T12:00:00'))).toBe(12 * 3_600_000)
    expect(confirmedForMs(at('2021-06-09T23:59:59'))).toBe(1_000)
  })
  test('of a tablet that slept are confirmed before a read is recorded, without any timer', () => {
    let nowMs = at('2021-06-09T11:59:59')
    let chosen: Settings | undefined = settings
    let asked = 0
    const stopsToConfirm = confirmationGate({
      nowMs: () => nowMs,
      settings: () => chosen,
      confirm: () => asked++,
    })
    expect([stopsToConfirm(), asked]).toEqual([false, 0])
    nowMs = at('2021-06-10T08:55:00')
    expect([stopsToConfirm(), stopsToConfirm(), asked]).toEqual([true, true, 2])
    chosen = { ...settings, confirmedAtMs: nowMs }
    expect([stopsToConfirm(), asked]).toEqual([false, 2])
    chosen = undefined
    expect(stopsToConfirm()).toBe(false)
  })
  test('go by the day of the clock, and in a campaign by the day that was told', () => {
    const told = { today: '2021-06-09', isCampaign: false }
    expect(onDayOf(told, at('2021-06-09T23:59:59')).today).toBe('2021-06-09')
    expect(onDayOf(told, at('2021-06-10T00:00:00')).today).toBe('2021-06-10')
    const campaign = { ...told, isCampaign: true }
    expect(onDayOf(campaign, at('2026-11-25T09:00:00'))).toEqual(campaign)
  })
  test('are of one venue, and what is broken is none', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    expect(keptSettings('1310400018', storage)).toBeUndefined()
    keepSettings(settings, storage)
    expect(keptSettings('1310400018', storage)).toEqual(settings)
    expect(keptSettings('1310400026', storage)).toBeUndefined()
    for (const broken of ['{', 'null', '{"venueCode":"1310400018"}']) {
      for (const key of kept.keys()) kept.set(key, broken)
      expect(keptSettings('1310400018', storage)).toBeUndefined()
    }
  })
})

test.each([
  [{ era: 'S', year: '25', month: '', day: '' }, { birthYear: 1950 }],
  [
    { era: 'S', year: '２５', month: '5', day: '5' },
    { birthYear: 1950, bornOn: '1950-05-05' },
  ],
  [{ era: 'AD', year: '1950', month: '', day: '' }, { birthYear: 1950 }],
  [{ era: 'R', year: '元', month: '', day: '' }, { birthYear: 2019 }],
  [
    { era: 'H', year: '元', month: '1', day: '8' },
    { birthYear: 1989, bornOn: '1989-01-08' },
  ],
  [{ era: 'H', year: '1', month: '1', day: '7' }, undefined],
  [{ era: 'AD', year: '25', month: '', day: '' }, undefined],
  [{ era: 'AD', year: '1950', month: '13', day: '1' }, undefined],
  [{ era: 'AD', year: '1950', month: '5', day: '' }, undefined],
  [{ era: 'S', year: '', month: '', day: '' }, undefined],
  [{ era: 'X', year: '1', month: '', day: '' }, undefined],
])('a birthday typed as %o is %o', (typed, birth) => {
  expect(birthTyped(typed)).toEqual(birth)
})

describe('what the interface answers', () => {
  const answer = (verdict: string, more = {}) =>
    Response.json({ scanId: 'x', verdict, findings: [], undoUntil: 'x', ...more }, { status: 201 })
  const problem = (status: number, code: string) =>
    Response.json({ code, title: 't', detail: 'd', whatToDo: 'w' }, { status })

  test.each([
    ['recorded', 'ok', true],
    ['screenedOnly', 'ok', true],
    ['alreadyRecorded', 'ok', false],
    ['recordedWithFindings', 'look', false],
    ['held', 'look', false],
    ['waiting', 'look', false],
  ])('%s is the shape %s and goes on by itself: %s', async (verdict, shape, isPassing) => {
    const shown = await verdictOfResponse(answer(verdict))
    expect(shown).toMatchObject({ kind: verdict, shape, isPassing })
  })
  test('a refusal stops, in the interface’s own words', async () => {
    expect(await verdictOfResponse(problem(422, 'ordinanceCityWard'))).toEqual({
      kind: 'refused',
      shape: 'stop',
      isPassing: false,
      code: 'ordinanceCityWard',
      said: [{ title: 't', message: 'd', whatToDo: 'w' }],
    })
    expect(await verdictOfResponse(problem(403, 'deviceLocked'))).toMatchObject({
      kind: 'deviceRefused',
      shape: 'stop',
    })
  })
  test.each([500, 503, 429])('%i is no answer: the scan stays where it is kept', async (status) => {
    expect(await verdictOfResponse(problem(status, 'keysAway'))).toBeUndefined()
  })
  test('a verdict of a later version is none that this page knows', async () => {
    expect(await verdictOfResponse(answer('somethingNew'))).toBeUndefined()
  })
})
