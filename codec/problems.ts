/** What a refused reader is told: what is wrong, and what to do, in Japanese and English. */
type Text = { title: string; whatToDo: string }

const texts = {
  notSignedIn: {
    ja: { title: 'ログインしていません', whatToDo: '運用担当者としてログインしてください。' },
    en: { title: 'Nobody is signed in', whatToDo: 'Sign in as an operator.' },
  },
  notAnOperator: {
    ja: {
      title: '内容を読めるのは運用担当者だけです',
      whatToDo: '運用担当者のアカウントでログインしてください。',
    },
    en: {
      title: 'Operators alone read payloads',
      whatToDo: 'Sign in with the account of an operator.',
    },
  },
  otherOrigin: {
    ja: {
      title: 'このページからは使えません',
      whatToDo: '設定されたアドレスで Temporal UI を開いてください。',
    },
    en: {
      title: 'Not for this page',
      whatToDo: 'Open the Temporal UI at the address that it was set up with.',
    },
  },
  onlyDecode: {
    ja: { title: 'この窓口は復号だけを行います', whatToDo: 'POST /decode を使ってください。' },
    en: { title: 'Payloads are decoded here, nothing else', whatToDo: 'Use POST /decode.' },
  },
  malformed: {
    ja: { title: '入力に誤りがあります', whatToDo: 'payloads の配列を JSON で送ってください。' },
    en: { title: 'The request is malformed', whatToDo: 'Send a list of payloads as JSON.' },
  },
  tooMuch: {
    ja: { title: '一度に送れる量を超えています', whatToDo: '分けて送ってください。' },
    en: { title: 'Too much at one time', whatToDo: 'Send it in parts.' },
  },
  notNow: {
    ja: {
      title: '今は確認できません',
      whatToDo: 'api が動いているか確かめて、もう一度試してください。',
    },
    en: {
      title: 'It cannot be found out who is asking',
      whatToDo: 'See that the api runs, then try again.',
    },
  },
} as const satisfies Record<string, { ja: Text; en: Text }>

export type ProblemCode = keyof typeof texts

export function problemOf(code: ProblemCode, status: number, acceptLanguage: string | undefined) {
  const text: Text = texts[code][acceptLanguage?.startsWith('en') ? 'en' : 'ja']
  return { type: `urn:sesshu:problem:${code}`, status, code, ...text }
}
