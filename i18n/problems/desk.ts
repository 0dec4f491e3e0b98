/** The caller's desk. */
import type { ProblemTexts } from './text.ts'

export const deskProblems: ProblemTexts = {
  noCourse: {
    ja: {
      title: 'まだ案内が始まっていません',
      detail: 'この方への案内はまだ始まっていないため、終わらせることも再開することもできません。',
      whatToDo: '接種券の発送や最初の接種のあとに、もう一度記録してください。',
    },
    en: {
      title: 'Nothing has begun yet',
      detail: 'No course has been opened for this person, so there is none to close or to reopen.',
      whatToDo: 'Record it again after the person has been called up or has had a first dose.',
    },
  },
  courseIsOver: {
    ja: {
      title: 'この方への案内は終わっています',
      detail: '必要な回数を終えたか、すでに終了しているため、辞退として記録できません。',
      whatToDo:
        '記録の内容をお確かめください。接種の記録が違うときは「自分の記録ではない」を使います。',
    },
    en: {
      title: 'The course is over already',
      detail: 'It is complete or closed, so that there is nothing to decline.',
      whatToDo: 'Look at the record; when a dose in it is wrong, use “not my record”.',
    },
  },
  courseNotDeclined: {
    ja: {
      title: '辞退として記録されていません',
      detail: '再開できるのは、辞退として終わった案内だけです。',
      whatToDo: '記録の内容をお確かめください。',
    },
    en: {
      title: 'It was not declined',
      detail: 'Only a course that was closed as declined can be reopened here.',
      whatToDo: 'Look at the record.',
    },
  },
}
