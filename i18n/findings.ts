/** What venue staff read about a rule hit: what it is, and what to do. The fact stands either way. */
type Language = 'ja' | 'en'
type Text = { message: string; whatToDo: string }

const texts: Record<string, Record<Language, Text>> = {
  intervalTooShort: {
    ja: {
      message: '前回からの間隔が短すぎます',
      whatToDo: '接種日を確かめ、誤りがなければ市区町村に報告してください。',
    },
    en: {
      message: 'Too soon after the previous dose',
      whatToDo: 'Check the date; if it is right, report it to the municipality.',
    },
  },
  productMismatch: {
    ja: { message: '前回と違うワクチンです', whatToDo: 'ワクチンの種類を確かめてください。' },
    en: { message: 'Another product than before', whatToDo: 'Check the product.' },
  },
  ageOutsideProduct: {
    ja: {
      message: 'このワクチンの対象年齢ではありません',
      whatToDo: '年齢とワクチンの種類を確かめてください。',
    },
    en: { message: 'Outside the ages of this product', whatToDo: 'Check the age and the product.' },
  },
  lotUnknown: {
    ja: { message: '登録されていないロット番号です', whatToDo: 'ロット番号を確かめてください。' },
    en: { message: 'Unknown lot number', whatToDo: 'Check the lot number.' },
  },
  lotExpired: {
    ja: {
      message: '有効期限を過ぎたロットです',
      whatToDo: '期限の延長がないか確かめ、なければ報告してください。',
    },
    en: {
      message: 'The lot has expired',
      whatToDo: 'Check whether the expiry was extended; if not, report it.',
    },
  },
  lotRecalled: {
    ja: {
      message: '使用を止められているロットです',
      whatToDo: 'すぐに市区町村に報告してください。',
    },
    en: {
      message: 'The lot has been recalled',
      whatToDo: 'Report it to the municipality at once.',
    },
  },
  sameDayDose: {
    ja: {
      message: '同じ日に別の接種記録があります',
      whatToDo: '二重に読み取っていないか確かめてください。',
    },
    en: { message: 'Another dose on the same day', whatToDo: 'Check that it was not read twice.' },
  },
  doseOrder: {
    ja: {
      message: '接種の順番が記録と合いません',
      whatToDo: '回数を確かめてください。先の回の記録が届いていないだけのこともあります。',
    },
    en: {
      message: 'The order of doses does not fit',
      whatToDo: 'Check the dose number; the earlier dose may simply not be recorded yet.',
    },
  },
  claimAgainstCourse: {
    ja: { message: 'この回の接種はすでに記録されています', whatToDo: '回数を確かめてください。' },
    en: { message: 'This dose number is already recorded', whatToDo: 'Check the dose number.' },
  },
  extraDose: {
    ja: { message: '必要な回数をすでに終えています', whatToDo: '市区町村に報告してください。' },
    en: { message: 'The course was already complete', whatToDo: 'Report it to the municipality.' },
  },
  slipAlreadyUsed: {
    ja: { message: 'この券はすでに使われています', whatToDo: '券を確かめてください。' },
    en: { message: 'This slip was used before', whatToDo: 'Check the slip.' },
  },
  ticketRevoked: {
    ja: {
      message: '無効になった券です',
      whatToDo: '新しい券を持っていないか尋ねてください。記録はこの方のものとして残ります。',
    },
    en: {
      message: 'The ticket has been revoked',
      whatToDo: 'Ask for the new ticket; the dose is recorded for this person.',
    },
  },
  birthYearMissing: {
    ja: {
      message: '生まれた年が入力されていません',
      whatToDo: '予診票を見て、生まれた年とともに読み直してください。',
    },
    en: {
      message: 'The birth year is missing',
      whatToDo: 'Take the birth year from the form and read again.',
    },
  },
  birthYearDiffers: {
    ja: {
      message: '生まれた年が券の持ち主と違います',
      whatToDo: '券の数字と生まれた年を確かめ、読み直してください。',
    },
    en: {
      message: 'The birth year is not the ticket holder’s',
      whatToDo: 'Check digits and birth year, and read again.',
    },
  },
}

export function findingText(code: string, language: Language): Text {
  const text = texts[code]
  if (!text) throw new Error(`There are no words for the finding ${code}`)
  return text[language]
}

export function hasFindingText(code: string): boolean {
  return Object.hasOwn(texts, code)
}
