/**
 * An import in plain words, for operators: what the Temporal UI says of it. Counts and states alone go
 * in, so nothing about a person or a file's content can come out. Under 200 bytes of UTF-8 a line.
 */
import type { ImportCounts, ImportState } from './import.ts'
import type { ImportStep, NextStep } from './import-run.ts'

export function importStartSummary(importId: string): string {
  return `ファイルの取込 ${importId.slice(0, 8)} / import of a file`
}

const stepLines: Record<Exclude<ImportStep, 'wait' | 'end'>, string> = {
  guess: '列の並びを推定 / find out how the file is laid out',
  review: '全行を読み、名簿と比較 / read every row and compare it with the register',
  results: '結果のファイルを作成 / write the file of results',
  apply: '確認済みの変更を一括で反映 / apply the reviewed changes, all or none',
  undo: '取込前の状態に戻す / put back what was before the import',
  clear: '破棄し、預かったファイルを消去 / discard, and remove the file',
}

export function importStepSummary(step: Exclude<ImportStep, 'wait' | 'end'>): string {
  return stepLines[step]
}

export const nextImportStepSummary = '次の処理を確認 / ask what comes next'

/** What `setCurrentDetails` shows: Japanese, then English. Markdown. */
export function importDetails(next: NextStep): string {
  return [wordsOf(next, 'ja'), wordsOf(next, 'en')].join('\n\n---\n\n')
}

const states: Record<ImportState, { ja: string; en: string }> = {
  received: { ja: 'ファイルを受領', en: 'The file is here' },
  reading: { ja: '読込中', en: 'Being read' },
  reviewed: { ja: '職員の確認待ち', en: 'Waiting for a clerk to look' },
  applying: { ja: '反映中', en: 'Being applied' },
  applied: { ja: '反映済み', en: 'Applied' },
  undone: { ja: '取り消して元に戻した', en: 'Undone' },
  refused: { ja: '受け付けられない', en: 'Refused' },
  failed: { ja: '失敗（何も反映していない）', en: 'Failed; nothing was applied' },
  discarded: { ja: '破棄', en: 'Discarded' },
}

function wordsOf({ state, isPaused, needsLayout, counts }: NextStep, lang: 'ja' | 'en'): string {
  const held = { ja: '（一時停止中）', en: ' (held by a clerk)' }[lang]
  const layout = { ja: '列の確認待ち', en: 'Waiting for a clerk to say which column is which' }[
    lang
  ]
  const head = needsLayout && state === 'received' ? layout : states[state][lang]
  return [`**${head}${isPaused ? held : ''}**`, countWords(counts, lang)].join('\n\n')
}

function countWords(counts: ImportCounts, lang: 'ja' | 'en'): string {
  const { rows, new: added, changed, same, needsDecision, rejected } = counts
  if (lang === 'ja') {
    return `${rows}行：新規${added}、変更${changed}、同じ${same}、要判断${needsDecision}、不可${rejected}`
  }
  return `${rows} rows: ${added} new, ${changed} changed, ${same} same, ${needsDecision} to decide, ${rejected} rejected`
}
