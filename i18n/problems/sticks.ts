/** Why a sealed stick is not read, and what a clerk does then. */
import type { ProblemTexts } from './text.ts'

const packAgain = {
  ja: 'パソコンの封入ツールで、空の媒体にもう一度封入してください。',
  en: 'Pack it once more with the packer, onto an empty stick.',
}

export const stickProblems: ProblemTexts = {
  stickPulledOut: {
    ja: {
      title: '媒体が途中で抜かれました',
      detail:
        '読み取りの途中で媒体が見えなくなりました。何も反映されておらず、何も失われていません。',
      whatToDo: '同じ媒体をもう一度差し込んでください。続きから始まります。',
    },
    en: {
      title: 'The stick was pulled out',
      detail: 'It went away while it was being read. Nothing was applied, and nothing is lost.',
      whatToDo: 'Put the same stick in again. It goes on from there.',
    },
  },
  stickHalfWritten: {
    ja: {
      title: '書き込みが終わっていない媒体です',
      detail: '封入の途中で抜かれたか、一部のファイルだけがコピーされています。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'The stick was not written to its end',
      detail: 'It was pulled out while it was packed, or only some of its files were copied.',
      whatToDo: packAgain.en,
    },
  },
  stickManifestBroken: {
    ja: {
      title: '媒体の目録が壊れています',
      detail: '目録の書き方が正しくないため、何が入っているか分かりません。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'The list on the stick is broken',
      detail: 'It is not written as it has to be, so that nobody can tell what the stick holds.',
      whatToDo: packAgain.en,
    },
  },
  stickFormatUnknown: {
    ja: {
      title: '知られていない形式の媒体です',
      detail: '別の版の封入ツールで作られています。',
      whatToDo: 'このシステムのページから封入ツールを取り直して、もう一度封入してください。',
    },
    en: {
      title: 'A stick of an unknown format',
      detail: 'It was made with another version of the packer.',
      whatToDo: 'Fetch the packer from the page of this system again, and pack it once more.',
    },
  },
  stickTooLarge: {
    ja: {
      title: '大きすぎるファイルがあります',
      detail: '1つのファイルが2ギガバイトを超えているか、目録が長すぎます。',
      whatToDo: 'ファイルを分けて、もう一度封入してください。',
    },
    en: {
      title: 'A file is too large',
      detail: 'One file is longer than 2 gigabytes, or the list is too long.',
      whatToDo: 'Split the file and pack it again.',
    },
  },
  stickSignerUnknown: {
    ja: {
      title: '登録されていない鍵で署名されています',
      detail: 'どの市区町村のものか確かめられないため、中身は読んでいません。',
      whatToDo:
        '鍵の照合コードを封入した担当者に電話で確かめ、管理者が「媒体」のページで鍵を登録してください。',
    },
    en: {
      title: 'Signed with a key that nobody registered',
      detail: 'Nobody can tell which town it comes from, so that nothing of it was read.',
      whatToDo:
        'Call whoever packed it, compare the code of the key, and let an administrator register it on the page of sticks.',
    },
  },
  stickSignerUnconfirmed: {
    ja: {
      title: '鍵の登録がまだ確認されていません',
      detail: '鍵は登録されていますが、2人目の確認が済んでいません。',
      whatToDo:
        '登録した人とは別の管理者が、「媒体」のページで照合コードを確かめて承認してください。',
    },
    en: {
      title: 'The key still has to be confirmed',
      detail: 'It is registered, but no second person has confirmed it.',
      whatToDo:
        'Another administrator than the one who registered it compares its code on the page of sticks.',
    },
  },
  stickSignerRevoked: {
    ja: {
      title: '使用を止めた鍵で署名されています',
      detail: 'この鍵は市区町村の管理者が使用停止にしています。',
      whatToDo:
        '今の鍵で、もう一度封入してください。心当たりがない場合は管理者に知らせてください。',
    },
    en: {
      title: 'Signed with a key that was withdrawn',
      detail: 'An administrator of the town has withdrawn this key.',
      whatToDo:
        'Pack it again with the present key. If you did not pack it, tell the administrator.',
    },
  },
  stickSignatureWrong: {
    ja: {
      title: '署名が合いません',
      detail: '封入された後に目録が書き換えられたか、署名が壊れています。',
      whatToDo: `${packAgain.ja}続くときは、媒体を保管して管理者に知らせてください。`,
    },
    en: {
      title: 'The signature does not fit',
      detail: 'The list was changed after it was packed, or the signature is damaged.',
      whatToDo: `${packAgain.en} If it happens again, keep the stick and tell the administrator.`,
    },
  },
  stickOfAnotherTown: {
    ja: {
      title: '別の市区町村の媒体です',
      detail: '署名した市区町村と、目録に書かれた市区町村が違います。',
      whatToDo: '封入ツールの市区町村コードを確かめてください。',
    },
    en: {
      title: 'The stick of another town',
      detail: 'The town that signed it is not the one that its list names.',
      whatToDo: 'Check the municipality code in the packer.',
    },
  },
  stickTownUnknown: {
    ja: {
      title: 'このシステムの市区町村ではありません',
      detail: '目録に書かれた市区町村は、このシステムに設定されていません。',
      whatToDo: '市区町村コードを確かめてください。',
    },
    en: {
      title: 'A town that is not of this system',
      detail: 'The municipality that the list names is not set up here.',
      whatToDo: 'Check the municipality code.',
    },
  },
  stickRecipientWrong: {
    ja: {
      title: '宛先が違います',
      detail: '別のシステムに宛てて封入されているため、ここでは開けません。',
      whatToDo: 'このシステムのページから封入ツールを取り直して、もう一度封入してください。',
    },
    en: {
      title: 'Sealed for somebody else',
      detail: 'It is sealed for another system, and cannot be opened here.',
      whatToDo: 'Fetch the packer from the page of this system again, and pack it once more.',
    },
  },
  stickExpired: {
    ja: {
      title: '媒体の有効期限が過ぎています',
      detail: '古い内容で新しい記録を上書きしないよう、期限の過ぎた媒体は読みません。',
      whatToDo: '最新のファイルを出力し、もう一度封入してください。',
    },
    en: {
      title: 'The stick is past its last day',
      detail: 'It is not read, so that old contents never replace newer ones.',
      whatToDo: 'Export the newest files and pack them again.',
    },
  },
  stickSequenceUsed: {
    ja: {
      title: '同じ通し番号の別の媒体を受け取っています',
      detail: 'この市区町村から、同じ通し番号の別の媒体が先に取り込まれています。',
      whatToDo: '次の通し番号で、もう一度封入してください。',
    },
    en: {
      title: 'Another stick with this number was received',
      detail: 'A different stick of this town with the same sequence number was taken over before.',
      whatToDo: 'Pack it again with the next number.',
    },
  },
  stickSequenceOld: {
    ja: {
      title: '古い通し番号の媒体です',
      detail: 'この市区町村から、より新しい通し番号の媒体が先に取り込まれています。',
      whatToDo: '新しい媒体を差し込むか、最新のファイルを次の通し番号で封入してください。',
    },
    en: {
      title: 'An older stick',
      detail: 'A stick of this town with a higher sequence number was taken over before.',
      whatToDo: 'Put in the newer one, or pack the newest files with the next number.',
    },
  },
  stickFileMissing: {
    ja: {
      title: 'ファイルが足りません',
      detail: '目録に書かれたファイルが媒体にありません。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'A file is missing',
      detail: 'A file that the list names is not on the stick.',
      whatToDo: packAgain.en,
    },
  },
  stickFileBroken: {
    ja: {
      title: 'ファイルが壊れています',
      detail: '封入された後に書き換えられたか、媒体が傷んでいます。何も反映されていません。',
      whatToDo: '別の媒体に、もう一度封入してください。',
    },
    en: {
      title: 'A file is damaged',
      detail: 'It was changed after it was sealed, or the stick is failing. Nothing was applied.',
      whatToDo: 'Pack it again onto another stick.',
    },
  },
  stickHashWrong: {
    ja: {
      title: '目録と違うファイルです',
      detail: 'ファイルの内容が、署名された目録と一致しません。何も反映されていません。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'A file is not the one on the list',
      detail: 'Its contents are not those of the signed list. Nothing was applied.',
      whatToDo: packAgain.en,
    },
  },
  stickCountsWrong: {
    ja: {
      title: '件数が目録と合いません',
      detail: '行数か検算の合計が、署名された目録と一致しません。何も反映されていません。',
      whatToDo: packAgain.ja,
    },
    en: {
      title: 'The counts do not fit the list',
      detail: 'Rows or control sums differ from the signed list. Nothing was applied.',
      whatToDo: packAgain.en,
    },
  },
  stickNotEmpty: {
    ja: {
      title: '媒体が空ではありません',
      detail: '新しい媒体は、空のフォルダーに封入します。',
      whatToDo: '受領書を確かめて媒体の中身を消すか、別の媒体を使ってください。',
    },
    en: {
      title: 'The stick is not empty',
      detail: 'A new stick is packed into an empty folder.',
      whatToDo: 'Check its receipt and erase it, or use another one.',
    },
  },
  stickFileNameNotPlain: {
    ja: {
      title: '使えないファイル名です',
      detail:
        'ファイル名に、記号、見えない文字、または12桁の個人番号（マイナンバー）が含まれています。',
      whatToDo: '日付や種類だけの名前に変えてください。',
    },
    en: {
      title: 'A file name that cannot be used',
      detail:
        'It holds signs, invisible characters, or an individual number (My Number) of twelve digits.',
      whatToDo: 'Rename it to a date and a kind.',
    },
  },
  stickReceiptMissing: {
    ja: {
      title: '受領書がありません',
      detail: 'この媒体の取り込みはまだ終わっていません。媒体を消さないでください。',
      whatToDo: 'システムの「媒体」のページで、取り込みの状態を確かめてください。',
    },
    en: {
      title: 'There is no receipt',
      detail: 'This stick has not been dealt with to its end. Do not erase it.',
      whatToDo: 'See on the system’s page of sticks how far it is.',
    },
  },
  stickReceiptWrong: {
    ja: {
      title: '受領書が確かめられません',
      detail:
        '受領書がこの媒体のものでないか、発行後に書き換えられています。媒体を消さないでください。',
      whatToDo: '媒体をもう一度システムに差し込んでください。続くときは管理者に知らせてください。',
    },
    en: {
      title: 'The receipt does not hold',
      detail: 'It is of another stick, or was changed since it was issued. Do not erase the stick.',
      whatToDo: 'Put the stick into the system again. If it goes on, tell the administrator.',
    },
  },
  stickKeyTaken: {
    ja: {
      title: 'この鍵はすでに登録されています',
      detail: '1つの鍵は、1つの市区町村に1度だけ登録できます。',
      whatToDo: '「媒体」のページの一覧を確かめてください。',
    },
    en: {
      title: 'This key is registered already',
      detail: 'A key is registered once, for one municipality.',
      whatToDo: 'See the list on the page of sticks.',
    },
  },
  stickKeyNotKey: {
    ja: {
      title: '公開鍵ではありません',
      detail: '封入ツールに表示される公開鍵は44文字です。',
      whatToDo: '封入ツールの公開鍵をそのまま貼り付けてください。',
    },
    en: {
      title: 'Not a public key',
      detail: 'The public key that the packer shows has 44 characters.',
      whatToDo: 'Paste the public key as the packer shows it.',
    },
  },
  stickCodeDiffers: {
    ja: {
      title: '照合コードが違います',
      detail: '入力されたコードは、この鍵のものではありません。',
      whatToDo: '封入した担当者に電話で確かめてください。違う鍵なら使用停止にしてください。',
    },
    en: {
      title: 'The code differs',
      detail: 'The code that was typed is not that of this key.',
      whatToDo: 'Call whoever packs the sticks. If it is another key, withdraw it.',
    },
  },
  stickKeySamePerson: {
    ja: {
      title: '別の人の確認が必要です',
      detail: '鍵を登録した人は、自分で承認できません。',
      whatToDo: 'もう1人の管理者に、照合コードの確認を頼んでください。',
    },
    en: {
      title: 'Somebody else has to confirm',
      detail: 'Whoever registered a key does not confirm it.',
      whatToDo: 'Ask a second administrator to compare the code.',
    },
  },
}
