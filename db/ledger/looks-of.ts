import type { Sql, Tx } from '../client.ts'

export type LookedAt = {
  /** The rows that registers keep of the person, today's and those before a move. */
  registerRows: { municipalityCode: string; residentId: string }[]
  courseId?: string
  /** Protected, of a household with a protected person, or read by a proxy of the household. */
  hidesPlaces: boolean
}

/** Where somebody who looked works. */
export type Office = 'system' | 'anotherMunicipality' | { municipalityCode: string }

/** One look, in the words that the person reads; nobody who looked is named. */
export type LookSeen = {
  lookedAt: Date
  office: Office
  role: string
  purpose: string
  fields: string[]
  legalBasis?: string
  isBreakGlass: boolean
}

type Row = Omit<LookSeen, 'office' | 'legalBasis'> & { office: string; legalBasis: string | null }

const shownAtMost = 100

/**
 * Who looked at one person, newest first, chained or not yet. Where a place would tell where the
 * person lives now, it is not told: an office is then `anotherMunicipality`, the own one included,
 * because a list in which only the own one is named names it.
 */
export async function looksOf(
  sql: Sql | Tx,
  { registerRows, courseId, hidesPlaces }: LookedAt,
  limit = shownAtMost,
): Promise<LookSeen[]> {
  const rows = await sql<Row[]>`
    select looked_at as "lookedAt", office, actor_role as role, purpose, fields,
           legal_basis as "legalBasis", is_break_glass as "isBreakGlass"
      from looks_at(${registerRows.map((row) => row.municipalityCode)}::text[],
                    ${registerRows.map((row) => row.residentId)}::uuid[],
                    ${courseId ?? null}::uuid, ${limit})`
  return rows.map(({ legalBasis, office, ...row }) => ({
    ...row,
    office: officeShown(office, hidesPlaces),
    // A legal basis names the article, and a move's article tells that there was a move.
    ...(legalBasis && !hidesPlaces && { legalBasis }),
  }))
}

function officeShown(office: string, hidesPlaces: boolean): Office {
  if (office === 'system') return 'system'
  return hidesPlaces ? 'anotherMunicipality' : { municipalityCode: office }
}
