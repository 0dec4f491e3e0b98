/** What the access ledger can refuse with. */
import type { ProblemTexts } from './text.ts'

export const ledgerProblems: ProblemTexts = {
  ledgerStalled: {
    ja: {
      title: '閲覧の記録が止まっています',
      detail:
        'だれが個人情報を見たかの記録を確定できないため、個人情報の表示を止めています。何も記録されていません。',
      whatToDo: '運用担当に連絡し、記録が再開してから、もう一度操作してください。',
    },
    en: {
      title: 'The record of looks has stopped',
      detail:
        'Who looked at whom cannot be put on record, so that personal data is not shown. Nothing was written.',
      whatToDo: 'Call the operator, and try again once the record goes on.',
    },
  },
  ledgerNotBegun: {
    ja: {
      title: '閲覧の記録がまだありません',
      detail: '閲覧の記録をまとめる処理が、まだ一度も動いていません。',
      whatToDo: '少し待って、もう一度取得してください。',
    },
    en: {
      title: 'The ledger has not begun',
      detail: 'The process that orders and signs the record of looks has not run yet.',
      whatToDo: 'Wait a little and fetch it again.',
    },
  },
  tooMuchAtOnce: {
    ja: {
      title: '一度に取得できる量を超えました',
      detail: '短い間に取得できる量には上限があります。',
      whatToDo: '1分ほど待って、続きを取得してください。',
    },
    en: {
      title: 'Too much at once',
      detail: 'There is a limit to what can be fetched in a short time.',
      whatToDo: 'Wait a minute and go on from where you were.',
    },
  },
}
