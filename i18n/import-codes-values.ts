/** What is wrong with a number, a code, or what a row says as a whole. */
import type { ImportCodeTexts } from './import-codes-text.ts'

/** By the code of a note. */
export const readerValueTexts: ImportCodeTexts = {
  numberScientific: {
    ja: {
      words: '指数の形になっています',
      reason: '表計算ソフトで桁が失われています（1.23E+11 など）。',
      cure: '元のシステムから文字列として出力し直してください。',
    },
    en: {
      words: 'Digits are lost',
      reason: 'A spreadsheet program has shortened the number, as 1.23E+11.',
      cure: 'Extract it again, and keep the column as text.',
    },
  },
  numberPrecisionLost: {
    ja: {
      words: '桁が失われています',
      reason: 'Excelの数値では16桁以上を保てません。',
      cure: '列を文字列にして、元のシステムから入れ直してください。',
    },
    en: {
      words: 'Digits are lost',
      reason: 'Numbers in a workbook keep 15 digits at most.',
      cure: 'Make the column text and fill it again.',
    },
  },
  leadingZerosLost: {
    ja: {
      words: '先頭の0が失われています',
      reason: '桁数が足りません。表計算ソフトで先頭の0が消えた可能性があります。',
      cure: '列を文字列にして、元のシステムから出力し直してください。',
    },
    en: {
      words: 'Leading zeros are lost',
      reason: 'Digits are missing; a spreadsheet program may have dropped zeros.',
      cure: 'Extract it again, and keep the column as text.',
    },
  },
  postcodeForm: {
    ja: {
      words: '郵便番号が7桁ではありません',
      reason: '郵便番号は7桁の数字です。',
      cure: '郵便番号を確かめてください。',
    },
    en: {
      words: 'Not a postcode',
      reason: 'A postcode has 7 digits.',
      cure: 'Check the postcode.',
    },
  },
  mailForm: {
    ja: {
      words: 'メールアドレスの形ではありません',
      reason: 'メールアドレスとして使えません。',
      cure: '確かめて入れ直すか、空欄にしてください。',
    },
    en: {
      words: 'Not a mail address',
      reason: 'It cannot be used as a mail address.',
      cure: 'Correct it or leave it empty.',
    },
  },
  myNumberLength: {
    ja: {
      words: '個人番号が12桁ではありません',
      reason: '個人番号は12桁の数字です。13桁は法人番号です。',
      cure: '個人番号を確かめてください。',
    },
    en: {
      words: 'Not 12 digits',
      reason: 'A My Number has 12 digits; 13 are a corporate number.',
      cure: 'Check the number.',
    },
  },
  myNumberInvalid: {
    ja: {
      words: '個人番号の検査数字が合いません',
      reason: 'どこかの数字が違っています。',
      cure: '個人番号を確かめてください。',
    },
    en: {
      words: 'The check digit does not fit',
      reason: 'Some digit of the My Number is wrong.',
      cure: 'Check the number.',
    },
  },
  municipalityCodeLength: {
    ja: {
      words: '市区町村コードが6桁ではありません',
      reason: '検査数字を含む6桁の数字です。',
      cure: '6桁のコードにしてください。',
    },
    en: {
      words: 'Not a municipality code',
      reason: 'It has six digits with its check digit.',
      cure: 'Use the code of six digits.',
    },
  },
  municipalityCodeCheckDigit: {
    ja: {
      words: '市区町村コードの検査数字が合いません',
      reason: 'どこかの数字が違っています。',
      cure: 'コードを確かめてください。',
    },
    en: {
      words: 'The check digit does not fit',
      reason: 'Some digit of the municipality code is wrong.',
      cure: 'Check the code.',
    },
  },
  municipalityCodePrefecture: {
    ja: {
      words: '市区町村コードの都道府県がありません',
      reason: '先頭の2桁は01から47です。',
      cure: 'コードを確かめてください。',
    },
    en: {
      words: 'No such prefecture',
      reason: 'Municipality codes begin with 01 to 47.',
      cure: 'Check the code.',
    },
  },
  ticketNumberLength: {
    ja: {
      words: '券番号が10桁ではありません',
      reason: '接種券の番号は10桁の数字です。',
      cure: '券番号を確かめてください。',
    },
    en: {
      words: 'Not a ticket number',
      reason: 'A ticket number has 10 digits.',
      cure: 'Check the number.',
    },
  },
  ticketNumberZero: {
    ja: {
      words: '券番号が0です',
      reason: '0000000000 という券はありません。',
      cure: '券番号を確かめてください。',
    },
    en: {
      words: 'The ticket number is zero',
      reason: '0000000000 is on no ticket.',
      cure: 'Check the number.',
    },
  },
  venueCodeForm: {
    ja: {
      words: '医療機関コードが10桁ではありません',
      reason: '会場の医療機関コードは10桁の数字です。',
      cure: 'コードを確かめてください。',
    },
    en: {
      words: 'Not an institution code',
      reason: 'A venue has an institution code of 10 digits.',
      cure: 'Check the code.',
    },
  },
  productUnknown: {
    ja: {
      words: 'ワクチンが分かりません',
      reason: '知らないワクチンまたはメーカーの名前です。',
      cure: '名前を確かめるか、様式でコードの対応を登録してください。',
    },
    en: {
      words: 'Unknown vaccine',
      reason: 'No vaccine or maker of this name is known.',
      cure: 'Check it, or enter the code in the layout.',
    },
  },
  doseNumberForm: {
    ja: {
      words: '接種回数が分かりません',
      reason: '回数は1から9の数字です。',
      cure: '1、2 のように書いてください。',
    },
    en: {
      words: 'Not a dose number',
      reason: 'It is a number from 1 to 9.',
      cure: 'Write 1, 2 and so on.',
    },
  },
  groupCodeForm: {
    ja: {
      words: '施設・区分のコードの形ではありません',
      reason: '英数字と「-」「_」の20文字までです。病名などの言葉は入れません。',
      cure: 'コードに直してください。',
    },
    en: {
      words: 'Not a code',
      reason: 'Letters, digits, - and _, at most 20; never words such as a diagnosis.',
      cure: 'Use a code of the town’s own list.',
    },
  },
  codeUnknown: {
    ja: {
      words: 'コードの意味が分かりません',
      reason: '様式に登録されていないコードです。',
      cure: '様式でコードの意味を登録してください。',
    },
    en: {
      words: 'Unknown code',
      reason: 'The layout does not say what it means.',
      cure: 'Enter its meaning in the layout.',
    },
  },
  rowNotCurrent: {
    ja: {
      words: '現在の住民ではありません',
      reason: '消除・転出・死亡などの行です。住民の一覧には入れません。',
      cure: '異動または死亡のファイルとして送ってください。',
    },
    en: {
      words: 'Not a resident today',
      reason:
        'The row is of somebody who has left or died; the list of residents does not take it.',
      cure: 'Send it in the file of moves or deaths.',
    },
  },
  periodEndsBeforeStart: {
    ja: {
      words: '期間の終わりが始まりより前です',
      reason: '終了日が開始日より前の日付です。',
      cure: '期間を確かめてください。',
    },
    en: {
      words: 'The period ends before it begins',
      reason: 'Its last day is before its first.',
      cure: 'Check the period.',
    },
  },
  formerTownMissing: {
    ja: {
      words: '前住所地の市区町村コードがありません',
      reason: '前住所地の宛名番号だけでは、どの自治体か分かりません。',
      cure: '前住所地の市区町村コードを入れてください。',
    },
    en: {
      words: 'The former town is missing',
      reason: 'A number of the former register says nothing without its town.',
      cure: 'Add the former municipality code.',
    },
  },
  ticketOrNumberMissing: {
    ja: {
      words: '券番号も宛名番号もありません',
      reason: 'だれの接種か分かりません。',
      cure: 'どちらかを入れてください。',
    },
    en: {
      words: 'Neither ticket nor register number',
      reason: 'It is not known whose dose it is.',
      cure: 'Enter one of them.',
    },
  },
  doseBeforeBirth: {
    ja: {
      words: '生まれる前の接種です',
      reason: '接種日が生年月日より前です。',
      cure: '接種日と生年月日を確かめてください。',
    },
    en: {
      words: 'Before the birth',
      reason: 'The dose is dated before the person was born.',
      cure: 'Check both dates.',
    },
  },
}
