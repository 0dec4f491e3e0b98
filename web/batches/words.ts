import type { BatchRow } from '../../db/queries/batches/batch.ts'
import { type BatchState, mayAbort } from '../../domain/batch.ts'
import type { Tone } from '../components/basics.tsx'
import type { Page } from '../page.ts'

export const batchTones: Record<BatchState, Tone> = {
  proposed: 'attention',
  released: 'busy',
  sealed: 'busy',
  printed: 'busy',
  posted: 'good',
  aborted: 'stopped',
}

export function stateWords({ words }: Page, batch: BatchRow): string {
  const { batches } = words
  const isBeingAborted = batch.abortAskedAt !== null && mayAbort(batch.state)
  return isBeingAborted ? batches.beingAborted : batches.states[batch.state]
}

export function kindWords({ words }: Page, kind: string): string {
  return (words.noticeKinds as Record<string, string>)[kind] ?? words.unknown
}

/** Why letters stayed, in the words of the course page. */
export function reasonWords({ words }: Page, reason: string): string {
  if (reason === 'movedHome') return words.batches.movedHome
  return (words.reasons as Record<string, string>)[reason] ?? words.unknown
}

export function batchPath(batch: { municipalityCode: string; batchOn: string }): string {
  return `/batches/${batch.municipalityCode}/${batch.batchOn}`
}
