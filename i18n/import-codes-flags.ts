/** What is kept as it is, and shown. */
import type { ImportCodeTexts } from './import-codes-text.ts'

/** By the code of a note. */
export const readerFlagTexts: ImportCodeTexts = {
  lastLineOpen: {
    ja: {
      words: '最後の行に改行がありません',
      reason: 'ほかの行には改行があります。ファイルが途中で切れている可能性があります。',
      cure: '最後の行が完全か確かめてください。',
    },
    en: {
      words: 'The last line has no end',
      reason: 'Every other line has one; the file may have been cut off.',
      cure: 'Check that the last row is complete.',
    },
  },
  privateUseCharacter: {
    ja: {
      words: '外字があります',
      reason:
        'この自治体だけで使われる文字です。そのまま保存しますが、紙には印刷できないことがあります。',
      cure: '氏名の確認にはフリガナを使ってください。',
    },
    en: {
      words: 'A private-use character',
      reason: 'Only this town’s systems know it. It is kept as it is, and may not print.',
      cure: 'Go by the kana where the name must be told.',
    },
  },
  getaMark: {
    ja: {
      words: '〓があります',
      reason: '元のシステムで書けなかった文字の代わりです。',
      cure: '元の文字を確かめてください。',
    },
    en: {
      words: 'A geta mark (〓)',
      reason: 'It stands for a character that the register system could not write.',
      cure: 'Find out which character it is.',
    },
  },
  variantCharacter: {
    ja: {
      words: '異体字の指定があります',
      reason:
        '字の形の指定（異体字セレクター）が付いています。そのまま保存しますが、紙では標準の形になります。',
      cure: 'そのままでかまいません。',
    },
    en: {
      words: 'A variant of a character',
      reason:
        'It carries a sign that chooses its shape. It is kept; on paper the common shape is printed.',
      cure: 'Nothing need be done.',
    },
  },
  eraRanOut: {
    ja: {
      words: '終わった元号の日付です',
      reason: 'その元号が終わった後の日です。西暦に直して読みました。',
      cure: '日付を確かめてください。',
    },
    en: {
      words: 'An era that has ended',
      reason: 'The day is after the end of its era; it was read by the year it must be.',
      cure: 'Check the date.',
    },
  },
  residentBeforeBirth: {
    ja: {
      words: '生まれる前から住民です',
      reason: '住民となった日が生年月日より前です。',
      cure: '2つの日付を確かめてください。',
    },
    en: {
      words: 'Resident before birth',
      reason: 'The day of becoming a resident is before the birth.',
      cure: 'Check both dates.',
    },
  },
  kanaMissing: {
    ja: {
      words: 'フリガナがありません',
      reason: 'フリガナの欄が空です。',
      cure: '分かれば入れてください。',
    },
    en: { words: 'No kana', reason: 'The kana are empty.', cure: 'Enter them if they are known.' },
  },
  nameNotSplit: {
    ja: {
      words: '氏と名の境が分かりません',
      reason: '氏名に空白がないため、全体を氏として読みました。',
      cure: '氏と名の間に空白を入れてください。',
    },
    en: {
      words: 'Family and given name in one',
      reason: 'There is no blank between them; the whole was read as the family name.',
      cure: 'Put a blank between the two.',
    },
  },
  nameSplitAtFirst: {
    ja: {
      words: '氏名に空白が2つ以上あります',
      reason: '最初の空白で氏と名に分けました。',
      cure: '分け方を確かめてください。',
    },
    en: {
      words: 'Several blanks in a name',
      reason: 'The name was divided at the first of them.',
      cure: 'Check where it is divided.',
    },
  },
}
