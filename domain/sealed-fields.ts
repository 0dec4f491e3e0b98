/**
 * What is sealed about a person, and by what it can still be found. Names only: keys live in `keyd/`,
 * sealing in `vault/`.
 */

/**
 * `name` is JSON {family, given}; `address` JSON {postcode, address}; `bornOn` a plain date; `letter`
 * the JSON of a letter's content; `delivery` a safe address or "call only"; `phone` a number in digits; the rest plain text.
 */
export const fieldNames = [
  'name',
  'kana',
  'bornOn',
  'mail',
  'address',
  'ticketNumber',
  'myNumber',
  'letter',
  'delivery',
  'note',
  'phone',
] as const
export type FieldName = (typeof fieldNames)[number]

/**
 * Blind indexes, each under a key of its own in each municipality. Every one lets equal values be seen
 * as equal, so that each has to say why it exists.
 */
export const indexes = {
  ticket: 'a scan finds the sheet by its ten digits',
  birthYear:
    'a scan checks the year that was told; the value carries the resident id, so that equal years of two people do not look alike',
  bornOn:
    "a resident's page checks the birth date that was told; the value carries the resident id",
  letterCode: "a resident's page finds the letter by the code that was typed",
  desk: "the caller's desk, and a dose told without a ticket, find a person by kana and birth date",
  identity: 'an import finds rows that may be one person: birth date with kana or given name',
  household:
    'a protection covers everybody of one household: the number that a register gives them, in one town',
  body: 'a repeated request is told from another one under the same id',
  myNumber:
    'the new town of a mover asks the former one for that one number; treated as the number itself',
} as const
export type IndexName = keyof typeof indexes
export const indexNames = Object.keys(indexes) as IndexName[]

export function isFieldName(text: unknown): text is FieldName {
  return (fieldNames as readonly unknown[]).includes(text)
}

export function isIndexName(text: unknown): text is IndexName {
  return typeof text === 'string' && Object.hasOwn(indexes, text)
}
