/**
 * A truth whose every personal word is unique and made up, so that a search for it in the system's
 * files finds a leak or nothing. Dates, towns and what happens stay as they were.
 */
import { createHash } from 'node:crypto'
import type { Truth, TruthPerson } from './truth.ts'

/** Ordinary characters that every letter font has; a mark of six of them is one in 16 million. */
const kanji = '青空山川海森林花鳥風月雪星光石水'
const kana = 'アカサタナハマヤラワイキシチニヒ'

export function mark({ header, people }: Truth): Truth {
  return { header: { ...header, marked: true }, people: people.map(marked) }
}

function marked(person: TruthPerson): TruthPerson {
  const word = (what: string, alphabet: string) => wordOf(`${person.id}/${what}`, alphabet)
  return {
    ...person,
    name: {
      family: word('family', kanji),
      given: word('given', kanji),
      kana: `${word('family', kana)} ${word('given', kana)}`,
    },
    ...(person.mail ? { mail: `canary-${hex(`${person.id}/mail`)}@example.com` } : {}),
    residences: person.residences.map((residence, i) => ({
      ...residence,
      address: `${word(`address ${i}`, kanji)}町${word(`street ${i}`, kanji)}`,
    })),
    myNumber: myNumberOf(person.id),
    ...(person.protection.length > 0 && {
      delivery: {
        postcode: person.residences[0]!.postcode,
        address: `${word('refuge', kanji)}館${word('room', kanji)}`,
      },
    }),
  }
}

const lettersOfMark = 6

function wordOf(seed: string, alphabet: string): string {
  const digest = createHash('sha256').update(seed).digest()
  const letters = Array.from(alphabet)
  return Array.from(
    { length: lettersOfMark },
    (_, i) => letters[digest[i]! % letters.length]!,
  ).join('')
}

function hex(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 16)
}

/**
 * Twelve digits with the check digit of a My Number (order No. 85 of 2014 of the Ministry of Internal
 * Affairs, art. 5): weights 2 to 7 and 2 to 6 from the right, 11 minus the remainder, 0 for 10 and 11.
 */
function myNumberOf(seed: string): string {
  const digest = createHash('sha256').update(`${seed}/myNumber`).digest()
  const digits = Array.from({ length: 11 }, (_, i) => digest[i]! % 10)
  const sum = digits.reduceRight((total, digit, i) => {
    const n = 11 - i
    return total + digit * (n <= 6 ? n + 1 : n - 5)
  }, 0)
  const rest = sum % 11
  return `${digits.join('')}${rest <= 1 ? 0 : 11 - rest}`
}
