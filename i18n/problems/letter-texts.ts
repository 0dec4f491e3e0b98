/** What is wrong with a municipality's own letter text, or with what is done to it. */
import type { ProblemTexts } from './text.ts'

export const letterTextProblems: ProblemTexts = {
  letterTextFaulty: {
    ja: {
      title: 'この文面は使えません',
      detail: '長さ、{ } の言葉、文字のどれかが決まりに合っていません。',
      whatToDo: '示されたところを直して、もう一度保存してください。',
    },
    en: {
      title: 'This text cannot be used',
      detail: 'Its length, a word in { } or a character breaks a rule.',
      whatToDo: 'Mend what is shown and keep it again.',
    },
  },
  letterTextSame: {
    ja: {
      title: '使っている文面と同じです',
      detail: '変わったところがありません。',
      whatToDo: '変えるところがあれば、直してから保存してください。',
    },
    en: {
      title: 'The same as the text in use',
      detail: 'Nothing has changed.',
      whatToDo: 'Change something before you keep it.',
    },
  },
  letterTextSamePerson: {
    ja: {
      title: '作った人は、使い始められません',
      detail: '文面は、作った人と別の人が確かめます。',
      whatToDo: '同じ市区町村の別の職員に、この画面を開いてもらってください。',
    },
    en: {
      title: 'Whoever made it cannot put it into use',
      detail: 'A text is checked by somebody else.',
      whatToDo: 'Ask another member of the same office to open this page.',
    },
  },
  letterTextGone: {
    ja: {
      title: 'この版は、もう確認待ちではありません',
      detail: 'だれかが使い始めたか、取り下げたか、作り直しました。',
      whatToDo: '画面を開き直して、今の状態を見てください。',
    },
    en: {
      title: 'This version does not wait any more',
      detail: 'Somebody put it into use, dropped it, or made it anew.',
      whatToDo: 'Open the page again and look at what there is now.',
    },
  },
  letterTextNoSender: {
    ja: {
      title: '差出人がまだ登録されていません',
      detail: '担当課と電話番号がないと、通知は印刷できません。',
      whatToDo: '市区町村の設定に、担当課・電話番号・返送先を登録してください。',
    },
    en: {
      title: 'No sender is registered',
      detail: 'No letter can be printed without an office and its telephone.',
      whatToDo: 'Register office, telephone and return address in the municipality’s settings.',
    },
  },
}
