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
  reasonNotListed: {
    ja: {
      title: '理由は決まったものから選びます',
      detail:
        '理由はずっと残り、画面に表示されます。人の名前や生年月日が入らないよう、文章では書けません。',
      whatToDo: '一覧から理由を選んでください。',
    },
    en: {
      title: 'The reason is none of the list',
      detail: 'Reasons stay and are shown. So that they name nobody, they are codes and not text.',
      whatToDo: 'Choose one of the reasons.',
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
  ticketNeedsBirth: {
    ja: {
      title: '接種した人の生年月日が必要です',
      detail: '券番号だけでは、読み違えのときに別の人の記録に移ってしまいます。',
      whatToDo: '接種した人の生年月日、または生まれた年を添えて送ってください。',
    },
    en: {
      title: 'The birth of that person is missing',
      detail: 'By a number alone, a misread one would move the dose to somebody else again.',
      whatToDo: 'Send the date or the year of birth of the person who had the dose.',
    },
  },
  recipientNotSure: {
    ja: {
      title: '移す先の人を確かめられません',
      detail:
        'この券番号と生年月日が1人の人に定まりません（登録がない、合わない、または1字違いの券の人にも当てはまる）。何も変更していません。',
      whatToDo:
        '券番号と生年月日を紙で確かめてください。年だけで送ったときは、生年月日を送ってください。',
    },
    en: {
      title: 'Whose dose it is cannot be made sure of',
      detail:
        'Number and birth do not tell one person: nobody has both, or they are true of a neighbouring number too. Nothing was changed.',
      whatToDo: 'Compare both with the paper. If only a year was sent, send the whole date.',
    },
  },
  notYoursToMove: {
    ja: {
      title: 'この記録は、券番号では移せません',
      detail:
        '券番号で移せるのは、券を発行した市区町村か、記録を保存している市区町村の職員だけです。何も変更していません。',
      whatToDo:
        '記録を保存している市区町村に依頼してください。自分の市区町村の住民には、住民を指定して移せます。',
    },
    en: {
      title: 'Not to be moved by a ticket from here',
      detail:
        'Only the town that issued the ticket, or the one that keeps the record, moves it by a ticket number. Nothing was changed.',
      whatToDo:
        'Ask the town that keeps it. To somebody of your own register it moves by their id.',
    },
  },
  venueHidden: {
    ja: {
      title: 'この記録の会場は変えられません',
      detail: 'この記録の会場は表示されないため、ここからは訂正できません。何も変更していません。',
      whatToDo: '会場の訂正は、記録を保存している市区町村、または保護の担当者に依頼してください。',
    },
    en: {
      title: 'The venue cannot be changed from here',
      detail:
        'The venue of this record is not shown here, and so not corrected here. Nothing was changed.',
      whatToDo: 'Ask the town that keeps the record, or whoever sees to protected persons.',
    },
  },
  alreadyTheirs: {
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
