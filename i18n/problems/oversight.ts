/** The supervisory plan and incidents. */
import type { ProblemTexts } from './text.ts'

export const oversightProblems: ProblemTexts = {
  planNotAccepted: {
    ja: {
      title: '計画が承認されていません',
      detail:
        'この市区町村は、管理・監督の計画のどの版も承認していないため、住民を登録できません。',
      whatToDo:
        '市区町村管理者がサインインし、計画の画面（/plan）で読んで承認してから、もう一度送ってください。',
    },
    en: {
      title: 'The plan was not accepted',
      detail:
        'This municipality has accepted no version of the supervisory plan, so nobody can be registered for it.',
      whatToDo:
        'A municipal administrator signs in, reads the plan at /plan and accepts it; then send this again.',
    },
  },
  unknownPlanVersion: {
    ja: {
      title: 'その版の計画はありません',
      detail: '公表された計画に、この番号の版はありません。',
      whatToDo: '計画の画面（/plan）で、公表された版の番号を確かめてください。',
    },
    en: {
      title: 'There is no such version',
      detail: 'No version of the plan with this number was published.',
      whatToDo: 'See /plan for the versions that were.',
    },
  },
  objectionNeedsComment: {
    ja: {
      title: '異議には意見が必要です',
      detail: '意見のない異議は受け付けられません。',
      whatToDo: '何に反対かを書いて、もう一度送ってください。人の名前は書かないでください。',
    },
    en: {
      title: 'An objection needs a comment',
      detail: 'An objection without a comment cannot be taken.',
      whatToDo: 'Write what you object to and send it again. Name nobody.',
    },
  },
  reportKnown: {
    ja: {
      title: '報告は記録済みです',
      detail: 'この事故のこの報告は、すでに記録されています。記録は上書きされません。',
      whatToDo: '一覧で日付を確かめてください。',
    },
    en: {
      title: 'The report is on record',
      detail: 'This report of this incident was told before; records are never overwritten.',
      whatToDo: 'See the list for its day.',
    },
  },
}
