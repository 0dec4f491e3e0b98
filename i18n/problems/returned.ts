/** Returned post, and the telephone after the last reminder. */
import type { ProblemTexts } from './text.ts'

export const returnedProblems: ProblemTexts = {
  letterNotFound: {
    ja: {
      title: 'この番号の郵便物が見つかりません',
      detail: '入力された番号は、この市区町村が発送した手紙や接種券のものではありません。',
      whatToDo:
        '封筒の端のコード、紙のいちばん下の「通知番号」、または「お問い合わせ番号」をもう一度お確かめください。',
    },
    en: {
      title: 'No letter has this number',
      detail: 'It is not the number of a letter or a sheet that this municipality has sent.',
      whatToDo:
        'Look at the mark at the edge, at the number in the last line, or at the reference number again.',
    },
  },
  letterNotUnique: {
    ja: {
      title: '同じ番号で始まる郵便物が2通あります',
      detail: 'お問い合わせ番号だけでは、どちらの郵便物か分かりません。',
      whatToDo: '封筒の端のコードか、紙のいちばん下の「通知番号」を読み取ってください。',
    },
    en: {
      title: 'Two letters begin with this number',
      detail: 'The short reference number does not tell which of them it is.',
      whatToDo: 'Scan the mark at the edge, or type the whole number in the last line.',
    },
  },
  protectedByHand: {
    ja: {
      title: '支援措置の方には送付先を入れられません',
      detail: '支援措置の方には、自動で手紙を送りません。',
      whatToDo: '担当の市区町村が決めた方法で連絡してください。',
    },
    en: {
      title: 'Nobody writes to a protected person',
      detail: 'No letter leaves by itself to somebody who is protected.',
      whatToDo: 'Reach them in the way that the protecting municipality has arranged.',
    },
  },
  addressStillWrong: {
    ja: {
      title: '住所がまだ分かっていません',
      detail: '手紙を止めている間は、「対応不要」で終えることはできません。',
      whatToDo:
        '新しい送付先を入れるか、同じ住所で届くことを確かめて「もう一度送る」を押してください。',
    },
    en: {
      title: 'The address is still unknown',
      detail: 'While letters wait for an address, this cannot be closed as “nothing more to do”.',
      whatToDo: 'Enter where to write, or make sure that the address is right and send it again.',
    },
  },
  addressGroundMissing: {
    ja: {
      title: '送付先を変える根拠を選んでください',
      detail: '登録と違う住所へ送るには、法令や届出に基づく根拠が必要です。',
      whatToDo: '根拠を1つ選び、住所と郵便番号を入れてください。',
    },
    en: {
      title: 'Say on what ground',
      detail: 'To write to another address than the registered one takes a legal ground.',
      whatToDo: 'Choose one, and enter postcode and address.',
    },
  },
  nextTryTooLate: {
    ja: {
      title: '次に電話する日を決められません',
      detail: '次の日は、今日から60日以内にしてください。',
      whatToDo: '日付を直してください。もう電話しないときは、その結果を選びます。',
    },
    en: {
      title: 'That day cannot be kept',
      detail: 'The next try lies between today and 60 days from now.',
      whatToDo: 'Correct the day. If nobody needs to call again, choose the outcome that says so.',
    },
  },
  phoneForm: {
    ja: {
      title: '電話番号ではありません',
      detail: '電話番号は、市外局番から始まる10桁か11桁の数字です。',
      whatToDo: '番号をお確かめください。',
    },
    en: {
      title: 'Not a telephone number',
      detail: 'A number has 10 or 11 digits and begins with the area code.',
      whatToDo: 'Check the number.',
    },
  },
  unknownColleague: {
    ja: {
      title: '引き継ぐ相手が見つかりません',
      detail: '引き継げるのは、この市区町村の職員だけです。',
      whatToDo: '一覧から選び直してください。',
    },
    en: {
      title: 'There is no such colleague',
      detail: 'A call can be handed over to staff of this municipality only.',
      whatToDo: 'Choose somebody from the list.',
    },
  },
}
