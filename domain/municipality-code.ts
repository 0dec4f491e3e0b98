/**
 * The six-digit local government code: prefecture (2), municipality (3), check digit (1)
 * (Ministry of Internal Affairs and Communications, 全国地方公共団体コード).
 */
import { DomainError } from './errors.ts'

const weights = [6, 5, 4, 3, 2] as const

/** Check digit of the first five digits. Throws `municipalityCodeLength`. */
export function municipalityCodeCheckDigit(firstFive: string): string {
  if (!/^\d{5}$/.test(firstFive)) {
    throw new DomainError('municipalityCodeLength', 'The check digit is made from five digits')
  }
  const sum = weights.reduce((total, weight, i) => total + weight * Number(firstFive[i]), 0)
  return String((11 - (sum % 11)) % 10)
}

/** Six digits, a prefecture that exists and the right check digit; says nothing of existence. */
export function isMunicipalityCode(code: string): boolean {
  return municipalityCodeFault(code) === undefined
}

export type MunicipalityCodeFault =
  | 'municipalityCodeLength'
  | 'municipalityCodeCheckDigit'
  | 'municipalityCodePrefecture'
  | 'ordinanceCityWard'

/** What is wrong with a code, the first fault found, or nothing. A ward is well formed: see below. */
export function municipalityCodeFault(code: string): MunicipalityCodeFault | undefined {
  if (!/^\d{6}$/.test(code)) return 'municipalityCodeLength'
  if (municipalityCodeCheckDigit(code.slice(0, 5)) !== code[5]) return 'municipalityCodeCheckDigit'
  const prefecture = Number(prefectureOf(code))
  if (prefecture < 1 || prefecture > 47) return 'municipalityCodePrefecture'
  return undefined
}

/** A code that a ticket may carry. Throws each fault under its name, wards included. */
export function assertTicketMunicipalityCode(code: string, field = 'municipalityCode'): void {
  const fault = municipalityCodeFault(code) ?? wardFault(code)
  if (fault) throw new DomainError(fault, faultDetails[fault], field)
}

/** `01` Hokkaido … `47` Okinawa. */
export function prefectureOf(code: string): string {
  return code.slice(0, 2)
}

/**
 * A ward of an ordinance-designated city is no municipality: the city issues its tickets. Codes from
 * 100 to 199 belong to these cities and their wards, except in Tokyo, whose special wards are
 * municipalities; the cities themselves are the list below.
 */
export function isOrdinanceCityWard(code: string): boolean {
  return code[2] === '1' && prefectureOf(code) !== '13' && !ordinanceCities.includes(code)
}

/** Cities designated by cabinet order (地方自治法 252条の19), as of 2021. */
export const ordinanceCities: readonly string[] = [
  '011002',
  '041009',
  '111007',
  '121002',
  '141003',
  '141305',
  '141500',
  '151009',
  '221007',
  '221309',
  '231002',
  '261009',
  '271004',
  '271403',
  '281000',
  '331007',
  '341002',
  '401005',
  '401307',
  '431001',
]

const faultDetails: Record<MunicipalityCodeFault, string> = {
  municipalityCodeLength: 'A municipality code has six digits',
  municipalityCodeCheckDigit: 'The last digit of the municipality code does not fit the others',
  municipalityCodePrefecture: 'Municipality codes begin with 01 to 47',
  ordinanceCityWard: 'A ward of an ordinance city issues no tickets; its city does',
}

function wardFault(code: string): MunicipalityCodeFault | undefined {
  return isOrdinanceCityWard(code) ? 'ordinanceCityWard' : undefined
}
