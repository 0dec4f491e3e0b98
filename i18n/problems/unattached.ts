/** What a clerk reads whose decision, or whose pile of paper, is refused. */
import type { ProblemTexts } from './text.ts'

export const unattachedProblems: ProblemTexts = {
  alreadySettled: {
    ja: {
      title: 'すでに閉じられています',
      detail: 'ほかの職員か、券の登録が先に片付けました。',
      whatToDo: '一覧を読み直してください。',
    },
    en: {
      title: 'Settled already',
      detail: 'Somebody else, or the registration of the ticket, was faster.',
      whatToDo: 'Read the list again.',
    },
  },
  unknownTicket: {
    ja: {
      title: '券が登録されていません',
      detail: 'この番号の券は、この市区町村に登録されていません。',
      whatToDo: '券番号を確かめるか、登録番号で探してください。',
    },
    en: {
      title: 'No such ticket',
      detail: 'No ticket of this number is registered in this municipality.',
      whatToDo: 'Check the number, or look by register number.',
    },
  },
  whoIsIt: {
    ja: {
      title: '本人が1人に決まりません',
      detail: '本人は、候補・券番号・登録番号のうち1つで示します。',
      whatToDo: '1つだけ選ぶか、入力してください。',
    },
    en: {
      title: 'Not one person',
      detail: 'A person is named in one way: by id, by ticket, or by register number.',
      whatToDo: 'Give exactly one of them.',
    },
  },
  typedNumberNeedsBirth: {
    ja: {
      title: '生年月日がありません',
      detail:
        '番号を打ったときは、本人の生年月日か生年が要ります。1桁違うと、ほかの人の番号になります。何も記録していません。',
      whatToDo: '紙の生年月日を加えるか、候補から選んでください。',
    },
    en: {
      title: 'No birth date',
      detail:
        'With a number that is typed, the birth date or year of its person is needed: one wrong digit is somebody else’s number. Nothing was recorded.',
      whatToDo: 'Add the birth date from the paper, or choose one of those shown.',
    },
  },
  typedNumberDiffers: {
    ja: {
      title: '番号と生年月日が合いません',
      detail: 'この番号の人の生年月日は、打たれたものと違います。何も記録していません。',
      whatToDo: '紙を見て、番号と生年月日を1字ずつ確かめてください。',
    },
    en: {
      title: 'Number and birth date do not go together',
      detail: 'Whoever has this number was not born as stated. Nothing was recorded.',
      whatToDo: 'Compare number and birth date with the paper, digit by digit.',
    },
  },
  typedNumberAlike: {
    ja: {
      title: '1桁違いの番号に、生年月日も合う人がいます',
      detail: '打ち誤りかどうかを、番号だけでは決められません。何も記録していません。',
      whatToDo:
        '生年だけなら生年月日を入れてください。それでも同じなら、候補から選ぶか、もう一方の番号で示します。',
    },
    en: {
      title: 'Somebody born alike has a neighbouring number',
      detail: 'The digits alone would decide between two people. Nothing was recorded.',
      whatToDo:
        'State the whole date instead of the year; else choose one of those shown, or use the other number.',
    },
  },
  personOrTicket: {
    ja: {
      title: '本人も券もありません',
      detail: '氏名・かな・生年月日か、券番号のどちらかが要ります。',
      whatToDo: 'どちらかを加えて送ってください。',
    },
    en: {
      title: 'Neither person nor ticket',
      detail: 'Name, kana and birth date, or a ticket, are needed.',
      whatToDo: 'Add one of them and send again.',
    },
  },
  keyedTwiceDiffers: {
    ja: {
      title: '2度の数字が違います',
      detail: '1度目と2度目に打った数字が違います。',
      whatToDo: '紙を見て、違う桁を直してください。',
    },
    en: {
      title: 'The two numbers differ',
      detail: 'The number was not typed the same twice.',
      whatToDo: 'Look at the paper and mend the digits that differ.',
    },
  },
  dayTwiceDiffers: {
    ja: {
      title: '2度の接種日が違います',
      detail: '1度目と2度目に打った接種日が違います。',
      whatToDo: '紙を見て、接種日を打ち直してください。',
    },
    en: {
      title: 'The two days differ',
      detail: 'The day of the dose was not typed the same twice.',
      whatToDo: 'Look at the paper and type the day again.',
    },
  },
  doseNumberMissing: {
    ja: {
      title: '回数がありません',
      detail: '券番号が10桁のときは、回数（1～9）が要ります。',
      whatToDo: '券の回数を入力してください。',
    },
    en: {
      title: 'The dose number is missing',
      detail: 'With the ten digits of the number, the dose number (1 to 9) is needed.',
      whatToDo: 'Type the dose number of the slip.',
    },
  },
  birthDateForm: {
    ja: {
      title: '生年月日の形ではありません',
      detail: '生年月日（19500505、S25.5.5 など）か生年（1950）を入力します。',
      whatToDo: '紙を見て打ち直してください。',
    },
    en: {
      title: 'Not a birth date',
      detail: 'A birth date (19500505, S25.5.5) or a year (1950) is needed.',
      whatToDo: 'Look at the paper and type it again.',
    },
  },
  keyedBefore: {
    ja: {
      title: 'この券は入力済みです',
      detail: '同じ番号・回数の券が、この束にもうあります。',
      whatToDo: '紙が2枚あるか確かめてください。同じ紙なら、そのまま次へ進みます。',
    },
    en: {
      title: 'This slip is in the pile already',
      detail: 'A slip of the same number and dose was keyed before.',
      whatToDo: 'See whether there are two of it. If it is the same paper, go on to the next.',
    },
  },
  batchFull: {
    ja: {
      title: '束がいっぱいです',
      detail: '1つの束は500枚までです。',
      whatToDo: '残りは新しい束に入力してください。',
    },
    en: {
      title: 'The pile is full',
      detail: 'A pile has at most 500 slips.',
      whatToDo: 'Key the rest as a new pile.',
    },
  },
  batchRecording: {
    ja: {
      title: 'この束は記録中です',
      detail: '合計が合い、記録が始まっています。券の追加・取り消し・束の破棄はできません。',
      whatToDo: '記録が終わるのを待つか、止まっているときは「記録」をもう一度押してください。',
    },
    en: {
      title: 'The pile is being recorded',
      detail: 'Its totals agreed and its recording has begun: no slip comes or goes any more.',
      whatToDo: 'Wait until it is done; if it has stopped, press “Record the pile” again.',
    },
  },
  controlCountDiffers: {
    ja: {
      title: '枚数が合いません',
      detail: '入力した枚数が、数えた束の枚数と違います。何も記録していません。',
      whatToDo: '紙を数え直し、足りない券を入力するか、余分な券を取り消してください。',
    },
    en: {
      title: 'The count does not agree',
      detail: 'The slips keyed are not as many as were counted. Nothing was recorded.',
      whatToDo: 'Count again; key what is missing or take out what is too much.',
    },
  },
  controlSumDiffers: {
    ja: {
      title: '番号の合計が合いません',
      detail: '入力した券番号の合計が、束の合計と違います。何も記録していません。',
      whatToDo: '紙と1枚ずつ見比べ、違う券を取り消して入力し直してください。',
    },
    en: {
      title: 'The sum of the numbers does not agree',
      detail: 'The sum of the numbers keyed is not the pile’s. Nothing was recorded.',
      whatToDo: 'Compare slip by slip; take out the wrong one and key it again.',
    },
  },
}
