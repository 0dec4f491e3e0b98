/** Why a whole file is refused (`files/refusal.ts`). */
import type { ImportCodeTexts } from './import-codes-text.ts'

/** By the code of a refusal. */
export const fileRefusalTexts: ImportCodeTexts = {
  fileEmpty: {
    ja: {
      words: 'ファイルが空です',
      reason: 'データの行がありません。',
      cure: '元のシステムで抽出をやり直してください。',
    },
    en: {
      words: 'The file is empty',
      reason: 'It has no row of data.',
      cure: 'Extract it again in the register system.',
    },
  },
  fileNotText: {
    ja: {
      words: '表のファイルではありません',
      reason: '文字ではないデータが入っています（画像・PDF・圧縮ファイルなど）。',
      cure: 'CSV、TSV、固定長テキストまたは .xlsx で出力してください。',
    },
    en: {
      words: 'Not a table',
      reason: 'It holds data that are no text, such as a picture, a PDF or an archive.',
      cure: 'Save it as CSV, TSV, fixed-width text or .xlsx.',
    },
  },
  fileZeroFilled: {
    ja: {
      words: '途中から中身がありません',
      reason:
        'ファイルの途中から空白のデータ（ゼロ）になっています。コピーの途中でUSBメモリーが抜かれた可能性があります。',
      cure: '元のファイルをもう一度コピーしてください。',
    },
    en: {
      words: 'The content breaks off',
      reason:
        'From some point on the file holds zeros alone, as when a stick is pulled out while copying.',
      cure: 'Copy the original file again.',
    },
  },
  fileOldExcel: {
    ja: {
      words: '古い形式のExcelファイルです',
      reason: '.xls 形式（または保護されたファイル）は読めません。',
      cure: 'Excelで開き、「.xlsx」または「CSV UTF-8」で保存し直してください。',
    },
    en: {
      words: 'An old Excel file',
      reason: 'The form .xls (or a protected workbook) cannot be read.',
      cure: 'Open it in Excel and save it as .xlsx or CSV UTF-8.',
    },
  },
  fileUtf16: {
    ja: {
      words: '文字コードがUTF-16です',
      reason: '「Unicodeテキスト」で保存されたファイルです。',
      cure: '「CSV UTF-8」または「CSV」で保存し直してください。',
    },
    en: {
      words: 'Written in UTF-16',
      reason: 'The file was saved as "Unicode text".',
      cure: 'Save it as CSV UTF-8 or CSV.',
    },
  },
  fileEncodingUnknown: {
    ja: {
      words: '文字コードが分かりません',
      reason: 'Shift_JIS（CP932）としてもUTF-8としても読めない文字が多くあります。',
      cure: '出力の文字コードをShift_JISまたはUTF-8にしてください。',
    },
    en: {
      words: 'Unknown encoding',
      reason: 'Too many characters are neither Shift_JIS (CP932) nor UTF-8.',
      cure: 'Have it written in Shift_JIS or UTF-8.',
    },
  },
  fileLineTooLong: {
    ja: {
      words: '1行が長すぎます',
      reason: '改行のないデータが続いています。表のファイルではないか、壊れています。',
      cure: '元のシステムで抽出をやり直してください。',
    },
    en: {
      words: 'A line is too long',
      reason: 'The data go on without a line end: this is no table, or it is damaged.',
      cure: 'Extract it again in the register system.',
    },
  },
  fileTooManyRows: {
    ja: {
      words: '行数が多すぎます',
      reason: '500万行を超えています。',
      cure: 'ファイルを分けてください。',
    },
    en: {
      words: 'Too many rows',
      reason: 'There are more than 5 million rows.',
      cure: 'Divide the file.',
    },
  },
  fileTooManyColumns: {
    ja: {
      words: '列数が多すぎます',
      reason: '200列を超えています。',
      cure: '必要な列だけを出力してください。',
    },
    en: {
      words: 'Too many columns',
      reason: 'There are more than 200 columns.',
      cure: 'Have only the needed columns written.',
    },
  },
  fileLayoutUnknown: {
    ja: {
      words: '何のファイルか分かりません',
      reason: '見出しにも中身にも、知っている項目が見つかりません。',
      cure: '種類と列を画面で選ぶか、標準の様式で出力してください。',
    },
    en: {
      words: 'Unknown layout',
      reason: 'Neither header nor content shows anything that is known.',
      cure: 'Choose kind and columns on the page, or use the standard layout.',
    },
  },
  fileFixedWidthUnknown: {
    ja: {
      words: '固定長の桁位置が分かりません',
      reason: '区切り文字のないファイルです。項目の位置（バイト）が登録されていません。',
      cure: '項目の開始・終了位置を画面で登録してください。',
    },
    en: {
      words: 'Unknown fixed-width layout',
      reason: 'The file has no separators, and no positions of its fields are known.',
      cure: 'Enter the positions of the fields on the page.',
    },
  },
  fileProfileColumnMissing: {
    ja: {
      words: '登録した列がありません',
      reason: 'この自治体の様式にある列が、ファイルの見出しにありません。',
      cure: '出力項目を元に戻すか、様式を確認し直してください。',
    },
    en: {
      words: 'A column is missing',
      reason: 'The header lacks a column of the confirmed layout.',
      cure: 'Have the column written again, or confirm the new layout.',
    },
  },
  fileProfileInvalid: {
    ja: {
      words: '様式の登録に誤りがあります',
      reason: '列の対応が、この種類のファイルに合いません。',
      cure: '様式を確認し直してください。',
    },
    en: {
      words: 'The layout is wrong',
      reason: 'Its columns do not fit this kind of file.',
      cure: 'Confirm the layout again.',
    },
  },
  fileHeaderTwice: {
    ja: {
      words: '同じ見出しの列が2つあります',
      reason: 'どちらの列を読むのか決められません。',
      cure: 'どちらかの見出しを変えるか、列の位置で指定してください。',
    },
    en: {
      words: 'Two columns of one name',
      reason: 'It cannot be said which of them is meant.',
      cure: 'Rename one of them, or choose the column by its position.',
    },
  },
  fileCharacterNotInCp932: {
    ja: {
      words: 'Shift_JISで書けない文字があります',
      reason: 'この文字はShift_JIS（CP932）にありません。',
      cure: 'UTF-8で出力してください。',
    },
    en: {
      words: 'A character that Shift_JIS lacks',
      reason: 'Shift_JIS (CP932) has no such character.',
      cure: 'Write the file in UTF-8.',
    },
  },
  xlsxBroken: {
    ja: {
      words: 'Excelファイルが壊れています',
      reason: '.xlsx として読めません。',
      cure: 'Excelで開いて保存し直すか、もう一度コピーしてください。',
    },
    en: {
      words: 'The workbook is damaged',
      reason: 'It cannot be read as .xlsx.',
      cure: 'Open and save it in Excel again, or copy it again.',
    },
  },
  xlsxEncrypted: {
    ja: {
      words: 'パスワード付きのExcelファイルです',
      reason: 'パスワードで保護されたファイルは読めません。',
      cure: 'パスワードを外して保存し直してください。運搬中の保護はUSBメモリー用の封緘で行います。',
    },
    en: {
      words: 'A workbook with a password',
      reason: 'Protected workbooks cannot be read.',
      cure: 'Save it without the password; the sealed stick protects it on its way.',
    },
  },
  xlsxTooLarge: {
    ja: {
      words: 'Excelファイルが大きすぎます',
      reason: '.xlsx は100MB（展開して300MB）までです。',
      cure: 'CSVで保存し直してください。',
    },
    en: {
      words: 'The workbook is too large',
      reason: 'At most 100 MB, 300 MB unpacked, can be read as .xlsx.',
      cure: 'Save it as CSV.',
    },
  },
  xlsxBomb: {
    ja: {
      words: 'Excelファイルの中身が異常です',
      reason: '圧縮の比率が高すぎます。壊れているか、害を与えるために作られたファイルです。',
      cure: '開かずに、出所を確認してください。',
    },
    en: {
      words: 'An abnormal workbook',
      reason: 'It is packed far too tightly: damaged, or made to do harm.',
      cure: 'Do not open it; find out where it comes from.',
    },
  },
  xlsxNoSheet: {
    ja: {
      words: 'シートにデータがありません',
      reason: '表示されているシートに行がありません。',
      cure: 'データのあるシートを1枚にして保存し直してください。',
    },
    en: {
      words: 'No sheet with data',
      reason: 'No visible sheet has a row.',
      cure: 'Save the workbook with the data on one sheet.',
    },
  },
  xlsxSeveralSheets: {
    ja: {
      words: 'データのあるシートが複数あります',
      reason: 'どのシートを読むのか決められません。',
      cure: '読み込むシートだけを残して保存し直してください。',
    },
    en: {
      words: 'Several sheets with data',
      reason: 'It cannot be said which of them is meant.',
      cure: 'Save the workbook with that one sheet alone.',
    },
  },
}
