/** Who may read what Temporal keeps of a run. */
import type { ProblemTexts } from './text.ts'

export const codecProblems: ProblemTexts = {
  operatorsOnly: {
    ja: {
      title: '内容を読めるのは運用担当者だけです',
      detail: 'あなたの役割では、実行の内容を読むことができません。',
      whatToDo: '運用担当者のアカウントでサインインしてください。',
    },
    en: {
      title: 'For operators alone',
      detail: 'Your role may not read what a run holds.',
      whatToDo: 'Sign in with the account of an operator.',
    },
  },
  otherPage: {
    ja: {
      title: 'このページからは使えません',
      detail: '内容を受け取れるのは、設定されたアドレスの Temporal UI だけです。',
      whatToDo: '設定されたアドレスで Temporal UI を開いてください。',
    },
    en: {
      title: 'Not for this page',
      detail: 'Only the Temporal UI at its own address is answered here.',
      whatToDo: 'Open the Temporal UI at the address that it was set up with.',
    },
  },
}
