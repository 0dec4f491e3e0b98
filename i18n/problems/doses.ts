/** What changing a recorded dose can be refused with. */
import type { ProblemTexts } from './text.ts'

export const doseProblems: ProblemTexts = {
  ifMatchMissing: {
    ja: {
      title: 'どの版を見て変更したのか分かりません',
      detail: '変更には、見ていた記録の版（If-Match）が必要です。何も変更されていません。',
      whatToDo: '記録を読み直し、その版を添えてもう一度送ってください。',
    },
    en: {
      title: 'Which revision was seen is not said',
      detail:
        'A change needs the revision of the record that was seen (If-Match). Nothing was changed.',
      whatToDo: 'Read the record again and send the change with its revision.',
    },
  },
  doseChangedMeanwhile: {
    ja: {
      title: 'ほかの人が先に変更しました',
      detail: '表示していた間に、この接種の記録が変更されました。今回の変更は行っていません。',
      whatToDo: '新しい内容を確かめてから、必要ならもう一度変更してください。',
    },
    en: {
      title: 'Somebody else was faster',
      detail: 'The dose was changed while you looked at it. Your change was not made.',
      whatToDo: 'Look at it again, and change it if that is still needed.',
    },
  },
  doseIsVoided: {
    ja: {
      title: '取り消し済みの記録です',
      detail: '取り消した接種の記録は、変更できません。',
      whatToDo: '接種が正しかった場合は、券をもう一度読み取ってください。',
    },
    en: {
      title: 'The dose is voided',
      detail: 'A dose that was voided cannot be changed any more.',
      whatToDo: 'If it was right after all, read the ticket once more.',
    },
  },
  confirmedOnPaper: {
    ja: {
      title: '予診票と照合済みの記録です',
      detail: '紙の予診票と照合した記録は固定されています。端末や一括処理では上書きできません。',
      whatToDo: '誤りを見つけた場合は、理由を添えて固定を解除してから変更してください。',
    },
    en: {
      title: 'Confirmed against paper',
      detail:
        'The dose was compared with the paper and is locked; no tablet and no batch changes it.',
      whatToDo: 'If it is wrong, lift the lock with a reason first, and then change it.',
    },
  },
  notConfirmed: {
    ja: {
      title: '固定されていない記録です',
      detail: 'この接種の記録は、予診票との照合による固定がされていません。',
      whatToDo: 'そのまま変更できます。',
    },
    en: {
      title: 'Nothing is locked',
      detail: 'The dose is not confirmed against paper.',
      whatToDo: 'It can be changed as it is.',
    },
  },
  undoIsOver: {
    ja: {
      title: '取り消せる時間を過ぎました',
      detail: '会場の端末で取り消せるのは、記録してから60秒以内です。',
      whatToDo: '会場責任者から市区町村に訂正を依頼してください。',
    },
    en: {
      title: 'The time for taking it back is over',
      detail: 'A tablet can take a record back for 60 seconds.',
      whatToDo: 'Ask the municipality to correct it.',
    },
  },
  nothingToCorrect: {
    ja: {
      title: '変わるところがありません',
      detail: '送られた内容は、いまの記録と同じです。',
      whatToDo: '訂正する項目を変えてから送ってください。',
    },
    en: {
      title: 'Nothing would be different',
      detail: 'What was sent is what is recorded already.',
      whatToDo: 'Change what is wrong and send it again.',
    },
  },
  givenOnAfterRecorded: {
    ja: {
      title: '記録した日より後の接種日です',
      detail: '接種日は、記録した日以前でなければなりません。',
      whatToDo: '接種日を確かめてください。後日の接種なら、新しい接種として記録してください。',
    },
    en: {
      title: 'Given after it was recorded',
      detail: 'A dose cannot have been given after the day on which it was recorded.',
      whatToDo: 'Check the date. A later dose is recorded as a dose of its own.',
    },
  },
  reasonNamesSomebody: {
    ja: {
      title: '理由に番号や連絡先は書けません',
      detail: '理由はずっと残り、画面に表示されます。券番号、電話番号、メールなどは書けません。',
      whatToDo: '番号や連絡先を除いて、理由だけを書いてください。',
    },
    en: {
      title: 'The reason holds a number or an address',
      detail: 'Reasons stay and are shown: no ticket number, telephone or mail address goes in.',
      whatToDo: 'Write the reason alone.',
    },
  },
  ticketOrResident: {
    ja: {
      title: '移す先を1つだけ指定してください',
      detail: '移す先は、券番号か住民のどちらか一方で指定します。',
      whatToDo: 'どちらか一方だけを送ってください。',
    },
    en: {
      title: 'Either a ticket or a resident',
      detail: 'Whose dose it is takes one of the two.',
      whatToDo: 'Send one of them.',
    },
  },
  otherIssuer: {
    ja: {
      title: '別の市区町村の券です',
      detail: '読み違えた券と同じ市区町村が発行した券にだけ移せます。',
      whatToDo: '券の市区町村コードを確かめてください。',
    },
    en: {
      title: 'Another town’s ticket',
      detail: 'A dose moves to a ticket of the town that issued the one which was read.',
      whatToDo: 'Check the municipality code of the ticket.',
    },
  },
  unknownTicket: {
    ja: {
      title: '登録されていない券番号です',
      detail: 'この券番号の人は登録されていません。',
      whatToDo: '券番号を確かめてください。',
    },
    en: {
      title: 'Nobody has this ticket',
      detail: 'No register has announced a person with this ticket number.',
      whatToDo: 'Check the number.',
    },
  },
  samePerson: {
    ja: {
      title: '同じ人の券です',
      detail: 'その券の人の記録に、すでに入っています。',
      whatToDo: '券番号を確かめてください。',
    },
    en: {
      title: 'It is this person’s already',
      detail: 'The ticket belongs to the person whose record the dose is in.',
      whatToDo: 'Check the number.',
    },
  },
}
