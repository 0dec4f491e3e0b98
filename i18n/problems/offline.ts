/** Scans that were kept on a tablet. */
import type { ProblemTexts } from './text.ts'

export const offlineProblems: ProblemTexts = {
  unreadableOnTablet: {
    ja: {
      title: '端末で読めなくなった読み取りです',
      detail: '端末の鍵が失われ、保存した読み取りを開けませんでした。',
      whatToDo: 'その時刻の予診票を探し、紙から入力してください。',
    },
    en: {
      title: 'The tablet cannot read it any more',
      detail: 'The tablet lost its key and cannot open the scan that it kept.',
      whatToDo: 'Find the form of that time and key it from paper.',
    },
  },
  deviceRevoked: {
    ja: {
      title: 'この端末の登録は取り消されました',
      detail: '管理者がこの端末の登録を取り消しました。端末に残っていたものは消去されます。',
      whatToDo: 'まだ使う端末なら、管理者に新しい登録コードを出してもらってください。',
    },
    en: {
      title: 'This tablet was shut out',
      detail: 'An administrator revoked it. What the tablet kept is wiped.',
      whatToDo: 'If it is still to be used, ask an administrator for a new enrolment code.',
    },
  },
  held: {
    ja: {
      title: '確認待ちです',
      detail: '本人のものと確かめられないため、確認待ちになりました。',
      whatToDo: '予診票と券を見て、読み直すか、市区町村の担当に引き継いでください。',
    },
    en: {
      title: 'It is held',
      detail: 'It could not be attached to a person with certainty.',
      whatToDo: 'Look at form and ticket, then scan again or leave it to the municipality.',
    },
  },
}
