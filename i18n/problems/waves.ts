/** What is wrong with a wave, or with the codes that it goes by. */
import type { ProblemTexts } from './text.ts'

export const waveProblems: ProblemTexts = {
  malformedGroupCode: {
    ja: {
      title: '施設・優先区分の符号が正しくありません',
      detail: '符号は半角の英字・数字・「-」「_」で1〜20文字です。病名などの言葉は使えません。',
      whatToDo: '市区町村の一覧表の符号に直して、もう一度送ってください。',
    },
    en: {
      title: 'Not a code of a facility or group',
      detail:
        'A code is 1 to 20 letters, digits, "-" or "_"; words such as an illness are not kept.',
      whatToDo: 'Use the code of the municipality’s own list and send it again.',
    },
  },
}
