/** What is wrong with a wave, or with the codes that it goes by. */
import type { ProblemTexts } from './text.ts'

export const waveProblems: ProblemTexts = {
  malformedGroupCode: {
    ja: {
      title: '施設・優先区分のコードが正しくありません',
      detail: 'コードは半角の英字・数字・「-」「_」で1〜20文字です。病名などの言葉は使えません。',
      whatToDo: '市区町村の一覧表のコードに直して、もう一度送ってください。',
    },
    en: {
      title: 'Not a code of a facility or group',
      detail:
        'A code is 1 to 20 letters, digits, "-" or "_"; words such as an illness are not kept.',
      whatToDo: 'Use the code of the municipality’s own list and send it again.',
    },
  },
  waveNotFound: {
    ja: {
      title: 'この案内はありません',
      detail: 'この市区町村に、この番号の案内はありません。',
      whatToDo: '一覧から選び直してください。',
    },
    en: {
      title: 'No such wave',
      detail: 'The municipality has no such wave.',
      whatToDo: 'Choose it from the list.',
    },
  },
  waveIsOver: {
    ja: {
      title: 'この案内は終わっています',
      detail: '完了したか、取りやめた案内です。何も変えていません。',
      whatToDo: '必要なら、新しい案内を作ってください。',
    },
    en: {
      title: 'The wave is over',
      detail: 'It is complete, or was withdrawn. Nothing was changed.',
      whatToDo: 'Make a new wave if one is needed.',
    },
  },
  waveCallsNobody: {
    ja: {
      title: '該当する人がいません',
      detail: '条件に合い、まだ案内していない住民が1人もいません。',
      whatToDo:
        '生年月日、施設、優先区分を確かめてください。住民の登録がまだなら、先に登録してください。',
    },
    en: {
      title: 'It would call up nobody',
      detail: 'No registered resident without a course fits these conditions.',
      whatToDo: 'Check birth date, facility and group, or register the residents first.',
    },
  },
  waveHasMaker: {
    ja: {
      title: 'すでに作成者がいます',
      detail: 'この案内は、ほかの人が作成者として引き受けています。',
      whatToDo: 'あなたは、人数を確かめて開始できます。',
    },
    en: {
      title: 'Somebody stands for it already',
      detail: 'Another person is this wave’s maker.',
      whatToDo: 'You may look at the count and release it.',
    },
  },
  waveNeedsMaker: {
    ja: {
      title: 'まだだれも引き受けていません',
      detail: 'プログラムが作った案内です。職員1人が内容を確かめて引き受け、別の1人が開始します。',
      whatToDo: '内容を確かめて「引き受ける」を押し、別の人に開始してもらってください。',
    },
    en: {
      title: 'Nobody stands for it yet',
      detail:
        'A program told this wave. One person checks it and stands for it, another releases it.',
      whatToDo: 'Check it, press “Stand for it”, and have somebody else release it.',
    },
  },
  waveSamePerson: {
    ja: {
      title: '作った人は開始できません',
      detail: '案内は、作った人とは別の人が人数を確かめて開始します。',
      whatToDo: '同じ部署のほかの人に、この画面を開いて開始してもらってください。',
    },
    en: {
      title: 'Another person is needed',
      detail: 'A wave is released by somebody who did not make it.',
      whatToDo: 'Ask a colleague to open this page and release it.',
    },
  },
  waveCountMoved: {
    ja: {
      title: '人数が変わりました',
      detail: '画面に出ていた人数と、今の人数が違います。まだ何も始まっていません。',
      whatToDo: '新しい人数を確かめて、もう一度押してください。',
    },
    en: {
      title: 'The count has changed',
      detail: 'The count on the screen is not the count now. Nothing has been opened.',
      whatToDo: 'Look at the new count and press again.',
    },
  },
  waveNotReleased: {
    ja: {
      title: 'まだ開始されていません',
      detail: '開始されていない案内では、この操作はできません。',
      whatToDo: '人数を確かめて、別の人に開始してもらってください。',
    },
    en: {
      title: 'It is not released yet',
      detail: 'A wave that nobody has released cannot do that.',
      whatToDo: 'Have a second person look at the count and release it.',
    },
  },
  waveTakesTwo: {
    ja: {
      title: '案内の開始には2人が必要です',
      detail: 'プログラムだけで案内を始めることはできません。',
      whatToDo: '案内を作り、職員2人で確かめて開始してください。',
    },
    en: {
      title: 'A wave takes two people',
      detail: 'Outside a demo no program opens a wave alone.',
      whatToDo: 'Make the wave; two people of the municipality release it.',
    },
  },
  waveNoCriterion: {
    ja: {
      title: '条件がありません',
      detail: '生年月日、施設、優先区分のうち、少なくとも1つが必要です。',
      whatToDo: '条件を1つ以上入れてください。',
    },
    en: {
      title: 'No condition',
      detail: 'A wave needs a birth date, a facility or a priority group.',
      whatToDo: 'Give at least one of them.',
    },
  },
}
