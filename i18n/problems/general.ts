/** What any request can meet. */
import type { ProblemTexts } from './text.ts'

export const generalProblems: ProblemTexts = {
  malformed: {
    ja: {
      title: '入力に誤りがあります',
      detail: '示された項目の形式が正しくありません。',
      whatToDo: '項目の値を直して、もう一度送ってください。',
    },
    en: {
      title: 'The request is malformed',
      detail: 'The field named here has the wrong form.',
      whatToDo: 'Correct the field and send it again.',
    },
  },
  textCharacters: {
    ja: {
      title: '使えない文字があります',
      detail: '示された項目に、改行などの制御文字か、壊れた文字が含まれています。',
      whatToDo: 'その文字を取り除いて、もう一度送ってください。',
    },
    en: {
      title: 'A character that cannot be kept',
      detail: 'The field named here holds a control character or a broken one.',
      whatToDo: 'Take that character out and send it again.',
    },
  },
  unsupportedMediaType: {
    ja: {
      title: '送信内容の形式が違います',
      detail: 'この窓口が受け付けるのは JSON だけです。',
      whatToDo: 'Content-Type を application/json にして、JSON を送ってください。',
    },
    en: {
      title: 'Not JSON',
      detail: 'This address takes JSON alone.',
      whatToDo: 'Send JSON, with the Content-Type application/json.',
    },
  },
  bodyTooLarge: {
    ja: {
      title: '送信内容が大きすぎます',
      detail: '1回に送れる大きさを超えています。',
      whatToDo: '小さく分けて送ってください。',
    },
    en: {
      title: 'The request is too large',
      detail: 'It exceeds what one request may carry.',
      whatToDo: 'Send it in smaller parts.',
    },
  },
  notFound: {
    ja: {
      title: '見つかりません',
      detail: 'このアドレスには何もありません。',
      whatToDo: 'アドレスを確かめてください。',
    },
    en: {
      title: 'Not found',
      detail: 'There is nothing at this address.',
      whatToDo: 'Check the address.',
    },
  },
  idUsedForAnotherBody: {
    ja: {
      title: '同じIDで内容が違います',
      detail: 'このIDは、別の内容ですでに受け付けています。',
      whatToDo: '新しい記録なら新しいIDで送ってください。',
    },
    en: {
      title: 'The id was used before',
      detail: 'This id was accepted with a different body.',
      whatToDo: 'If this is a new record, send it under a new id.',
    },
  },
  unknownMunicipality: {
    ja: {
      title: '市区町村が見つかりません',
      detail: 'この市区町村コードは登録されていません。',
      whatToDo: '券をもう一度読み取ってください。',
    },
    en: {
      title: 'Unknown municipality',
      detail: 'No municipality has this code.',
      whatToDo: 'Read the ticket again.',
    },
  },
  givenOnInFuture: {
    ja: {
      title: '接種日が未来です',
      detail: '接種日が今日より後の日付です。',
      whatToDo: '接種日を確かめてください。',
    },
    en: {
      title: 'The dose is in the future',
      detail: 'The date given is after today.',
      whatToDo: 'Check the date.',
    },
  },
  invalidDate: {
    ja: {
      title: '日付が正しくありません',
      detail: '暦にない日付です。',
      whatToDo: '日付を確かめてください。',
    },
    en: {
      title: 'Not a date',
      detail: 'The calendar has no such day.',
      whatToDo: 'Check the date.',
    },
  },
  unknownVenue: {
    ja: {
      title: '会場が登録されていません',
      detail: 'この医療機関コードの会場がありません。',
      whatToDo: '会場の設定を確かめてください。',
    },
    en: {
      title: 'Unknown venue',
      detail: 'No venue has this institution code.',
      whatToDo: 'Check the venue setting.',
    },
  },
  unknownProduct: {
    ja: {
      title: 'ワクチンが登録されていません',
      detail: 'このワクチンは登録されていません。',
      whatToDo: 'ワクチンの設定を確かめてください。',
    },
    en: {
      title: 'Unknown product',
      detail: 'No product has this code.',
      whatToDo: 'Check the product setting.',
    },
  },
  unknownCourse: {
    ja: {
      title: '該当する接種コースがありません',
      detail: 'このIDのコースはありません。',
      whatToDo: 'IDを確かめてください。',
    },
    en: {
      title: 'Unknown course',
      detail: 'There is no course with this id.',
      whatToDo: 'Check the id.',
    },
  },
  dateBeforeBirth: {
    ja: {
      title: '日付が誕生日より前です',
      detail: '生まれる前の日付です。',
      whatToDo: '日付を確かめてください。',
    },
    en: {
      title: 'Before birth',
      detail: 'The date is before the person was born.',
      whatToDo: 'Check the date.',
    },
  },
  birthYearRange: {
    ja: {
      title: '生まれた年が範囲外です',
      detail: '生まれた年は1880年から2100年までです。',
      whatToDo: '生年月日を確かめてください。',
    },
    en: {
      title: 'The birth year is out of range',
      detail: 'A birth year lies from 1880 to 2100.',
      whatToDo: 'Check the birth date.',
    },
  },
  tryAgain: {
    ja: {
      title: '一時的に記録できません',
      detail: 'データベースに接続できません。何も記録されていません。',
      whatToDo: '少し待って、同じIDでもう一度送ってください。',
    },
    en: {
      title: 'Temporarily not recorded',
      detail: 'The database is away. Nothing was written.',
      whatToDo: 'Wait a little and send it again under the same id.',
    },
  },
  internal: {
    ja: {
      title: '処理できませんでした',
      detail: '内部の誤りです。何も記録されていません。',
      whatToDo: '同じIDでもう一度送り、続くときは運用担当に連絡してください。',
    },
    en: {
      title: 'Something went wrong',
      detail: 'An internal error; nothing was written.',
      whatToDo: 'Send it again under the same id; if it persists, call the operator.',
    },
  },
}
