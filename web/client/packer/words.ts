/** What the packer says: Japanese, then English, as it stands on the page. */
const both = (ja: string, en: string): string => `${ja} / ${en}`

export const words = {
  municipalityWrong: both('市区町村コードは6桁です。', 'A municipality code has six digits.'),
  passphraseShort: (chars: number) =>
    both(
      `パスフレーズは${chars}文字以上にしてください。`,
      `Take a passphrase of ${chars} characters or more.`,
    ),
  passphraseDiffers: both('2回の入力が違います。', 'The two passphrases differ.'),
  passphraseWrong: both(
    'パスフレーズが違うか、鍵のファイルではありません。',
    'The passphrase is wrong, or this is no key file.',
  ),
  keyMissing: both('鍵のファイルを選んでください。', 'Choose the key file.'),
  making: both('鍵を作っています…', 'Making the key…'),
  opening: both('鍵を開いています…', 'Opening the key…'),
  keyIsOpen: (code: string) =>
    both(`市区町村 ${code} の鍵を開きました。`, `The key of municipality ${code} is open.`),
  keyFirst: both('先に鍵を開いてください。', 'Open the key first.'),
  filesMissing: both('封入するファイルを選んでください。', 'Choose the files to pack.'),
  nameWrong: (name: string) =>
    both(
      `「${name}」は使えない名前です。日付や種類だけの名前に変えてください。`,
      'This name cannot be used: rename it to a date and a kind.',
    ),
  sealing: (name: string) => both(`「${name}」を封入しています…`, 'Sealing…'),
  packed: both('封入が終わりました。媒体を取り出せます。', 'Packed. The stick can be taken out.'),
  packedAsLinks: both(
    '封入が終わりました。下のファイルをすべて、空の媒体に保存してください。',
    'Packed. Save all files below onto an empty stick.',
  ),
  noFolders: both(
    'このブラウザーは媒体に直接書き込めません。「ファイルとして保存」を使ってください。',
    'This browser cannot write into a folder. Use “Save as files”.',
  ),
  notEmpty: both(
    '媒体が空ではありません。受領書を確かめて中身を消してください。',
    'The stick is not empty. Check its receipt and erase it.',
  ),
  nothingSaved: both('何も書き込んでいません。', 'Nothing was written.'),
  receiptMissing: both(
    '受領書がありません。媒体を消さないでください。',
    'There is no receipt. Do not erase the stick.',
  ),
  receiptWrong: both(
    '受領書が確かめられません。媒体を消さないでください。',
    'The receipt does not hold. Do not erase the stick.',
  ),
  mayBeErased: both(
    '受領書を確かめました。結果を保存したら、媒体の中身は消してかまいません。',
    'The receipt holds. Once the results are saved, the stick may be erased.',
  ),
  mayBeErasedKeyFirst: both(
    '受領書を確かめました。結果を開くには、鍵を開いてからもう一度押してください。',
    'The receipt holds. To open the results, open the key and press again.',
  ),
} as const
