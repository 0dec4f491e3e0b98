/** What a refused caller reads: what is wrong, and what to do about it, in Japanese and English. */
type Language = 'ja' | 'en'
type Text = { title: string; detail: string; whatToDo: string }

const texts: Record<string, Record<Language, Text>> = {
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
  unauthorized: {
    ja: {
      title: '認証が必要です',
      detail: '正しいトークンが付いていません。',
      whatToDo: 'Authorization ヘッダーに有効なトークンを付けてください。',
    },
    en: {
      title: 'Not signed in',
      detail: 'No valid token came with the request.',
      whatToDo: 'Send a valid token in the Authorization header.',
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

export function problemText(code: string, language: Language): Text {
  return (texts[code] ?? texts.internal!)[language]
}

export function knownProblemCodes(): string[] {
  return Object.keys(texts)
}

export function hasProblemText(code: string): boolean {
  return code in texts
}
