/**
 * What lies on the desk: the one read being dealt with, and the last few. Every answer names the read it
 * belongs to; one for an older read changes its line in the list and never the screen.
 */
import type { SlipKind } from '../../domain/ticket.ts'
import type { TicketRead } from './ticket-read.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** Issuer, slip and dose as they stand on the ticket or were chosen, and what was said of the birth. */
export type Slip = {
  municipalityCode: string
  number: string
  slipKind: SlipKind
  claimedDoseNumber: number
  birthYear?: number
  bornOn?: string
}

export type Current = {
  readId: string
  read: TicketRead
  readAtMs: number
  phase: 'asking' | 'sending' | 'shown'
  slip?: Slip
  verdict?: Verdict
}

/** A line in the list. Nothing in it says who it was. */
export type Line = {
  readId: string
  readAtMs: number
  /** The last four digits of the ticket: enough to find the paper again. */
  tail: string
  slip?: Slip
  verdict?: Verdict
  undoUntilMs?: number
}

export type Desk = {
  current?: Current
  last: readonly Line[]
  /** Ticket and slip → when it was recorded here, and by which read. */
  seen: ReadonlyMap<string, { readId: string; readAtMs: number }>
}

export const emptyDesk: Desk = { last: [], seen: new Map() }

const linesMax = 5
/** The same slip within this time is somebody holding it up again. */
const sameReadMs = 10 * 60_000
export const undoMs = 60_000

export type NewRead = { readId: string; read: TicketRead; readAtMs: number }

/** Whether a read would be taken now. Whoever must look or stop says first that they have. */
export function isFree({ current }: Desk): boolean {
  const shape = current?.verdict?.shape
  return !current || (current.phase === 'shown' && (shape === 'ok' || shape === 'kept'))
}

/** Clears what was shown before and takes the read; unchanged while the desk is not free. */
export function begin(desk: Desk, { readId, read, readAtMs }: NewRead): Desk {
  if (!isFree(desk)) return desk
  const { current: _cleared, ...rest } = desk
  const isCertain = read.readBy === 'qr' && read.line !== undefined
  if (!isCertain) {
    return { ...rest, current: { readId, read, readAtMs, phase: 'asking' } }
  }
  const current: Current = { readId, read, readAtMs, phase: 'asking' }
  return take({ ...rest, current }, readId, read.line!)
}

/** The slip is known: on its way, or read before. */
export function take(desk: Desk, readId: string, slip: Slip): Desk {
  const { current } = desk
  if (current?.readId !== readId || current.phase !== 'asking') return desk
  const before = desk.seen.get(keyOf(slip))
  const isAgain = before !== undefined && current.readAtMs - before.readAtMs < sameReadMs
  if (isAgain) {
    const verdict = verdictOf('alreadyRead')
    return { ...desk, current: { ...current, slip, phase: 'shown', verdict } }
  }
  const line: Line = { readId, readAtMs: current.readAtMs, tail: slip.number.slice(-4), slip }
  return {
    ...desk,
    current: { ...current, slip, phase: 'sending' },
    last: [line, ...desk.last].slice(0, linesMax),
  }
}

/** A read that is no ticket: said at once, and in no list. */
export function refuse(desk: Desk, read: NewRead, verdict: Verdict): Desk {
  return isFree(desk) ? { ...desk, current: { ...read, phase: 'shown', verdict } } : desk
}

/** An answer came, or none came in time. On the screen if it is about what is on the screen. */
export function answered(desk: Desk, readId: string, verdict: Verdict, nowMs: number): Desk {
  const line = desk.last.find((one) => one.readId === readId)
  const last = desk.last.map((one) => (one === line ? lineWith(one, verdict, nowMs) : one))
  const { current } = desk
  const slip = line?.slip ?? (current?.readId === readId ? current.slip : undefined)
  const seen = seenAfter(desk, { readId, slip, verdict, nowMs })
  const isAwaited = current?.readId === readId && current.phase === 'sending'
  // It went on without waiting: then the answer is news of this very read while it still stands there.
  const isLate = current?.readId === readId && current.verdict?.kind === 'unsent'
  if (!current || !(isAwaited || isLate)) return { ...desk, last, seen }
  return { ...desk, last, seen, current: { ...current, phase: 'shown', verdict } }
}

/** The screen is free again, unless it has gone on to another read by itself. */
export function dismiss(desk: Desk, readId: string): Desk {
  if (desk.current?.readId !== readId || desk.current.phase === 'sending') return desk
  const { current: _gone, ...rest } = desk
  return rest
}

/** Voided: the slip may be read again at once. */
export function undone(desk: Desk, readId: string): Desk {
  const verdict = verdictOf('undone')
  const line = desk.last.find((one) => one.readId === readId)
  const last = desk.last.map((one) => {
    if (one !== line) return one
    const { undoUntilMs: _over, ...rest } = one
    return { ...rest, verdict }
  })
  const seen = forgotten(desk, readId)
  const { current } = desk
  if (current?.readId !== readId) return { ...desk, last, seen }
  return { ...desk, last, seen, current: { ...current, phase: 'shown', verdict } }
}

function lineWith(line: Line, verdict: Verdict, nowMs: number): Line {
  const id = verdict.doseId ?? verdict.screeningId
  const isUndoable = id !== undefined && verdict.kind !== 'alreadyRecorded'
  return { ...line, verdict, ...(isUndoable && { undoUntilMs: nowMs + undoMs }) }
}

/** Nothing more is to be done with the slip. */
function isDone({ kind }: Verdict): boolean {
  const done = ['recorded', 'recordedWithFindings', 'screenedOnly', 'alreadyRecorded', 'unsent']
  return done.includes(kind)
}

/** Its slip is not dealt with: whoever reads it again says something that the system has to hear. */
function isUndone({ kind }: Verdict): boolean {
  return ['held', 'waiting', 'refused'].includes(kind)
}

type Answer = { readId: string; slip: Slip | undefined; verdict: Verdict; nowMs: number }

/** What stood there while no answer had come goes when the answer is not the one that was hoped for. */
function seenAfter(desk: Desk, { readId, slip, verdict, nowMs }: Answer): Desk['seen'] {
  if (isUndone(verdict)) return forgotten(desk, readId)
  return isDone(verdict) && slip ? remembered(desk, readId, slip, nowMs) : desk.seen
}

function forgotten(desk: Desk, readId: string): Desk['seen'] {
  return new Map([...desk.seen].filter(([, of]) => of.readId !== readId))
}

function remembered(desk: Desk, readId: string, slip: Slip, nowMs: number): Desk['seen'] {
  const young = [...desk.seen].filter(([, { readAtMs }]) => nowMs - readAtMs < sameReadMs)
  return new Map([...young, [keyOf(slip), { readId, readAtMs: nowMs }]])
}

/** With the birth: the same number and another birth is a mistake that somebody puts right. */
function keyOf(slip: Slip): string {
  const { municipalityCode, number, slipKind, claimedDoseNumber, birthYear, bornOn } = slip
  return [municipalityCode, number, slipKind, claimedDoseNumber, birthYear, bornOn].join(' ')
}
