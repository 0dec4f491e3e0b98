/** Words of the pages that lie on a stick itself. */
import type { ImportState } from '../domain/import.ts'

type Words = {
  pageTitle: string
  receiptTitle(municipalityCode: string, sequence: number): string
  mayBeErased: string
  verify: string
  issuedAt: string
  issuedAgainAt: string
  /** File, what became of it, rows, new, changed, same, to decide, rejected, applied. */
  columns: readonly string[]
  states: Record<ImportState, string>
  answersTitle: string
  answersLead: string
  noAnswers: string
  stickIs: string
  notRead: string
  file: string
}

export const stickPageWords: Record<'ja' | 'en', Words> = {
  ja: {
    pageTitle: '接種 媒体のお知らせ',
    receiptTitle: (code, sequence) => `受領書（市区町村 ${code}、通し番号 ${sequence}）`,
    mayBeErased: 'この媒体の中身は消してかまいません。',
    verify:
      '消す前に確かめたいときは、封入ツールの「受領書を確かめる」でこの媒体を選んでください。結果が必要なときは、先に取り出してください。',
    issuedAt: '発行日時（世界標準時）',
    issuedAgainAt: '結果を入れ直した日時（世界標準時）',
    columns: [
      'ファイル',
      '状態',
      '行数',
      '新規',
      '変更',
      '同じ',
      '要判断',
      '取り込めない',
      '反映した行',
    ],
    states: {
      received: '受け取り',
      reading: '読み取り中',
      reviewed: '確認待ち',
      applying: '反映中',
      applied: '反映済み',
      undone: '取り消し済み',
      refused: '読めないファイル',
      failed: '失敗',
      discarded: '反映せずに終了',
    },
    answersTitle: '結果のファイル',
    answersLead: '封入に使った鍵でだけ開けます。封入ツールの「結果を開く」を使ってください。',
    noAnswers: 'この媒体には結果を入れていません。システムのページから受け取ってください。',
    stickIs: '媒体の目録の指紋:',
    notRead: 'この媒体は読み取れませんでした',
    file: 'ファイル',
  },
  en: {
    pageTitle: 'sesshu: about this stick',
    receiptTitle: (code, sequence) => `Receipt (municipality ${code}, stick ${sequence})`,
    mayBeErased: 'This stick may be erased.',
    verify:
      'To make sure, choose the stick under “Check a receipt” in the packer. Take the results off it first, if you want them.',
    issuedAt: 'Issued at (UTC)',
    issuedAgainAt: 'Answers written again at (UTC)',
    columns: [
      'File',
      'State',
      'Rows',
      'New',
      'Changed',
      'Same',
      'To decide',
      'Rejected',
      'Rows applied',
    ],
    states: {
      received: 'received',
      reading: 'being read',
      reviewed: 'waits for a person',
      applying: 'being applied',
      applied: 'applied',
      undone: 'taken back',
      refused: 'unreadable',
      failed: 'failed',
      discarded: 'ended without being applied',
    },
    answersTitle: 'Results',
    answersLead:
      'Only the key that packed the stick opens them: use “Open the results” in the packer.',
    noAnswers: 'No results lie on this stick. Fetch them from the pages of the system.',
    stickIs: 'Fingerprint of its list:',
    notRead: 'This stick could not be read',
    file: 'File',
  },
}
