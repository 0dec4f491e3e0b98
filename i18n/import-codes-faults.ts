/** What is wrong with a cell or a row, so that it has no record. */
import type { ImportCodeTexts } from './import-codes-text.ts'

/** By the code of a note. */
export const readerFaultTexts: ImportCodeTexts = {
  cellEmpty: {
    ja: { words: '空欄です', reason: '必ず必要な項目が空欄です。', cure: '値を入れてください。' },
    en: { words: 'Empty', reason: 'This field is needed.', cure: 'Fill it in.' },
  },
  cellTooLong: {
    ja: {
      words: 'セルが長すぎます',
      reason: '1つのセルに4,096文字を超える文字があります。',
      cure: '引用符の閉じ忘れがないか確かめてください。',
    },
    en: {
      words: 'The cell is too long',
      reason: 'It has more than 4,096 characters.',
      cure: 'Look for a quotation mark that is not closed.',
    },
  },
  textTooLong: {
    ja: {
      words: '文字数が多すぎます',
      reason: 'この項目に入る文字数を超えています。',
      cure: '短くするか、列がずれていないか確かめてください。',
    },
    en: {
      words: 'The text is too long',
      reason: 'It is longer than this field can be.',
      cure: 'Shorten it, or check whether columns have shifted.',
    },
  },
  formulaCell: {
    ja: {
      words: '計算式です',
      reason: '値ではなく計算式が入っています。計算結果は使いません。',
      cure: '「値の貼り付け」で値にしてください。',
    },
    en: {
      words: 'A formula',
      reason: 'The cell holds a formula; its result is not used.',
      cure: 'Paste it as a value.',
    },
  },
  errorCell: {
    ja: {
      words: 'エラー値です',
      reason: 'Excelのエラー（#N/A など）が入っています。',
      cure: '値を入れ直してください。',
    },
    en: {
      words: 'An error value',
      reason: 'The cell holds a spreadsheet error such as #N/A.',
      cure: 'Enter the value again.',
    },
  },
  anotherTown: {
    ja: {
      words: 'ほかの自治体の行です',
      reason: '市区町村コードが、この自治体のものではありません。',
      cure: 'ファイルが正しいか確かめてください。',
    },
    en: {
      words: 'Another town’s row',
      reason: 'Its municipality code is not this town’s.',
      cure: 'Check that this is the right file.',
    },
  },
  tooFewCells: {
    ja: {
      words: '列が足りません',
      reason: '見出しより列が少ない行です。途中で切れている可能性があります。',
      cure: '元のシステムで抽出をやり直すか、行を直してください。',
    },
    en: {
      words: 'Too few cells',
      reason: 'The row has fewer cells than the header; it may have been cut off.',
      cure: 'Extract the file again, or mend the row.',
    },
  },
  tooManyCells: {
    ja: {
      words: '列が多すぎます',
      reason: '見出しより列が多い行です。値の中の区切り文字でずれている可能性があります。',
      cure: '値を引用符（"）で囲むか、区切り文字を除いてください。',
    },
    en: {
      words: 'Too many cells',
      reason: 'The row has more cells than the header; a value may hold the separator.',
      cure: 'Put the value in quotation marks, or remove the separator.',
    },
  },
  quoteOpen: {
    ja: {
      words: '引用符が閉じていません',
      reason: 'この行の引用符（"）が閉じていません。',
      cure: '引用符を閉じるか、除いてください。',
    },
    en: {
      words: 'A quotation mark is not closed',
      reason: 'A quotation mark (") in this row is never closed.',
      cure: 'Close it or remove it.',
    },
  },
  quoteStray: {
    ja: {
      words: '引用符の後に文字があります',
      reason: '閉じた引用符（"）の後に文字が続いています。',
      cure: '値の中の引用符は2つ続けて（""）書いてください。',
    },
    en: {
      words: 'Text after a quotation',
      reason: 'Text follows a closing quotation mark (").',
      cure: 'Write a quotation mark inside a value twice ("").',
    },
  },
  undecodable: {
    ja: {
      words: '読めない文字があります',
      reason: '文字コードとして正しくないデータがあります。',
      cure: '元の文字を確かめて入れ直してください。',
    },
    en: {
      words: 'Unreadable characters',
      reason: 'Some bytes are no characters of this encoding.',
      cure: 'Find out what stood there and enter it again.',
    },
  },
  controlCharacter: {
    ja: {
      words: '制御文字があります',
      reason: '目に見えない制御文字が入っています。',
      cure: 'その文字を除いてください。',
    },
    en: {
      words: 'A control character',
      reason: 'It holds a character that cannot be seen.',
      cure: 'Remove it.',
    },
  },
  mixedEncoding: {
    ja: {
      words: '文字コードが混ざっています',
      reason: 'この行だけUTF-8で書かれています。',
      cure: '全体を同じ文字コードで出力してください。',
    },
    en: {
      words: 'Mixed encodings',
      reason: 'This row is written in UTF-8, the others are not.',
      cure: 'Have the whole file written in one encoding.',
    },
  },
  dateForm: {
    ja: {
      words: '日付として読めません',
      reason: '日付の書き方が分かりません。',
      cure: '2021/06/09 または 令和3年6月9日 のように書いてください。',
    },
    en: {
      words: 'Not a date',
      reason: 'The way it is written is not known.',
      cure: 'Write it as 2021/06/09 or 令和3年6月9日.',
    },
  },
  dateDoesNotExist: {
    ja: {
      words: '存在しない日付です',
      reason: '暦にない日です。',
      cure: '日付を確かめてください。',
    },
    en: {
      words: 'There is no such day',
      reason: 'The calendar has no such day.',
      cure: 'Check the date.',
    },
  },
  dateOutOfRange: {
    ja: {
      words: '日付の年が範囲外です',
      reason: 'ありえない年です。',
      cure: '年を確かめてください。',
    },
    en: {
      words: 'The year is out of range',
      reason: 'No such year is possible here.',
      cure: 'Check the year.',
    },
  },
  dateIncomplete: {
    ja: {
      words: '月または日がありません',
      reason: '月や日が不詳の日付です。',
      cure: '住民票の記載を確かめ、日付を補うか、窓口で登録してください。',
    },
    en: {
      words: 'Month or day is missing',
      reason: 'The date is not known in full.',
      cure: 'Complete it from the register, or enter the person by hand.',
    },
  },
  dateTwoDigitYear: {
    ja: {
      words: '年が2桁です',
      reason: '西暦か和暦か決められません。',
      cure: '4桁の西暦か、元号を付けて書いてください。',
    },
    en: {
      words: 'A year of two digits',
      reason: 'It may be of the western calendar or of an era.',
      cure: 'Write four digits, or the era.',
    },
  },
  dateEraMismatch: {
    ja: {
      words: '元号と日付が合いません',
      reason: 'その元号が始まる前の日です。',
      cure: '元号を確かめてください。',
    },
    en: {
      words: 'The era does not fit',
      reason: 'The day is before the era began.',
      cure: 'Check the era.',
    },
  },
  dateInFuture: {
    ja: {
      words: '未来の日付です',
      reason: '今日より後の日付です。',
      cure: '日付を確かめるか、その日になってから送ってください。',
    },
    en: {
      words: 'In the future',
      reason: 'The date is after today.',
      cure: 'Check the date, or send it on that day.',
    },
  },
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
