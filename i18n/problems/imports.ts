/** Why an import does not take what is asked of it, or came to nothing. */
import type { ProblemTexts } from './text.ts'

export const importProblems: ProblemTexts = {
  importElsewhere: {
    ja: {
      title: '今はその操作ができません',
      detail: '取込の状態が変わっています。',
      whatToDo: '画面を開き直して、今の状態を確かめてください。',
    },
    en: {
      title: 'That cannot be done now',
      detail: 'The import has moved on.',
      whatToDo: 'Open the page again and look where it stands.',
    },
  },
  layoutNotConfirmed: {
    ja: {
      title: '列の読み方が未確認です',
      detail: '初めての様式なので、列の読み方を推定しました。何も反映していません。',
      whatToDo: '「列の読み方」を確かめ、「この読み方で正しい」を押してください。',
    },
    en: {
      title: 'The layout is not confirmed',
      detail: 'This layout is new here and was guessed. Nothing was applied.',
      whatToDo: 'Look at “How it is read” and confirm it.',
    },
  },
  decisionsMissing: {
    ja: {
      title: '判断が必要な行が残っています',
      detail: '判断していない行があるため、まだ反映できません。',
      whatToDo: '「判断が必要な行」で、どちらの値にするかを選んでください。',
    },
    en: {
      title: 'Rows still wait for a decision',
      detail: 'Nothing is applied before each of them is decided.',
      whatToDo: 'Choose for each row which value is to hold.',
    },
  },
  registerMovedOn: {
    ja: {
      title: '確認のあとで名簿が変わりました',
      detail: '古い確認結果で上書きしないよう、何も反映せずに読み直しました。',
      whatToDo: '新しい件数を確かめて、もう一度「反映する」を押してください。',
    },
    en: {
      title: 'The register changed after the review',
      detail:
        'Nothing was applied; the file was compared anew so that nothing newer is overwritten.',
      whatToDo: 'Look at the new counts and press Apply again.',
    },
  },
  sequenceTooLow: {
    ja: {
      title: '古い番号のメモリです',
      detail: 'これより新しい番号のファイルが、すでに反映されています。',
      whatToDo: '最新のメモリを使ってください。取り込む必要はありません。',
    },
    en: {
      title: 'This stick is older than what was applied',
      detail: 'A file with a higher sequence number was applied before.',
      whatToDo: 'Use the newest stick. Nothing has to be done with this one.',
    },
  },
  importHasFollowers: {
    ja: {
      title: '取り消せません',
      detail: 'この取込のあとに、接種や異動など、続く記録ができています。',
      whatToDo: '誤っている行だけを、正しい内容のファイルか個別の訂正で直してください。',
    },
    en: {
      title: 'It cannot be undone any more',
      detail: 'Doses, moves or later files already build on it.',
      whatToDo: 'Put right the wrong rows alone, by a corrected file or one by one.',
    },
  },
  importTooOldToUndo: {
    ja: {
      title: '取込から60日を過ぎたため取り消せません',
      detail: '置き換える前の値は、60日で消えます。何も変わっていません。',
      whatToDo: '正しい内容のファイルを取り込むか、個別に直してください。',
    },
    en: {
      title: 'The import is older than 60 days and cannot be undone',
      detail: 'What it replaced is not kept any longer. Nothing was changed.',
      whatToDo: 'Import a file that is right, or correct it one by one.',
    },
  },
  importCannotBeUndone: {
    ja: {
      title: 'この種類の取込は取り消せません',
      detail: '届出や接種の記録は、消さずに訂正します。',
      whatToDo: '取消の届（転出取消など）のファイルか、個別の訂正で直してください。',
    },
    en: {
      title: 'This kind of import cannot be undone',
      detail: 'Events and doses are never deleted; they are put right.',
      whatToDo: 'Send the event that cancels it, or correct it one by one.',
    },
  },
  fileNameHoldsNumber: {
    ja: {
      title: 'ファイル名に個人番号が入っています',
      detail: 'ファイル名は一覧に残るため、個人番号を含む名前では受け取れません。',
      whatToDo: 'ファイル名を変えて、もう一度送ってください。',
    },
    en: {
      title: 'The file’s name holds a My Number',
      detail: 'Names of files stay in lists, so this one was not taken.',
      whatToDo: 'Give the file another name and send it again.',
    },
  },
  fileTooLarge: {
    ja: {
      title: 'ファイルが大きすぎます',
      detail: '受け取れるのは2GBまでです。何も残していません。',
      whatToDo: 'ファイルを分けて送ってください。',
    },
    en: {
      title: 'The file is too large',
      detail: 'At most 2 GB are taken; nothing was kept.',
      whatToDo: 'Send it in parts.',
    },
  },
  noRoomForFile: {
    ja: {
      title: 'ファイルを置く空きがありません',
      detail: 'サーバーのディスクの空きが1GBを下回るため、受け取っていません。何も残していません。',
      whatToDo:
        'システムの管理者にディスクの空きを増やすよう伝え、そのあとでもう一度送ってください。',
    },
    en: {
      title: 'There is no room for the file',
      detail: 'The server’s disk would have less than 1 GB left; nothing was kept.',
      whatToDo: 'Ask whoever runs the system to make room on its disk, then send the file again.',
    },
  },
  fileMissing: {
    ja: {
      title: 'ファイルが選ばれていません',
      detail: '空のファイルか、ファイルが選ばれていません。',
      whatToDo: 'ファイルを選んで、もう一度送ってください。',
    },
    en: {
      title: 'No file was chosen',
      detail: 'The file is empty, or none was chosen.',
      whatToDo: 'Choose a file and send it again.',
    },
  },
  layoutIncomplete: {
    ja: {
      title: '必要な列がそろっていません',
      detail: '選んだ種類のファイルに必要な列が、まだ割り当てられていません。',
      whatToDo: '足りない項目の列を選んでください。',
    },
    en: {
      title: 'A column that is needed is missing',
      detail: 'The chosen kind of file needs more columns than were named.',
      whatToDo: 'Say which column gives the missing fields.',
    },
  },
  importPartlyApplied: {
    ja: {
      title: '破棄できません',
      detail: 'このファイルの接種記録は、一部の行がもう記録されています。記録は消せません。',
      whatToDo:
        '「反映する」で残りの行を続けてください。誤った行は、記録を個別に訂正してください。',
    },
    en: {
      title: 'It cannot be discarded',
      detail: 'Some doses of this file are recorded already, and a record is never deleted.',
      whatToDo: 'Apply the rest. Where a row is wrong, correct its record by itself.',
    },
  },
  importStoppedHalfway: {
    ja: {
      title: '途中で止まりました',
      detail: '一部の行は記録してあります。残りの行は、何度試しても記録できませんでした。',
      whatToDo:
        '同じ内容のファイルをもう一度送ってください。記録してある行は「同じ」になり、二重にはなりません。',
    },
    en: {
      title: 'It stopped halfway',
      detail: 'Some rows are recorded. The others could not be, however often it was tried.',
      whatToDo: 'Send the file again: rows that are recorded are found the same, and none twice.',
    },
  },
  undoFailed: {
    ja: {
      title: '取り消せませんでした',
      detail: '何度試してもできませんでした。取り込んだ内容はそのままです。',
      whatToDo: 'システムの運用者に連絡してください。',
    },
    en: {
      title: 'It could not be undone',
      detail: 'It was tried many times. What was applied stands as it is.',
      whatToDo: 'Tell whoever runs the system.',
    },
  },
  importFailed: {
    ja: {
      title: '取り込めませんでした',
      detail: '何度試してもできませんでした。何も反映していません。',
      whatToDo: 'システムの運用者に連絡してください。ファイルはもう一度送れます。',
    },
    en: {
      title: 'The import failed',
      detail: 'It was tried many times. Nothing was applied.',
      whatToDo: 'Tell whoever runs the system. The file may be sent again.',
    },
  },
}
