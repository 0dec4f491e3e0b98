/**
 * The id that a notice has by its identity alone. The sender gives every notice this id
 * (`db/queries/notice-id.ts`, written apart): a mail or letter that left says by it what it is about,
 * without a word of the sender's tables.
 */
import { createHash } from 'node:crypto'

export type NoticeKey = {
  kind: string
  /** '' where a kind has none. */
  phase: string
  doseNumber: number
  occasion: string
  round: number
}

export function noticeIdFor(courseId: string, key: NoticeKey): string {
  const { kind, phase, doseNumber, occasion, round } = key
  const text = ['sesshu notice', courseId, kind, phase, doseNumber, occasion, round].join('|')
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** One text for a notice of one course, to look it up by. */
export function keyText({ kind, phase, doseNumber, occasion, round }: NoticeKey): string {
  return `${kind}|${phase}|${doseNumber}|${occasion}|${round}`
}

/** Of a notice made before ids followed from identities, nothing can be told by its id. */
export function isDerived(noticeId: string): boolean {
  return noticeId[14] === '8'
}
