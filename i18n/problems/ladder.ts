/** What is wrong with a setting of notices, a quiet day, paper or what was told by hand. */
import type { ProblemTexts } from './text.ts'

export const ladderProblems: ProblemTexts = {
  settingOutOfBounds: {
    ja: {
      title: '設定の値が範囲の外です',
      detail: '決められた範囲の外の値です。どの設定も変えていません。',
      whatToDo: '画面に書かれた範囲の値に直して、もう一度保存してください。',
    },
    en: {
      title: 'The setting is out of bounds',
      detail: 'The value is outside of its bounds. No setting was changed.',
      whatToDo: 'Use a value within the bounds that are written beside it.',
    },
  },
  releaseTakesTwo: {
    ja: {
      title: '手紙を人の確認なしに出す設定は、二人で決めます',
      detail:
        '一人または機械からは、厳しくすることだけができます（出してよい数を減らす、照合を待つ）。何も変えていません。',
      whatToDo:
        '管理者が「お知らせの設定」で緩めることを頼み、別の管理者が同じ画面で同意してください。',
    },
    en: {
      title: 'Letting letters leave unseen takes two people',
      detail:
        'One person or a program only makes it stricter: fewer letters by themselves, or the wait for the account. Nothing was changed.',
      whatToDo:
        'An administrator asks for it under “Notice settings”; another administrator agrees there.',
    },
  },
  dateInPast: {
    ja: {
      title: 'もう過ぎた日です',
      detail: '発送しない日は、今日から先の日だけ決められます。',
      whatToDo: '今日より前ではない日を入れてください。',
    },
    en: {
      title: 'The day is over',
      detail: 'A quiet day is today or a day to come.',
      whatToDo: 'Give a day that is not past.',
    },
  },
  tooManyQuietDays: {
    ja: {
      title: '発送しない日が多すぎます',
      detail: 'これ以上増やすと、送るべきお知らせが長く止まります。',
      whatToDo: '要らない日を消してから、もう一度入れてください。',
    },
    en: {
      title: 'Too many quiet days',
      detail: 'With more of them notices that are owed would wait for long.',
      whatToDo: 'Take back days that are not needed and try again.',
    },
  },
  datesReversed: {
    ja: {
      title: '日付の前後が逆です',
      detail: '終わりの日が、始まりの日より前です。',
      whatToDo: '2つの日付を確かめて、もう一度送ってください。',
    },
    en: {
      title: 'The dates are reversed',
      detail: 'The last day lies before the first.',
      whatToDo: 'Check both dates and send it again.',
    },
  },
  toldTooLongAgo: {
    ja: {
      title: '14日より前の連絡です',
      detail: '14日より前の連絡は、自動のお知らせの代わりになりません。',
      whatToDo: '日付を確かめてください。正しければ、記録の必要はありません。',
    },
    en: {
      title: 'Told more than 14 days ago',
      detail: 'What was told longer ago replaces no automatic notice.',
      whatToDo: 'Check the date. If it is right, nothing need be kept.',
    },
  },
}
