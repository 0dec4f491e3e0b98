/**
 * A batch of letters in plain words, for operators: what the Temporal UI says of it. Counts and states
 * alone go in. Under 200 bytes of UTF-8 a line.
 */
import type { BatchState, BatchStep, BatchWait } from './batch.ts'

export const nextBatchStepSummary = '次の処理を確認 / ask what comes next'

export function batchStartSummary(batch: { municipalityCode: string; batchOn: string }): string {
  return `${batch.municipalityCode} ${batch.batchOn}の発送 / letters of one evening`
}

type Active = Exclude<BatchStep, 'wait' | 'end'>

const stepLines: Record<Active, (letters: number) => string> = {
  seal: (n) => `最大${n}通を最終確認して封緘 / check up to ${n} letters once more and seal`,
  print: (n) => `封緘した${n}通を印刷 / print ${n} sealed letters`,
  abort: () => '発送を中止し、手紙を戻す / abort: take every letter back',
  reprint: () => '刷り直す手紙を次の回へ / void spoiled letters, queue them anew',
  clear: () => '印刷用のファイルを消去 / remove the files of the printing house',
}

export function batchStepSummary(step: Active, letters: number): string {
  return stepLines[step](letters)
}

const states: Record<BatchState | 'none', { ja: string; en: string }> = {
  none: { ja: '発送する手紙なし', en: 'No letter to send' },
  proposed: { ja: '発送予定を集計済み', en: 'Counted, not released' },
  released: { ja: '発送を承認済み', en: 'Released' },
  sealed: { ja: '封緘済み', en: 'Sealed' },
  printed: { ja: '印刷会社に引渡し済み', en: 'Handed to the printing house' },
  posted: { ja: '全数の確認が済み、投函済み', en: 'Every sheet accounted for, posted' },
  aborted: { ja: '中止', en: 'Aborted' },
}

const waits: Record<BatchWait, { ja: string; en: string }> = {
  release: { ja: '職員2人の承認待ち', en: 'Waits for two people to release it' },
  earlierBatch: {
    ja: '前の回の全数確認待ち',
    en: 'Waits until the batch before it is accounted for',
  },
  reconciliation: { ja: '印の読取（全数確認）待ち', en: 'Waits for the marks of its sheets' },
}

export type BatchTold = {
  state: BatchState | 'none'
  letters: number
  waitsFor?: BatchWait | undefined
}

/** What `setCurrentDetails` shows: Japanese, then English. Markdown. */
export function batchDetails({ state, letters, waitsFor }: BatchTold): string {
  const wait = (lang: 'ja' | 'en') => (waitsFor ? `\n\n${waits[waitsFor][lang]}` : '')
  const ja = `**${states[state].ja}**（${letters}通）${wait('ja')}`
  const en = `**${states[state].en}** (${letters} letters)${wait('en')}`
  return `${ja}\n\n---\n\n${en}`
}
