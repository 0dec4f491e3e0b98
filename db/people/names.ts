/** How names are told apart and together. Width, white space and hiragana or katakana make no difference. */
export type PersonName = { family: string; given: string; kana: string }

const hiragana = /[\u3041-\u3096]/g
const toKatakana = 0x60

export function foldedName(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\s/g, '')
    .toUpperCase()
    .replace(hiragana, (kana) => String.fromCharCode(kana.charCodeAt(0) + toKatakana))
}

/** Folded; empty where the kana is one word: then nobody knows where the given name begins. */
export function givenKana({ kana }: Pick<PersonName, 'kana'>): string {
  const words = kana.normalize('NFKC').trim().split(/\s+/)
  return words.length < 2 ? '' : foldedName(words.at(-1) ?? '')
}
