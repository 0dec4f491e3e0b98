/**
 * Letters that came back: which letter it is, what the post wrote on it, and on what ground a clerk may
 * write to another address than the registered one. Words of lists and no free text: these rows are kept.
 */
import { readEnvelopeMark } from './envelope-mark.ts'
import { readLetterReference } from './letter-reference.ts'

/** As the post marks an envelope, or says when it hands it over. */
export const returnReasons = [
  /** あて所に尋ねあたりません: nobody of that name there. */
  'addressUnknown',
  /** 転居先不明: moved, and the post does not know where to. */
  'movedAway',
  /** No letter box, or no name on it. */
  'noNamePlate',
  /** A house or a room number is missing. */
  'incompleteAddress',
  /** 保管期間経過: nobody came for it in time. */
  'notCollected',
  /** 受取拒否: the reader does not want it. */
  'refused',
  /** Whoever lives there says that the person has died. The register alone says who has. */
  'saidDeceased',
  'other',
] as const
export type ReturnReason = (typeof returnReasons)[number]

/** The address may be right all the same: nobody was in, or somebody does not want the letter. */
const addressMayBeRight: readonly ReturnReason[] = ['notCollected', 'refused']

/** Whether letters to this person wait until somebody knows better: the next would come back as well. */
export function stopsLetters(reason: ReturnReason): boolean {
  return !addressMayBeRight.includes(reason)
}

/**
 * Why a municipality may write to an address that is not the registered one. By their own or their
 * guardian's wish, or found by whoever may look: an address that somebody merely heard of is none.
 */
export const addressGrounds = [
  /** The person's own request (送付先変更届). */
  'ownRequest',
  /** A guardian appointed by a court (成年後見人等), by the certificate of registration. */
  'guardian',
  /** A parent or another legal representative. */
  'legalRepresentative',
  /** Asked on the telephone, the person said it, and who they are was made sure of. */
  'confirmedByPhone',
  /** Another municipality's answer to an official request (住民基本台帳法 12条の2). */
  'officialRequest',
  /** Found where they live by those who keep the register (同法 34条). */
  'fieldInquiry',
] as const
export type AddressGround = (typeof addressGrounds)[number]

/** What the register tells later is better than what was found; what somebody wished stays. */
export const groundsThatTheRegisterEnds: readonly AddressGround[] = [
  'officialRequest',
  'fieldInquiry',
]

/** How the matter of a returned letter ends. */
export const returnEndings = [
  /** The register told another address since. */
  'registerTold',
  /** Moved out, died, or was removed: the register says so. */
  'leftRegister',
  /** A clerk entered an address, with its ground. */
  'forwardingAddress',
  /** Somebody made sure that the address is right, and it is written to once more. */
  'sameAddressAgain',
  /** Nothing more is to be done: of a letter that stops none. */
  'noFurther',
  /** It was another letter, or none. */
  'enteredByMistake',
] as const
export type ReturnEnding = (typeof returnEndings)[number]

/** After these the letter is owed again. */
export function sendsAgain(ending: ReturnEnding): boolean {
  return ending !== 'noFurther' && ending !== 'enteredByMistake'
}

const longestTyped = 160
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/**
 * The letter that a clerk holds: by the foot line, whole or its id alone, by the mark at the edge as a
 * hand scanner types it, or by the short number. Undefined for what stands on no letter.
 */
export function readLetterMark(text: string): { from: string; to: string } | undefined {
  const plain = text.slice(0, longestTyped).normalize('NFKC').toLowerCase().trim()
  const whole = uuid.exec(plain)?.[0]
  if (whole) return { from: whole, to: whole }
  const mark = readEnvelopeMark(plain)
  if (mark) return { from: idOf(mark.letter, '0'), to: idOf(mark.letter, 'f') }
  const reference = readLetterReference(plain)
  return 'from' in reference ? reference : undefined
}

/** The first or the last of the ids that begin so. */
function idOf(digits: string, filling: string): string {
  return digits.padEnd(32, filling).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** A postcode in its plain form; undefined for what is none. */
export function plainPostcode(text: string): string | undefined {
  const plain = text.normalize('NFKC').replaceAll(/[\s〒\-‐-―−ー]/g, '')
  return /^\d{7}$/.test(plain) ? plain : undefined
}

/** As a letter has room for. */
export const addressAtMost = 120
