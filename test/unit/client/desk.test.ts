// The desk: an answer is only ever shown over the read that it is about.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  answered,
  begin,
  type Desk,
  dismiss,
  emptyDesk,
  isFree,
  refuse,
  type Slip,
  take,
  undone,
} from '../../../web/client/desk.ts'
import type { TicketRead } from '../../../web/client/ticket-read.ts'
import { type VerdictKind, verdictOf } from '../../../web/client/verdict.ts'

const slipOf = (number: string): Slip => ({
  slipKind: 'vaccination',
  claimedDoseNumber: 1,
  municipalityCode: '131041',
  number,
})
const qr = (number = '0000000017'): TicketRead => ({
  readBy: 'qr',
  number,
  line: { ...slipOf(number), slipKind: 'vaccination' },
})
const typed: TicketRead = { readBy: 'typed', number: '0000000017' }
const read = (readId: string, of = qr(), readAtMs = 0) => ({ readId, read: of, readAtMs })
const minute = 60_000

describe('a QR read', () => {
  test('is on its way at once, and shows its own answer', () => {
    const sent = begin(emptyDesk, read('a'))
    expect(sent.current).toMatchObject({ readId: 'a', phase: 'sending' })
    const shown = answered(sent, 'a', verdictOf('recorded', { doseId: 'd' }), 5)
    expect(shown.current).toMatchObject({ phase: 'shown', verdict: { kind: 'recorded' } })
    expect(shown.last).toMatchObject([{ readId: 'a', tail: '0017', undoUntilMs: 60_005 }])
  })

  test('without a dose in the answer cannot be undone', () => {
    const shown = answered(begin(emptyDesk, read('a')), 'a', verdictOf('held'), 5)
    expect(shown.last[0]?.undoUntilMs).toBeUndefined()
  })

  test('a dose that was recorded before cannot be undone from here', () => {
    const verdict = verdictOf('alreadyRecorded', { doseId: 'd' })
    expect(answered(begin(emptyDesk, read('a')), 'a', verdict, 5).last[0]?.undoUntilMs).toBe(
      undefined,
    )
  })
})

test('every other read is asked about first', () => {
  const asking = begin(emptyDesk, read('a', typed))
  expect(asking.current?.phase).toBe('asking')
  expect(asking.last).toEqual([])
  expect(answered(asking, 'a', verdictOf('recorded'), 1).current?.phase).toBe('asking')
  expect(take(asking, 'b', slipOf('1')).current?.phase).toBe('asking')
  expect(take(asking, 'a', slipOf('1')).current?.phase).toBe('sending')
})

test('the answer to an older read changes its line and not the screen', () => {
  const first = answered(begin(emptyDesk, read('a')), 'a', verdictOf('unsent'), 1)
  const second = begin(first, read('b', qr('0000000018')))
  expect(second.current).toMatchObject({ readId: 'b', phase: 'sending' })
  const late = answered(second, 'a', verdictOf('held'), 2)
  expect(late.current).toEqual(second.current)
  expect(late.last.map((line) => line.verdict?.kind)).toEqual([undefined, 'held'])
})

test('a late answer is shown while its own read still stands there', () => {
  const waited = answered(begin(emptyDesk, read('a')), 'a', verdictOf('unsent'), 1)
  expect(answered(waited, 'a', verdictOf('refused'), 2).current?.verdict?.kind).toBe('refused')
})

test.each<[VerdictKind, boolean]>([
  ['recorded', true],
  ['alreadyRead', true],
  ['unsent', true],
  ['held', false],
  ['recordedWithFindings', false],
  ['refused', false],
])('after %s the next read is taken: %s', (kind, isTaken) => {
  const shown = answered(begin(emptyDesk, read('a')), 'a', verdictOf(kind), 1)
  expect(begin(shown, read('b', qr('0000000018'))).current?.readId).toBe(isTaken ? 'b' : 'a')
  expect(begin(dismiss(shown, 'a'), read('b')).current?.readId).toBe('b')
})

