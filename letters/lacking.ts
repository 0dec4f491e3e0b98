/**
 * What the font lacks of a letter, found before anything is printed: so that whoever releases a batch sees
 * which names will stand in kana and which addresses have a gap. Code points alone: no name can be read
 * from them.
 */
import { type Face, legible, shownName } from '../i18n/notices-legible.ts'
import { faceOf } from './fonts.ts'
import type { NoticeForPrint } from './notice.ts'

/** Shape of `letter_batch.lacking`; `characters` as `U+E123`. */
export type LackingInLetter = {
  letterId: string
  field: 'name' | 'address' | 'sender'
  characters: string[]
}

type Letter = Pick<NoticeForPrint, 'letterId' | 'recipient' | 'sender'>

/** A name that lacks something is printed in kana; in an address 〓 stands for each character. */
export function lackingIn(letter: Letter, face: Face = faceOf('regular')): LackingInLetter[] {
  const { letterId, recipient, sender } = letter
  const { municipalityName, office, phone, returnAddress = '' } = sender
  const fields = [
    ['name', shownName(recipient, face).missing],
    ['address', legible(recipient.address, face).missing],
    ['sender', legible([municipalityName, office, phone, returnAddress].join(' '), face).missing],
  ] as const
  return fields.flatMap(([field, missing]) =>
    missing.length === 0 ? [] : [{ letterId, field, characters: missing.map(codePointOf) }],
  )
}

/** `U+20BB7` */
export function codePointOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}
