/** Whose paper is it? By name and address as a postman and a reader would tell, never by an id. */

import { type LeftNotice, withoutBlanks } from './left-notice.ts'
import type { TruthPerson } from './truth-file.ts'

export type Recipient = {
  person: TruthPerson
  /** The residences whose address stands on the letter; none for a mail. */
  residences: number[]
}

export type RecipientFinder = (notice: LeftNotice) => Recipient | undefined

const postcodes = /〒(\d{3})-?(\d{4})/g

/** Answers nobody when nobody fits, or when two people do. */
export function recipientFinder(people: TruthPerson[]): RecipientFinder {
  const byMail = new Map<string, TruthPerson>()
  const byPostcode = new Map<string, Set<TruthPerson>>()
  for (const person of people) {
    if (person.mail) byMail.set(person.mail.toLowerCase(), person)
    for (const { postcode } of person.residences) {
      const near = byPostcode.get(postcode) ?? new Set()
      byPostcode.set(postcode, near.add(person))
    }
  }
  return (notice) => {
    if (notice.channel === 'mail') {
      const person = byMail.get(notice.mailTo ?? '')
      return person && isNamed(person, notice.text) ? { person, residences: [] } : undefined
    }
    const found = new Set([...notice.text.matchAll(postcodes)].map(([, a, b]) => `${a}${b}`))
    const near = new Set([...found].flatMap((postcode) => [...(byPostcode.get(postcode) ?? [])]))
    const fitting = [...near].flatMap((person) => {
      const residences = addressesOn(notice.text, person, found)
      return residences.length > 0 && isNamed(person, notice.text) ? [{ person, residences }] : []
    })
    return fitting.length === 1 ? fitting[0] : undefined
  }
}

function addressesOn(text: string, person: TruthPerson, found: Set<string>): number[] {
  return person.residences.flatMap(({ postcode, address }, i) =>
    found.has(postcode) && text.includes(withoutBlanks(address)) ? [i] : [],
  )
}

/** Names that no font shows are printed in kana. */
function isNamed({ name }: TruthPerson, text: string): boolean {
  return (
    text.includes(withoutBlanks(name.family + name.given)) ||
    text.includes(withoutBlanks(name.kana))
  )
}
