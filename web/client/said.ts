import type { OutboxErrorCode } from './outbox-types.ts'
import type { Shape, VerdictKind } from './verdict.ts'

type ThreeWords = { title: string; message: string; whatToDo: string }

/** The words of the page's language, which the server wrote into it. */
export type Said = {
  lang: 'ja' | 'en'
  shapes: Record<Shape, string>
  verdicts: Record<VerdictKind, string>
  leads: Record<VerdictKind, string>
  slips: Record<'vaccination' | 'screenedOnly', string>
  dose: string
  nextDose: string
  undo: string
  undoFailed: string
  undoIsOver: string
  correction: string
  online: string
  offline: string
  waitingFor: string
  clockOff: string
  several: string
  noCode: string
  busy: string
  birthNeeded: string
  issuerNeeded: string
  chooseNeeded: string
  today: string
  expires: string
  device: Record<DeviceTrouble, ThreeWords>
  /** What is told of scans that are kept here. */
  tablet: Record<
    | 'old'
    | 'nearlyFull'
    | 'cameBack'
    | 'notKeptToDo'
    | 'leaveUnsent'
    | 'leaveSure'
    | 'wiped'
    | 'wipedUnsent',
    string
  > & { notKept: Record<OutboxErrorCode, string> }
  /** Faults of a read, by the parser's codes. */
  problems: Record<string, { title: string; detail: string; whatToDo: string }>
}

/** Why a tablet cannot work. */
export type DeviceTrouble =
  | 'notEnrolled'
  | 'revoked'
  | 'deviceLocked'
  | 'outsideVenueHours'
  | 'anotherVenue'
  | 'clockOff'
  | 'notSecure'
  | 'noStore'
  | 'away'

export const said = JSON.parse(document.body.dataset.said ?? '{}') as Said

/** `2021年6月9日（水）` or `9 June 2021 (Wed)`: a day as the page's reader writes it. */
export function dayWords(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  const words = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(said.lang === 'ja' ? 'ja-JP' : 'en-GB', {
      timeZone: 'UTC',
      ...options,
    }).format(date)
  const whole = words({ year: 'numeric', month: 'long', day: 'numeric' })
  const weekday = words({ weekday: 'short' })
  return said.lang === 'ja' ? `${whole}（${weekday}）` : `${whole} (${weekday})`
}

/** `10:35`, in Japan. */
export function timeWords(atMs: number): string {
  return new Intl.DateTimeFormat('ja-JP', {
    timeZone: 'Asia/Tokyo',
    hour: '2-digit',
    minute: '2-digit',
  }).format(atMs)
}
