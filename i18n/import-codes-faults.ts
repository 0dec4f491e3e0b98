/** What is wrong with a cell or a row, whatever it holds, and with dates. */
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
}
