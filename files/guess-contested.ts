/**
 * Whether a file that a profile reads could as well be meant as a file of another kind. Registers add the columns
 * of a person to every list that they print: a list of moves, deaths or tickets has all that an extract of the
 * register has, and whoever reads it as one loses what it was sent for.
 */
import type { LayoutKind } from '../domain/municipal-file.ts'
import { hallmarksOfOthers } from './guess-header.ts'
import { headerKey } from './layouts/spec.ts'
import type { KeptProfile } from './profile.ts'

/** A number and a day, and nothing that says what of: the one could be a list of the other. */
const aNumberAndADay: readonly LayoutKind[] = ['deaths', 'protections']

/** `header` is empty for files without one. What a clerk confirmed that nothing is read from is no doubt any more. */
export function isContested(profile: KeptProfile, header: readonly string[]): boolean {
  const { kind, format, hasHeader, columns, unused = [] } = profile
  // Records of a fixed width are told by where their fields stand.
  if (format === 'fixedWidth') return false
  if (!hasHeader) return aNumberAndADay.includes(kind)
  const settled = new Set([
    ...columns.map(({ from }) => headerKey(headingOf(from, header))),
    ...unused.map(headerKey),
  ])
  return hallmarksOfOthers(kind, header).some(
    ({ from }) => !settled.has(headerKey(headingOf(from, header))),
  )
}

function headingOf(
  from: KeptProfile['columns'][number]['from'],
  header: readonly string[],
): string {
  if ('header' in from) return from.header
  return 'index' in from ? (header[from.index] ?? '') : ''
}
