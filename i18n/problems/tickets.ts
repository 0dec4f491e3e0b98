/** What is wrong with a ticket as read or typed. */
import type { ProblemTexts } from './text.ts'

export const ticketProblems: ProblemTexts = {
  ticketLineLength: {
    ja: {
      title: '券の数字が18桁ではありません',
      detail: '接種券の数字は18桁です。',
      whatToDo: '券をもう一度読み取るか、数字を確かめてください。',
    },
    en: {
      title: 'The ticket line is not 18 digits',
      detail: 'A ticket carries 18 digits.',
      whatToDo: 'Read the ticket again or check the digits.',
    },
  },
  unknownSlipKind: {
    ja: {
      title: '券種が不明です',
      detail: '先頭の数字が知られている券種ではありません。',
      whatToDo: '券をもう一度読み取ってください。',
    },
    en: {
      title: 'Unknown kind of slip',
      detail: 'The first digit is no known kind of slip.',
      whatToDo: 'Read the ticket again.',
    },
  },
  municipalityCodeCheckDigit: {
    ja: {
      title: '市区町村コードが正しくありません',
      detail: '市区町村コードの検査数字が合いません。',
      whatToDo: '券をもう一度読み取ってください。',
    },
    en: {
      title: 'The municipality code is wrong',
      detail: 'Its check digit does not fit.',
      whatToDo: 'Read the ticket again.',
    },
  },
  ordinanceCityWard: {
    ja: {
      title: '行政区のコードです',
      detail: '政令指定都市の区のコードは接種券に使われません。',
      whatToDo: '券の発行元を確かめてください。',
    },
    en: {
      title: 'This is a ward code',
      detail: 'Tickets never carry the code of a ward of an ordinance city.',
      whatToDo: 'Check who issued the ticket.',
    },
  },
  ticketNumberZero: {
    ja: {
      title: '券番号が正しくありません',
      detail: '0000000000 は券番号ではありません。',
      whatToDo: '券をもう一度読み取ってください。',
    },
    en: {
      title: 'Not a ticket number',
      detail: '0000000000 is no ticket number.',
      whatToDo: 'Read the ticket again.',
    },
  },
  lineOrTicket: {
    ja: {
      title: '券の指定が不足または重複しています',
      detail: '18桁の数字か、市区町村コードと券番号の、どちらか一方だけを送ります。',
      whatToDo: 'どちらか一方を送ってください。',
    },
    en: {
      title: 'Ticket named twice or not at all',
      detail: 'Either the 18 digits or municipality code and number are needed, not both.',
      whatToDo: 'Send one of the two.',
    },
  },
  ticketLineCharacters: {
    ja: {
      title: '券の数字に読めない文字があります',
      detail: '接種券の数字は18桁の数字です。',
      whatToDo: '数字だけを送ってください。',
    },
    en: {
      title: 'The ticket line is not digits',
      detail: 'A ticket carries 18 digits and nothing else.',
      whatToDo: 'Send digits only.',
    },
  },
  claimedDoseNumberZero: {
    ja: {
      title: '回数が正しくありません',
      detail: '2桁目は回数で、1以上です。',
      whatToDo: '券をもう一度読み取ってください。',
    },
    en: {
      title: 'Not a dose number',
      detail: 'The second digit is the dose number, from 1.',
      whatToDo: 'Read the ticket again.',
    },
  },
  municipalityCodeLength: {
    ja: {
      title: '市区町村コードが6桁ではありません',
      detail: '市区町村コードは6桁の数字です。',
      whatToDo: 'コードを確かめてください。',
    },
    en: {
      title: 'Not a municipality code',
      detail: 'A municipality code has 6 digits.',
      whatToDo: 'Check the code.',
    },
  },
  municipalityCodePrefecture: {
    ja: {
      title: '都道府県の番号がありません',
      detail: '市区町村コードの先頭2桁は 01 から 47 です。',
      whatToDo: '券をもう一度読み取ってください。',
    },
    en: {
      title: 'No such prefecture',
      detail: 'A municipality code begins with 01 to 47.',
      whatToDo: 'Read the ticket again.',
    },
  },
  ticketNumberCharacters: {
    ja: {
      title: '券番号に読めない文字があります',
      detail: '券番号は10桁の数字です。',
      whatToDo: '数字だけを送ってください。',
    },
    en: {
      title: 'The ticket number is not digits',
      detail: 'A ticket number has 10 digits and nothing else.',
      whatToDo: 'Send digits only.',
    },
  },
  ticketNumberLength: {
    ja: {
      title: '券番号が10桁ではありません',
      detail: '券番号は10桁の数字です。',
      whatToDo: '数字を確かめてください。',
    },
    en: {
      title: 'The ticket number is not 10 digits',
      detail: 'A ticket number has 10 digits.',
      whatToDo: 'Check the digits.',
    },
  },
  birthYearDisagrees: {
    ja: {
      title: '生まれた年と生年月日が合いません',
      detail: '送られた生まれた年が、生年月日の年と違います。',
      whatToDo: '予診票を見て、生年月日だけを送ってください。',
    },
    en: {
      title: 'Birth year and birth date disagree',
      detail: 'The year that was sent is not the year of the birth date.',
      whatToDo: 'Take the birth date from the form and send it alone.',
    },
  },
  slipDisagrees: {
    ja: {
      title: '券の内容と入力が違います',
      detail: '読み取った18桁と、送られた券種または回数が一致しません。',
      whatToDo: '読み取った18桁だけを送ってください。',
    },
    en: {
      title: 'Line and fields disagree',
      detail: 'The 18 digits say another slip kind or dose number than the fields.',
      whatToDo: 'Send the 18 digits alone.',
    },
  },
  numberOfTwoPeople: {
    ja: {
      title: '同じ券番号が2人に付いています',
      detail:
        '1つのファイル（送信）の中で、同じ券番号が別々の2人に付いています。どちらにも登録していません。',
      whatToDo: 'どちらの人の番号かを接種券の控えで確かめ、正しい1行だけを送り直してください。',
    },
    en: {
      title: 'One number for two people',
      detail:
        'The same ticket number is told of two people in one file or request; neither got it.',
      whatToDo: 'Find out whose number it is, and send only that line again.',
    },
  },
  ticketNumberTaken: {
    ja: {
      title: '他の人の券番号です',
      detail: 'この券番号は、別の人の接種券として登録されています。',
      whatToDo: '券番号を確かめてください。',
    },
    en: {
      title: 'The ticket number is taken',
      detail: 'It is registered as another person’s ticket.',
      whatToDo: 'Check the number.',
    },
  },
}
