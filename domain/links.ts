/** Why two people say that two register rows are one person's, and why they take it back. */

export const linkReasons = [
  /** 前住所地の証明書や戸籍の附票で確かめた */
  'certificate',
  /** The person came and said so, with a document that shows it. */
  'shownByThePerson',
  /** 氏名の変更: the registers have the person under two names. */
  'nameChanged',
  /** The same register gave a second number: after a time abroad or off the register. */
  'secondNumber',
] as const
export type LinkReason = (typeof linkReasons)[number]

export const unlinkReasons = [
  /** They are two people: twins, or strangers with the same name and birth date. */
  'twoPeople',
  /** The wrong row was linked. */
  'wrongRow',
  'askedByThePerson',
] as const
export type UnlinkReason = (typeof unlinkReasons)[number]
