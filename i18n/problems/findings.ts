/** Findings, error reports and lots. */
import type { ProblemTexts } from './text.ts'

export const findingProblems: ProblemTexts = {
  findingIsOver: {
    ja: {
      title: 'この確認事項は終わっています',
      detail: '記録の訂正やロットの情報の更新で、もう規則に当たらなくなっています。',
      whatToDo: '一覧を開き直してください。判断は要りません。',
    },
    en: {
      title: 'This finding is over',
      detail: 'A correction, or new data about the lot, ended it: the rule hits no more.',
      whatToDo: 'Open the list again; there is nothing to decide.',
    },
  },
  findingChangedMeanwhile: {
    ja: {
      title: 'ほかの人が先に判断しました',
      detail:
        '見ていた間に、この確認事項の判断か状態が変わりました。今回の判断は記録していません。',
      whatToDo: '今の判断を確かめてから、必要ならもう一度判断してください。',
    },
    en: {
      title: 'Somebody else was faster',
      detail: 'The finding was decided or changed since it was read. This decision was not kept.',
      whatToDo: 'Read it again, and decide once more if that is still needed.',
    },
  },
  findingReported: {
    ja: {
      title: '報告済みの確認事項です',
      detail:
        'この確認事項を載せた間違い接種の報告は、すでに提出されています。判断は変えられません。',
      whatToDo: '誤って報告したときは、提出先に連絡して取り下げてください。',
    },
    en: {
      title: 'This finding was reported',
      detail: 'The error report that tells of it was sent; the decision stays as it was.',
      whatToDo: 'If it was reported by mistake, tell whom it was sent to.',
    },
  },
  nothingToReport: {
    ja: {
      title: '報告の対象ではありません',
      detail: 'この種類の確認事項は記録だけに関わり、間違い接種の報告の対象ではありません。',
      whatToDo: '「間違い接種だった」を外して、もう一度送ってください。',
    },
    en: {
      title: 'There is nothing to report',
      detail: 'Findings of this kind are about the record alone; no error report is made of them.',
      whatToDo: 'Send it again without saying that it was an error.',
    },
  },
  unknownOwner: {
    ja: {
      title: '担当にできない人です',
      detail: '担当にできるのは、この市区町村の窓口職員と管理者だけです。',
      whatToDo: '一覧から選び直してください。',
    },
    en: {
      title: 'Not somebody who can take it',
      detail: 'Only clerks and administrators of this municipality can take a finding.',
      whatToDo: 'Choose from the list.',
    },
  },
  errorReportSent: {
    ja: {
      title: 'この報告は提出済みです',
      detail: '提出日はすでに記録されています。記録は上書きされません。',
      whatToDo: '一覧で提出日を確かめてください。',
    },
    en: {
      title: 'This report was sent',
      detail: 'The day of its sending is on record, and is never overwritten.',
      whatToDo: 'See the list for the day.',
    },
  },
  errorReportDay: {
    ja: {
      title: '提出日が正しくありません',
      detail: '提出日は、報告ができた日から今日までの日付です。',
      whatToDo: '日付を確かめて、もう一度送ってください。',
    },
    en: {
      title: 'The day of sending cannot be',
      detail: 'A report is sent between the day on which it was opened and today.',
      whatToDo: 'Check the date and send it again.',
    },
  },
}
