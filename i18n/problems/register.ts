/** What registers, waves and moves can meet. */
import type { ProblemTexts } from './text.ts'

export const registerProblems: ProblemTexts = {
  unknownResident: {
    ja: {
      title: '住民が見つかりません',
      detail: 'この市区町村に該当する登録番号がありません。',
      whatToDo: '登録番号を確かめてください。',
    },
    en: {
      title: 'Unknown resident',
      detail: 'The register has no such number.',
      whatToDo: 'Check the register number.',
    },
  },
  twiceInOneBatch: {
    ja: {
      title: '同じ登録番号が2回あります',
      detail: '1回の送信の中に同じ登録番号が2回あります。2回目は記録していません。',
      whatToDo: '2回目を別に送ってください。',
    },
    en: {
      title: 'Twice in one batch',
      detail: 'The same register number stands twice in this request; the second was not recorded.',
      whatToDo: 'Send the second one separately.',
    },
  },
  dateInFuture: {
    ja: {
      title: '日付が未来です',
      detail: '今日より後の日付です。',
      whatToDo: '日付を確かめるか、その日になってから送ってください。',
    },
    en: {
      title: 'In the future',
      detail: 'The date is after today.',
      whatToDo: 'Check the date, or send it on that day.',
    },
  },
  birthDateDiffers: {
    ja: {
      title: '生年月日が登録と違います',
      detail: 'この登録番号の人は、別の生年月日で登録されています。',
      whatToDo: '登録番号と生年月日を確かめてください。',
    },
    en: {
      title: 'The birth date differs',
      detail: 'This register number belongs to somebody with another birth date.',
      whatToDo: 'Check the register number and the birth date.',
    },
  },
  previousBirthDateDiffers: {
    ja: {
      title: '前住所地の人と生年月日が違います',
      detail:
        '前住所地の登録番号の人は、生年月日が違います。別の人の記録を引き継ぐおそれがあります。',
      whatToDo: '転出証明書の登録番号を確かめてください。',
    },
    en: {
      title: 'The former resident is somebody else',
      detail: 'The former town’s register number belongs to somebody with another birth date.',
      whatToDo: 'Check the number on the move-out certificate.',
    },
  },
  previousNameDiffers: {
    ja: {
      title: '前住所地の人と氏名が違います',
      detail:
        '前住所地の登録番号の人は、生年月日は同じですが、氏名のふりがなも名も違います。別の人の記録を引き継ぐおそれがあります。',
      whatToDo: '転出証明書の登録番号と、名とふりがなを確かめてください。',
    },
    en: {
      title: 'The former resident has another name',
      detail:
        'The former town’s register number belongs to somebody born on the same day with another name.',
      whatToDo: 'Check the number on the move-out certificate, the given name and the kana.',
    },
  },
  previousIsSelf: {
    ja: {
      title: '前住所地が同じ登録です',
      detail: '前住所地として、この人自身の登録が示されています。',
      whatToDo: '前住所地を確かめてください。市区町村内の転居は addressChanged で送ります。',
    },
    en: {
      title: 'The former register row is this one',
      detail: 'The former residence named is this very register row.',
      whatToDo: 'Check it; a move within the municipality is addressChanged.',
    },
  },
  periodEndsBeforeStart: {
    ja: {
      title: '期間の終わりが始まりより前です',
      detail: '終了日が開始日より前の日付です。',
      whatToDo: '期間を確かめてください。',
    },
    en: {
      title: 'The period ends before it begins',
      detail: 'Its last day is before its first.',
      whatToDo: 'Check the period.',
    },
  },
  tooManyRegisterRows: {
    ja: {
      title: '転入の連なりが長すぎます',
      detail: 'この人の転入の記録が、考えられないほど長くつながっています。',
      whatToDo: '前住所地の登録番号を確かめ、運用担当に連絡してください。',
    },
    en: {
      title: 'Too long a chain of moves',
      detail: 'More register rows are joined by move-ins than one person can have.',
      whatToDo: 'Check the former register number and call the operator.',
    },
  },
  postcodeForm: {
    ja: {
      title: '郵便番号が7桁ではありません',
      detail: '郵便番号は、ハイフンのない7桁の数字です。',
      whatToDo: '郵便番号を確かめてください。',
    },
    en: {
      title: 'Not a postcode',
      detail: 'A postcode is 7 digits without a hyphen.',
      whatToDo: 'Check the postcode.',
    },
  },
  venueCodeForm: {
    ja: {
      title: '医療機関コードが10桁ではありません',
      detail: '会場の医療機関コードは10桁の数字です。',
      whatToDo: 'コードを確かめてください。',
    },
    en: {
      title: 'Not an institution code',
      detail: 'A venue has an institution code of 10 digits.',
      whatToDo: 'Check the code.',
    },
  },
}
