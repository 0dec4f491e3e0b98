/** Readings of everything but dates. Texts come without blanks around them and are never empty. */
import { municipalityCodeFault } from '../../domain/municipality-code.ts'
import { isMyNumber } from '../../domain/my-number.ts'
import { findProduct, productOfMakerText } from '../../domain/product.ts'
import { fault, type Read } from './note.ts'

const halfWidthKana = /[\uff61-\uff9f]+/g
const wide = /[\uff01-\uff5e\u3000]/
const dashes = /[\s\u2010-\u2015\u2212\u30fc\uff0d\uff70-]/g
/** 1.23E+11: what a spreadsheet program leaves of a long number. */
const scientific = /^\d(?:\.\d+)?E\+?\d+$/i
const groupCode = /^[A-Za-z0-9_-]{1,20}$/
const mailForm =
  /^[^\s@<>,;"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/

/** Half-width kana to full-width, voicing marks joined; one blank between words. */
export function readKana(text: string): Read {
  const full = text.replace(halfWidthKana, (run) => run.normalize('NFKC'))
  return full.includes(' ') || full.includes('\u3000') ? full.replace(/[ \u3000]+/g, ' ') : full
}

export function readNumber(text: string): Read {
  const plain = narrowed(text)
  return scientific.test(plain) ? fault('numberScientific') : plain
}

export function readPostcode(text: string): Read {
  const digits = narrowed(text).replace(/^〒/, '').replace(dashes, '')
  return /^\d{7}$/.test(digits) ? digits : lostDigits(digits, 7, 'postcodeForm')
}

export function readMail(text: string): Read {
  const plain = narrowed(text)
  return mailForm.test(plain) ? plain : fault('mailForm')
}

export function readMyNumber(text: string): Read {
  const digits = narrowed(text).replace(dashes, '')
  if (!/^\d{12}$/.test(digits)) return lostDigits(digits, 12, 'myNumberLength')
  return isMyNumber(digits) ? digits : fault('myNumberInvalid')
}

/** Six digits with their check digit. Five digits are somebody else's way of writing, and a fault. */
export function readMunicipalityCode(text: string): Read {
  const digits = narrowed(text).replace(dashes, '')
  if (!/^\d{6}$/.test(digits)) return lostDigits(digits, 6, 'municipalityCodeLength')
  const wrong = municipalityCodeFault(digits)
  return wrong ? fault(wrong) : digits
}

export function readTicketNumber(text: string): Read {
  const digits = narrowed(text).replace(dashes, '')
  if (!/^\d{10}$/.test(digits)) return lostDigits(digits, 10, 'ticketNumberLength')
  return digits === '0000000000' ? fault('ticketNumberZero') : digits
}

export function readVenueCode(text: string): Read {
  const digits = narrowed(text).replace(dashes, '')
  return /^\d{10}$/.test(digits) ? digits : lostDigits(digits, 10, 'venueCodeForm')
}

export function readProduct(text: string): Read {
  const product = findProduct(narrowed(text)) ?? productOfMakerText(text)
  return product ? product.code : fault('productUnknown')
}

export function readDoseNumber(text: string): Read {
  const match = narrowed(text).match(/^第?0?([1-9])(?:回目?)?$/)
  return match ? match[1]! : fault('doseNumberForm')
}

/** Words could say what somebody has; codes say it to the town alone. */
export function readGroupCode(text: string): Read {
  const plain = narrowed(text)
  return groupCode.test(plain) ? plain : fault('groupCodeForm')
}

/** Letters and digits of a lot number, as it is printed: case and zeros are kept. */
export function readLotNumber(text: string): Read {
  return readNumber(text)
}

/** How codes are compared: width, blanks and case make no difference. */
export function codeKey(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '').toLowerCase()
}

export function narrowed(text: string): string {
  if (!wide.test(text)) return text
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/\u3000/g, ' ')
}

/** A number that is too short by a few digits has lost the zeros in front, which has a cure of its own. */
function lostDigits(digits: string, wanted: number, code: string): Read {
  if (scientific.test(digits)) return fault('numberScientific')
  const missing = wanted - digits.length
  return /^[1-9]\d*$/.test(digits) && missing > 0 && missing <= wanted / 2
    ? fault('leadingZerosLost')
    : fault(code)
}
