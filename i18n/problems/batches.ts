/** What is wrong with an evening's batch of letters, or with what is asked of it. */
import type { ProblemTexts } from './text.ts'

export const batchProblems: ProblemTexts = {
  batchNotFound: {
    ja: {
      title: 'この発送の回はありません',
      detail: 'この市区町村に、この日の発送の回はありません。',
      whatToDo: '一覧から選び直してください。',
    },
    en: {
      title: 'No such evening',
      detail: 'The municipality has no batch of letters of that day.',
      whatToDo: 'Choose it from the list.',
    },
  },
  batchNotProposed: {
    ja: {
      title: '承認を待っている回ではありません',
      detail: 'すでに承認されたか、中止された回です。何も変えていません。',
      whatToDo: '画面を開き直して、今の状態を確かめてください。',
    },
    en: {
      title: 'It does not wait for a release',
      detail: 'It has been released already, or was aborted. Nothing was changed.',
      whatToDo: 'Open the page again and look at its state.',
    },
  },
  batchNotChecked: {
    ja: {
      title: 'まだだれも確かめていません',
      detail: '1人が集計と見本を確かめてから、別の1人が承認します。',
      whatToDo: '集計と見本を確かめて「確かめた」を押し、別の人に承認してもらってください。',
    },
    en: {
      title: 'Nobody has checked it yet',
      detail: 'One person looks at count and sample, another releases.',
      whatToDo: 'Look at both, press “I have looked”, and have somebody else release it.',
    },
  },
  batchSamePerson: {
    ja: {
      title: '確かめた人は承認できません',
      detail: '手紙の発送は、確かめた人とは別の人が承認します。',
      whatToDo: '同じ部署のほかの人に、この画面を開いて承認してもらってください。',
    },
    en: {
      title: 'Another person is needed',
      detail: 'Letters are released by somebody who did not check them.',
      whatToDo: 'Ask a colleague to open this page and release them.',
    },
  },
  batchCountMoved: {
    ja: {
      title: '集計が変わりました',
      detail: '画面に出ていた通数か基準日が、今のものと違います。まだ何も出していません。',
      whatToDo: '新しい集計を確かめて、もう一度押してください。',
    },
    en: {
      title: 'The dry run has changed',
      detail: 'The count or reference date on the screen is not the one now. Nothing has left.',
      whatToDo: 'Look at the new dry run and press again.',
    },
  },
  batchHandedOver: {
    ja: {
      title: 'もう中止できません',
      detail: 'すでに印刷会社に引き渡しました。',
      whatToDo: '印刷会社に電話で止めてもらい、投函しない手紙は「刷り直す」で無効にしてください。',
    },
    en: {
      title: 'It cannot be aborted any more',
      detail: 'The printing house has it already.',
      whatToDo: 'Call the printing house; void letters that are not posted by “Print again”.',
    },
  },
  batchNotPrinted: {
    ja: {
      title: 'まだ印刷に回っていません',
      detail: '印刷会社に引き渡した回だけ、紙の印を読み取れます。',
      whatToDo: '印刷が終わってから、もう一度読み取ってください。',
    },
    en: {
      title: 'It has not been printed yet',
      detail: 'Sheets are accounted for once the printing house has the evening.',
      whatToDo: 'Read the marks when it is printed.',
    },
  },
  batchIsPosted: {
    ja: {
      title: 'すでに投函済みの回です',
      detail: '全部の紙がそろい、投函を記録した回です。何も変えていません。',
      whatToDo: '手元に残った紙があれば、投函せずに、運用担当者に知らせてください。',
    },
    en: {
      title: 'It is posted already',
      detail: 'Every sheet was accounted for. Nothing was changed.',
      whatToDo: 'If a sheet is left over, do not post it, and tell the operators.',
    },
  },
  batchPagesDiffer: {
    ja: {
      title: '枚数が目録と違います',
      detail: '印刷機が数えた枚数が、目録の枚数と違います。',
      whatToDo: '足りない紙は「刷り直す」で無効にし、余った紙は抜いて、数え直してください。',
    },
    en: {
      title: 'The sheets are not as many as the manifest says',
      detail: 'The printer’s count differs from the manifest.',
      whatToDo: 'Count again; void what is missing by “Print again”, take out what is too many.',
    },
  },
  postedBeforePrint: {
    ja: {
      title: '印刷の日より前です',
      detail: '投函した日が、手紙を印刷した日より前です。投函は記録していません。',
      whatToDo: '投函した日を確かめて、もう一度記録してください。',
    },
    en: {
      title: 'The day lies before the print',
      detail: 'The letters had not been printed on that day. The posting was not recorded.',
      whatToDo: 'Check the day on which they were posted, and record it again.',
    },
  },
  postedInFuture: {
    ja: {
      title: 'まだ来ていない日です',
      detail: '投函した日が、今日より後です。投函は記録していません。',
      whatToDo: '投函してから、その日を記録してください。',
    },
    en: {
      title: 'The day is still to come',
      detail: 'What was posted was posted today at the latest. The posting was not recorded.',
      whatToDo: 'Record it once they are posted, with that day.',
    },
  },
  batchNotAccounted: {
    ja: {
      title: '紙が全部そろっていません',
      detail: 'まだ読み取っていない紙か、説明のない印があります。投函は記録していません。',
      whatToDo:
        '残りの紙を読み取るか、「刷り直す」で無効にし、余分な印は抜いたことを選んでください。',
    },
    en: {
      title: 'Not every sheet is accounted for',
      detail: 'Sheets are unread, or marks do not fit. Nothing was recorded as posted.',
      whatToDo:
        'Read the rest or void it by “Print again”; say what became of marks that do not fit.',
    },
  },
  letterNotInBatch: {
    ja: {
      title: 'この回にない手紙です',
      detail: 'この番号の手紙は、この回では印刷していません。',
      whatToDo: '紙の印の番号を確かめてください。',
    },
    en: {
      title: 'No letter of this evening',
      detail: 'No letter with that id was printed with this evening.',
      whatToDo: 'Check the mark on the sheet.',
    },
  },
}
