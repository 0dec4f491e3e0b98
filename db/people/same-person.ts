/** Whether two register rows tell of one person. Names are compared here, and never to be logged. */
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import type { PersonName } from './write.ts'

/**
 * Whether two names, told of people born on one day, can be one person's: the kana agrees, or, as
 * after a marriage, the given name does, in its own writing or in kana (the last word of it). The
 * family name alone is not enough: twins share it, and often stand side by side in a register.
 * Width, white space and hiragana or katakana make no difference.
 */
export function canBeOnePerson(a: PersonName, b: PersonName): boolean {
  return (
    folded(a.kana) === folded(b.kana) ||
    agree(folded(a.given), folded(b.given)) ||
    agree(givenKana(a), givenKana(b))
  )
}

function agree(a: string, b: string): boolean {
  return a !== '' && a === b
}

const hiragana = /[\u3041-\u3096]/g
const toKatakana = 0x60

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\s/g, '')
    .toUpperCase()
    .replace(hiragana, (kana) => String.fromCharCode(kana.charCodeAt(0) + toKatakana))
}

/** Empty where the kana is one word: then nobody knows where the given name begins. */
function givenKana({ kana }: PersonName): string {
  const words = kana.normalize('NFKC').trim().split(/\s+/)
  return words.length < 2 ? '' : folded(words.at(-1) ?? '')
}

export type Identity = { name: PersonName; bornOn: PlainDate }

/** Who stands in these register rows, by resident id. */
export async function readIdentities(tx: Tx, rows: CourseHome[]): Promise<Map<string, Identity>> {
  const found = await tx<(PersonName & { residentId: string; bornOn: PlainDate })[]>`
    select resident_id as "residentId", family_name as family, given_name as given, kana,
           born_on as "bornOn"
      from person
     where (municipality_code, resident_id) in
           (select * from unnest(${rows.map((row) => row.municipalityCode)}::text[],
                                 ${rows.map((row) => row.residentId)}::uuid[]))`
  return new Map(
    found.map(({ residentId, bornOn, ...name }) => [residentId, { name, bornOn }] as const),
  )
}
