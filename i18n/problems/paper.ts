/** Files that clerks ask for, and paper. */
import type { ProblemTexts } from './text.ts'

export const paperProblems: ProblemTexts = {
  tooManyFiles: {
    ja: {
      title: '今日はこれ以上作れません',
      detail: 'この市区町村が1日に作れるファイルの数に達しました。',
      whatToDo: '明日もう一度作るか、すでに作ったファイルを受け取ってください。',
    },
    en: {
      title: 'No more files today',
      detail: 'The municipality has asked for as many files as it may in a day.',
      whatToDo: 'Ask again tomorrow, or fetch one that was made already.',
    },
  },
  exportOvertaken: {
    ja: {
      title: '途中で記録が増えました',
      detail: 'ファイルを作っている間に、列に収まらない接種が記録されました。',
      whatToDo: 'もう一度作ってください。',
    },
    en: {
      title: 'Records grew meanwhile',
      detail: 'While the file was made, a dose was recorded that its columns had no room for.',
      whatToDo: 'Ask for it again.',
    },
  },
  registerTooLarge: {
    ja: {
      title: '紙に印刷するには多すぎます',
      detail: '台帳の人数が、印刷できる4万人を超えています。',
      whatToDo: 'CSVファイルで受け取ってください。',
    },
    en: {
      title: 'Too many for paper',
      detail: 'The register holds more than the 40,000 people that can be printed.',
      whatToDo: 'Take it out as a CSV file.',
    },
  },
  nothingForPaper: {
    ja: {
      title: '印刷するものがありません',
      detail: 'その日にその回を受けられる、有効な券のある方がいないか、変わった頁がありません。',
      whatToDo: '日と回数を確かめてください。台帳は、綴じてあるもので足ります。',
    },
    en: {
      title: 'Nothing to print',
      detail:
        'Nobody with a ticket in force may have that dose on that day, or no page has changed.',
      whatToDo: 'Check day and dose. The register in the binder is up to date.',
    },
  },
  noSuchBatch: {
    ja: {
      title: '前の束または会場がありません',
      detail: '続きを作る束、または会場が見つかりません。',
      whatToDo: '「最初から」で、会場を選び直してください。',
    },
    en: {
      title: 'No such batch or venue',
      detail: 'The batch to go on from, or the venue, was not found.',
      whatToDo: 'Choose “from the start”, and the venue again.',
    },
  },
}
