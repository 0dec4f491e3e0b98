/** Looks as a reader takes them in: one line a day for the same eyes and the same purpose. */
import type { LookSeen } from '../../db/ledger/looks-of.ts'
import { tokyoDateOf } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { ResidentTexts } from '../../i18n/resident-ja.ts'

export type LookLine = {
  on: PlainDate
  who: string
  why: string
  what: string[]
  times: number
  isEmergency: boolean
}

/** In the order of `looks`, newest first. `towns` names municipalities by code. */
export function lookLines(
  looks: LookSeen[],
  texts: ResidentTexts['looks'],
  towns: ReadonlyMap<string, string>,
): LookLine[] {
  const lines = new Map<string, LookLine>()
  for (const look of looks) {
    const on = tokyoDateOf(look.lookedAt)
    const who = whoWords(look, texts, towns)
    const why = texts.why[look.purpose] ?? texts.why.other!
    const what = look.fields.map((field) => texts.what[field] ?? field)
    const key = [on, who, why, look.isBreakGlass].join('|')
    const line = lines.get(key)
    if (!line) lines.set(key, { on, who, why, what, times: 1, isEmergency: look.isBreakGlass })
    else {
      line.times += 1
      line.what = [...new Set([...line.what, ...what])]
    }
  }
  return [...lines.values()]
}

/**
 * A venue is not named by its town: that would tell where somebody was. A tablet, and whoever works at
 * one, belongs to a venue.
 */
export function whoWords(
  { role, office, purpose }: LookSeen,
  { by }: ResidentTexts['looks'],
  towns: ReadonlyMap<string, string>,
): string {
  const town =
    typeof office === 'object' ? (towns.get(office.municipalityCode) ?? by.otherTown) : by.otherTown
  if (role === 'resident') return by.reader
  if (role === 'process') return by.system
  if (role === 'device' || role === 'venueStaff' || purpose === 'recordDose') return by.venue
  switch (role) {
    case 'clerk':
      return by.clerk(town)
    case 'municipalAdministrator':
      return by.administrator(town)
    case 'machine':
      return office === 'system' ? by.system : by.register(town)
    case 'printOperator':
      return by.printOperator
    case 'operator':
      return by.operator
    case 'supervisoryAuthority':
      return by.supervisoryAuthority
    default:
      return by.unknown
  }
}
