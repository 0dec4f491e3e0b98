/** Protected persons, and people who live somewhere else than they are registered. */
import type { ProblemTexts } from './text.ts'

export const protectionProblems: ProblemTexts = {
  notProtected: {
    ja: {
      title: '支援措置の対象ではありません',
      detail: 'この市区町村が今日支援措置をしている方ではないため、連絡方法は預かれません。',
      whatToDo: '支援措置の期間を先に登録するか、支援措置をしている市区町村に預けてください。',
    },
    en: {
      title: 'Not protected here',
      detail: 'This municipality protects nobody of that number today, and keeps no way to them.',
      whatToDo: 'Record the period of the measure first, or tell the municipality that protects.',
    },
  },
  registeredHere: {
    ja: {
      title: '住民登録のある方です',
      detail: 'この番号は、この市区町村の住民登録のものです。',
      whatToDo: '居住の届出には、別の番号を付けてください。',
    },
    en: {
      title: 'In the register',
      detail: 'The number is one of this municipality’s own register.',
      whatToDo: 'Give the stay a number of its own.',
    },
  },
  homeRowDiffers: {
    ja: {
      title: '住民登録を確かめられません',
      detail: 'その番号で、氏名と生年月日の合う方が確かめられません。',
      whatToDo: '本人に番号と市区町村を確かめて、もう一度送ってください。',
    },
    en: {
      title: 'The home register does not agree',
      detail: 'Nobody of that number, name and birth date could be made out.',
      whatToDo: 'Check the number and the municipality with the person, and send it again.',
    },
  },
  consentStands: {
    ja: {
      title: '別の同意が有効です',
      detail: 'この方には、別の住民登録との連携の同意がすでにあります。',
      whatToDo: '前の同意を取り消してから、もう一度送ってください。',
    },
    en: {
      title: 'Another consent stands',
      detail: 'The person has consented to another register already.',
      whatToDo: 'Withdraw that consent first, and send it again.',
    },
  },
  noConsent: {
    ja: {
      title: '有効な同意がありません',
      detail: '取り消す同意がありません。何も流れていません。',
      whatToDo: '番号を確かめてください。すでに取り消されていれば、何もする必要はありません。',
    },
    en: {
      title: 'No consent stands',
      detail: 'There is no consent to withdraw, and nothing flows.',
      whatToDo: 'Check the number; if it was withdrawn before, there is nothing to do.',
    },
  },
}
