/** What a municipality reads of the former town's record of somebody who has moved in, and what to do. */
type Language = 'ja' | 'en'
type Text = { message: string; whatToDo?: string }
type State = 'found' | 'notFound' | 'differs' | 'noConsent' | 'noMyNumber' | 'asking'

const texts: Record<State, Record<Language, Text>> = {
  found: {
    ja: { message: '前住所地の接種記録を引き継ぎました。' },
    en: { message: 'The record of the former town was taken along.' },
  },
  notFound: {
    ja: {
      message: '前住所地では、個人番号からこの方の記録が見つかりませんでした。',
      whatToDo:
        '本人に接種の有無を確かめ、前住所地に問い合わせてください。登録番号が分かったら、前住所地の登録番号を付けて転入届をもう一度送ってください。',
    },
    en: {
      message: 'The former town knows no record of this person by My Number.',
      whatToDo:
        'Ask the person about earlier doses, and the former town. Once its register number is known, send the move-in again with it.',
    },
  },
  differs: {
    ja: {
      message:
        '同じ個人番号の記録が前住所地にありますが、生年月日か氏名が一致しません。引き継いでいません。',
      whatToDo:
        '本人の書類で個人番号、生年月日、氏名を確かめてください。直したあと、自動でもう一度照会します。',
    },
    en: {
      message:
        'The former town has a record under this My Number, with another birth date or name. Nothing was taken over.',
      whatToDo:
        'Check My Number, birth date and name on the person’s papers. Once the number is corrected, it is asked again.',
    },
  },
  noConsent: {
    ja: {
      message: '本人の同意が記録されていないため、前住所地に照会していません。',
      whatToDo:
        '同意を得たら、同意の日を付けて転入届をもう一度送ってください。接種券の発行前に接種歴を確かめてください。',
    },
    en: {
      message: 'No consent is on record: the former town was not asked.',
      whatToDo:
        'Once the person consents, send the move-in again with the day of consent. Check earlier doses before issuing a ticket.',
    },
  },
  noMyNumber: {
    ja: {
      message: '使える個人番号が登録されていないため、前住所地に照会していません。',
      whatToDo: '個人番号を登録してください。登録されると、自動で照会します。',
    },
    en: {
      message: 'No usable My Number is on record: the former town was not asked.',
      whatToDo: 'Register the number; the former town is asked then without further ado.',
    },
  },
  asking: {
    ja: {
      message: '転入届は記録しました。前住所地への照会はまだ終わっていません。',
      whatToDo: '自動で続けます。しばらくして同じ転入届を送ると、結果が分かります。',
    },
    en: {
      message: 'The move-in is recorded; the former town has not answered yet.',
      whatToDo: 'It goes on by itself. Send the same move-in again later to read the answer.',
    },
  },
}

/** By the state that is kept with the move-in. */
export function formerRecordText(
  kept: 'found' | 'nobody' | 'differs' | 'noConsent' | 'noMyNumber' | 'pending',
  language: Language,
): { state: State } & Text {
  const state = kept === 'nobody' ? 'notFound' : kept === 'pending' ? 'asking' : kept
  return { state, ...texts[state][language] }
}