describe('the same slip', () => {
  const recorded = dismiss(
    answered(begin(emptyDesk, read('a')), 'a', verdictOf('recorded'), 0),
    'a',
  )

  test('within ten minutes was read already, and is not sent', () => {
    const again = begin(recorded, read('b', qr(), 10 * minute - 1))
    expect(again.current).toMatchObject({ phase: 'shown', verdict: { kind: 'alreadyRead' } })
    expect(again.last).toHaveLength(1)
  })
  test('after ten minutes is a read like any other', () => {
    expect(begin(recorded, read('b', qr(), 10 * minute)).current?.phase).toBe('sending')
  })
  test('with another dose number is another slip', () => {
    const second = { ...qr(), line: { ...qr().line!, claimedDoseNumber: 2 } }
    expect(begin(recorded, read('b', second, 1)).current?.phase).toBe('sending')
  })
  test('that was held may be tried again', () => {
    const held = dismiss(answered(begin(emptyDesk, read('a')), 'a', verdictOf('held'), 0), 'a')
    expect(begin(held, read('b', qr(), 1)).current?.phase).toBe('sending')
  })
  test.each<VerdictKind>(['held', 'waiting', 'refused'])(
    'that was kept first and %s later is sent when it is read again',
    (kind) => {
      const kept = answered(begin(emptyDesk, read('a')), 'a', verdictOf('unsent'), 0)
      expect(begin(kept, read('x', qr(), 1)).current?.verdict?.kind).toBe('alreadyRead')
      const next = begin(kept, read('b', qr('0000000018'), 1))
      for (const late of [
        answered(kept, 'a', verdictOf(kind), 2),
        answered(next, 'a', verdictOf(kind), 2),
      ]) {
        const free = dismiss(answered(late, 'b', verdictOf('recorded'), 3), late.current!.readId)
        expect(begin(free, read('c', qr(), 4)).current?.phase).toBe('sending')
      }
    },
  )
  test('with another birth is not the same', () => {
    const kept = take(begin(emptyDesk, read('a', typed)), 'a', { ...slipOf('1'), birthYear: 1950 })
    const unsent = dismiss(answered(kept, 'a', verdictOf('unsent'), 0), 'a')
    const asking = begin(unsent, read('b', typed, 1))
    expect(take(asking, 'b', { ...slipOf('1'), birthYear: 1951 }).current?.phase).toBe('sending')
    expect(take(asking, 'b', { ...slipOf('1'), birthYear: 1950 }).current?.phase).toBe('shown')
  })
  test('that was undone may be read again', () => {
    const back = undone(recorded, 'a')
    expect(back.last[0]).toMatchObject({ verdict: { kind: 'undone' } })
    expect(begin(back, read('b', qr(), 1)).current?.phase).toBe('sending')
  })
})

test('what is no ticket stops, and is in no list', () => {
  const verdict = verdictOf('notATicket')
  const stopped = refuse(emptyDesk, read('a'), verdict)
  expect(stopped.current).toMatchObject({ phase: 'shown', verdict: { shape: 'stop' } })
  expect(stopped.last).toEqual([])
  expect(refuse(stopped, read('b'), verdict)).toBe(stopped)
})

test('the last five stay, newest first', () => {
  let desk = emptyDesk
  for (let n = 1; n <= 7; n++) {
    desk = begin(desk, read(`r${n}`, qr(`000000001${n}`)))
    desk = answered(desk, `r${n}`, verdictOf('recorded'), n)
  }
  expect(desk.last.map(({ readId }) => readId)).toEqual(['r7', 'r6', 'r5', 'r4', 'r3'])
})

test('law: whatever comes in whatever order, what is shown was said of the read that stands there', () => {
  const kinds: VerdictKind[] = ['recorded', 'held', 'refused', 'unsent', 'recordedWithFindings']
  const step = fc.record({
    does: fc.constantFrom('read', 'type', 'answer', 'dismiss', 'undo'),
    of: fc.nat(8),
    kind: fc.constantFrom(...kinds),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let desk: Desk = emptyDesk
      let reads = 0
      for (const [atMs, { does, of, kind }] of steps.entries()) {
        const readId = `r${of}`
        const wasFree = isFree(desk)
        const before = desk.current?.readId
        if (does === 'read') desk = begin(desk, read(`r${reads++}`, qr(String(of)), atMs * minute))
        if (does === 'type') desk = begin(desk, read(`r${reads++}`, typed, atMs * minute))
        // Each answer carries the id of its read, so that a swap would be seen.
        const verdict = verdictOf(kind, { doseId: readId })
        if (does === 'answer') desk = answered(desk, readId, verdict, atMs * minute)
        if (does === 'dismiss') desk = dismiss(desk, readId)
        if (does === 'undo') desk = undone(desk, readId)

        const { current } = desk
        if (current?.verdict?.doseId) expect(current.verdict.doseId).toBe(current.readId)
        for (const line of desk.last) {
          if (line.verdict?.doseId) expect(line.verdict.doseId).toBe(line.readId)
        }
        if (!wasFree && does !== 'dismiss') expect(current?.readId).toBe(before)
        if (current?.readId !== before && current) {
          expect(current.verdict?.kind ?? 'alreadyRead').toBe('alreadyRead')
        }
        expect(desk.last.length).toBeLessThanOrEqual(5)
      }
    }),
  )
})
