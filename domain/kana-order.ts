/**
 * The order of a register: by the kana of the family name, then of the given name, in the order of the
 * fifty sounds. After JIS X 4061: first by sound alone (voiced as unvoiced, small as large, a long vowel as
 * its vowel, hiragana as katakana), then unvoiced before voiced before half-voiced, small before large.
 */
const sounds =
  'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン'
const small: Readonly<Record<string, string>> = {
  ...{ ァ: 'ア', ィ: 'イ', ゥ: 'ウ', ェ: 'エ', ォ: 'オ', ッ: 'ツ', ャ: 'ヤ', ュ: 'ユ', ョ: 'ヨ' },
  ...{ ヮ: 'ワ', ヵ: 'カ', ヶ: 'ケ' },
}
const vowelRows: readonly (readonly [vowel: string, row: string])[] = [
  ['ア', 'アカサタナハマヤラワ'],
  ['イ', 'イキシチニヒミリヰ'],
  ['ウ', 'ウクスツヌフムユル'],
  ['エ', 'エケセテネヘメレヱ'],
  ['オ', 'オコソトノホモヨロヲ'],
]
const hiragana = /[\u3041-\u3096\u309d\u309e]/g
const toKatakana = 0x60
const marks = { plain: '1', voiced: '2', halfVoiced: '3' } as const
/** Latin letters and digits come before kana, as in the standard; whoever has no kana comes last. */
const beforeKana = '\u0001'
const atTheEnd = '\uffff'

/** Of one word: its sounds as large unvoiced katakana, then their marks, then their sizes. */
function soundsOf(word: string): string {
  const text = word
    .normalize('NFKC')
    .replace(hiragana, (kana) => String.fromCharCode(kana.charCodeAt(0) + toKatakana))
    .toUpperCase()
  let base = ''
  let marked = ''
  let sized = ''
  for (const character of text.replace(/[\s・.\u2010-\u2015'-]/g, '').normalize('NFD')) {
    if (character === '\u3099' || character === '\u309a') {
      marked = marked.slice(0, -1) + (character === '\u3099' ? marks.voiced : marks.halfVoiced)
      continue
    }
    const repeated = character === 'ヽ' && base !== ''
    const long = character === 'ー' && base !== '' ? vowelOf(base.at(-1)!) : undefined
    base += repeated ? base.at(-1) : (long ?? small[character] ?? character)
    marked += marks.plain
    // Long marks, then small, then large; what repeats comes last.
    sized += long ? '1' : small[character] ? '2' : repeated ? '4' : '3'
  }
  return `${[...base].map(placeOf).join('')}\u0000${marked}\u0000${sized}`
}

function vowelOf(sound: string): string {
  return vowelRows.find(([, row]) => row.includes(sound))?.[0] ?? sound
}

/** Each sound by its place, so that keys can be compared as plain strings. */
function placeOf(character: string): string {
  const place = sounds.indexOf(character)
  return place < 0 ? `${beforeKana}${character}` : String.fromCharCode(0x3100 + place)
}

/** A key of the whole name: family and given name are words of the kana. Compare keys as strings. */
export function kanaKey(kana: string): string {
  const words = kana.normalize('NFKC').trim().split(/\s+/).filter(Boolean)
  if (words.length === 0) return atTheEnd
  return words.map(soundsOf).join('\u0000\u0000')
}
