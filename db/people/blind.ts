/**
 * The values that blind indexes are made of: one place, because whoever asks must build the very text
 * that was kept. Each index is named and justified in docs/blind-indexes.md. Names and addresses go
 * to keyd as digests: it needs to know none of them, and they have no longest length.
 */
import { hash } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { IndexName, Vault } from '../../vault/vault.ts'
import { foldedName, givenKana, type PersonName } from './names.ts'

/** Bound to the resident: equal years of two people do not look alike. */
export function birthYearValue(residentId: string, year: number): string {
  return `${residentId}|${year}`
}

/** Bound to the resident, as the year is. */
export function bornOnValue(residentId: string, bornOn: PlainDate): string {
  return `${residentId}|${bornOn}`
}

/** What a caller says at the desk. The one index in which two people of one town can look alike. */
export function deskValue({ kana }: Pick<PersonName, 'kana'>, bornOn: PlainDate): string {
  return digest([foldedName(kana), bornOn])
}

/**
 * Who a register row is, to be compared with what a move-in elsewhere tells of that very row. Bound to
 * the register number, so that nothing but that row can be found by it.
 */
export function identityValues(
  registerNumber: string,
  { name, bornOn }: { name: PersonName; bornOn: PlainDate },
): { born: string; names: string[] } {
  const names: string[] = []
  for (const [kind, form] of [
    ['kana', foldedName(name.kana)],
    ['given', foldedName(name.given)],
    ['givenKana', givenKana(name)],
  ] as const) {
    if (form !== '') names.push(digest([registerNumber, bornOn, kind, form]))
  }
  return { born: digest([registerNumber, bornOn]), names }
}

/** The number that a town's register gives a household. */
export function householdValue(householdNumber: string): string {
  return digest(['household', householdNumber.normalize('NFKC').trim()])
}

type Told =
  | 'scan'
  | 'report'
  | 'person'
  | 'residence'
  | 'dose'
  | 'issue'
  | 'statement'
  | 'row'
  | 'mail'

/** What was told, whole: to see that it is told again. */
export function toldValue(about: Told, ...parts: unknown[]) {
  return digest([about, ...parts])
}

function digest(parts: unknown[]): string {
  return hash('sha256', JSON.stringify(parts))
}

/** As lower-case hex, the form in which indexes are compared and passed to SQL in bulk. */
export async function indexesInHex(
  vault: Vault,
  municipalityCode: string,
  index: IndexName,
  values: string[],
): Promise<string[]> {
  if (values.length === 0) return []
  return (await vault.index(municipalityCode, index, values)).map(hexOf)
}

/** Of a town that does not exist keyd makes no index; its refusal then names the field at fault. */
export async function orUnknownTown<T>(asked: Promise<T>, field: string): Promise<T> {
  return asked.catch((error) => {
    if (!(error instanceof DomainError) || error.code !== 'unknownMunicipality') throw error
    throw new DomainError(error.code, error.message, field)
  })
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
