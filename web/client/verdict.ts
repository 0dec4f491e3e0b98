/** What a venue is told of one read: a shape, a word, and whether the page goes on by itself. */

/** ● recorded, ○ kept until the line is back, ▲ look again, ■ stop. */
export type Shape = 'ok' | 'kept' | 'look' | 'stop'

export type VerdictKind =
  | 'recorded'
  | 'screenedOnly'
  | 'alreadyRead'
  | 'alreadyRecorded'
  | 'unsent'
  | 'recordedWithFindings'
  | 'held'
  | 'waiting'
  | 'undone'
  | 'refused'
  | 'notATicket'
  | 'deviceRefused'

export type Said = { title?: string; message: string; whatToDo: string }

export type Verdict = {
  kind: VerdictKind
  shape: Shape
  /** Goes on by itself: only where nobody has to do anything. */
  isPassing: boolean
  /** The server's or the parser's words, in the reader's language. */
  said: Said[]
  /** Names what can be undone; without it nothing can. */
  doseId?: string
  /** The same of a visit without a dose. */
  screeningId?: string
  /** The dates between which the next dose lies. */
  next?: { earliest: string; due: string }
  /** The stable code of a refusal. */
  code?: string
}

const shapes: Readonly<Record<VerdictKind, Shape>> = {
  recorded: 'ok',
  screenedOnly: 'ok',
  alreadyRead: 'ok',
  alreadyRecorded: 'ok',
  unsent: 'kept',
  recordedWithFindings: 'look',
  held: 'look',
  waiting: 'look',
  undone: 'look',
  refused: 'stop',
  notATicket: 'stop',
  deviceRefused: 'stop',
}
const passing: readonly VerdictKind[] = ['recorded', 'screenedOnly', 'unsent']

export function verdictOf(
  kind: VerdictKind,
  more: Partial<Omit<Verdict, 'kind' | 'shape' | 'isPassing'>> = {},
): Verdict {
  return { said: [], ...more, kind, shape: shapes[kind], isPassing: passing.includes(kind) }
}

/** What the interface answers to a scan (`docs/http-api.md`). */
export type ScanAnswer = {
  verdict: string
  doseId?: string
  screeningId?: string
  findings: { code: string; message: string; whatToDo: string }[]
  next?: { earliest: string; due: string }
}
export type Problem = { code: string; title: string; detail: string; whatToDo: string }

const recorded: Readonly<Record<string, VerdictKind>> = {
  recorded: 'recorded',
  recordedWithFindings: 'recordedWithFindings',
  held: 'held',
  waiting: 'waiting',
  screenedOnly: 'screenedOnly',
  alreadyRecorded: 'alreadyRecorded',
}

/** Undefined: no answer that counts; the scan stays where it is kept. */
export async function verdictOfResponse(response: Response): Promise<Verdict | undefined> {
  if (response.ok) return verdictOfAnswer((await response.json()) as ScanAnswer)
  if (response.status >= 500 || response.status === 429) return undefined
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  if (!problem?.code) return undefined
  const isOfDevice = response.status === 401 || response.status === 403
  return verdictOf(isOfDevice ? 'deviceRefused' : 'refused', {
    code: problem.code,
    said: [{ title: problem.title, message: problem.detail, whatToDo: problem.whatToDo }],
  })
}

export function verdictOfAnswer(answer: ScanAnswer): Verdict | undefined {
  const kind = recorded[answer.verdict]
  if (!kind) return undefined
  return verdictOf(kind, {
    said: answer.findings.map(({ message, whatToDo }) => ({ message, whatToDo })),
    ...(answer.doseId !== undefined && { doseId: answer.doseId }),
    ...(answer.screeningId !== undefined && { screeningId: answer.screeningId }),
    ...(answer.next && { next: answer.next }),
  })
}
