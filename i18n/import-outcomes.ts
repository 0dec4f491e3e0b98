/** What came of a row, on pages and in the file of results. */
import type { RowOutcome } from '../domain/import.ts'

type Words = { ja: string; en: string }

const words: Record<RowOutcome, Words> = {
  new: { ja: '新規', en: 'new' },
  changed: { ja: '変更', en: 'changed' },
  same: { ja: '同じ', en: 'same' },
  needsDecision: { ja: '要判断', en: 'needs a decision' },
  rejected: { ja: '取込不可', en: 'rejected' },
}

/** Once the import is applied: what was done with the row. */
const applied: Record<RowOutcome, Words> = {
  new: { ja: '新規に登録', en: 'added' },
  changed: { ja: '変更を反映', en: 'changed' },
  same: { ja: '変更なし', en: 'unchanged' },
  needsDecision: { ja: '職員が判断', en: 'decided by a clerk' },
  rejected: { ja: '取り込んでいません', en: 'left out' },
}

export function importOutcomeWords(
  outcome: RowOutcome,
  isApplied: boolean,
  lang: 'ja' | 'en',
): string {
  return (isApplied ? applied : words)[outcome][lang]
}
