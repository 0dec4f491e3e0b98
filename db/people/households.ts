/** With whom people live, as their register numbers it: kept as a keyed index, the number never. */
import type { PlainDate } from '../../domain/course.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import { householdValue, indexesInHex } from './blind.ts'
import { forgetRowDigests } from './row-digest.ts'

/** Left out, the register says nothing of it. `since` is the day from which it holds if it is the first. */
export type HouseholdTold = { residentId: string; since: PlainDate; householdNumber: string }

type Span = { residentId: string; fromOn: PlainDate; household: string | null }

/**
 * Keeps of which household people are, and answers with those of whom that changed. Told with a newer
 * stay, it holds from that stay's first day; told anew for the same one, from today: who has shared a
 * household until now shared it until now.
 */
export async function tellHouseholds(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  told: HouseholdTold[],
  today: PlainDate,
): Promise<string[]> {
  const compared = await changedHouseholds(tx, vault, municipalityCode, told)
  const changed = told.flatMap(({ residentId, since }) => {
    const { isNews, household, newest } = compared.get(residentId)!
    if (!isNews) return []
    const isNewStay = !newest || since > newest.fromOn || newest.household === null
    return [{ residentId, household, fromOn: isNewStay ? since : today }]
  })
  await insertSpans(tx, municipalityCode, changed)
  return changed.map(({ residentId }) => residentId)
}

type ComparedHousehold = {
  isNews: boolean
  /** In hex, as told. */
  household: string
  /** In hex, as known; null for none. */
  before: string | null
  newest: Span | undefined
}

/** The households told beside those that are known, by resident; writes nothing. */
export async function changedHouseholds(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  told: HouseholdTold[],
): Promise<Map<string, ComparedHousehold>> {
  if (told.length === 0) return new Map()
  const [indexes, known] = await Promise.all([
    indexesInHex(
      vault,
      municipalityCode,
      'household',
      told.map(({ householdNumber }) => householdValue(householdNumber)),
    ),
    newestSpans(
      tx,
      municipalityCode,
      told.map(({ residentId }) => residentId),
    ),
  ])
  return new Map(
    told.map(({ residentId }, i) => {
      const newest = known.get(residentId)
      const household = indexes[i]!
      const before = newest?.household ?? null
      return [residentId, { isNews: before !== household, household, before, newest }]
    }),
  )
}

/** Somebody came, or came back, and nobody said to which household: an earlier one counts no more. */
export async function endHousehold(tx: Tx, row: CourseHome, on: PlainDate): Promise<void> {
  const before = (await newestSpans(tx, row.municipalityCode, [row.residentId])).get(row.residentId)
  if (!before?.household || before.fromOn >= on) return
  const ended = [{ residentId: row.residentId, household: null, fromOn: on }]
  await insertSpans(tx, row.municipalityCode, ended)
}

async function newestSpans(tx: Tx, municipalityCode: string, residentIds: string[]) {
  const spans = await tx<Span[]>`
    select distinct on (resident_id) resident_id as "residentId", from_on as "fromOn",
           encode(household, 'hex') as household
      from household_member
     where municipality_code = ${municipalityCode} and resident_id = any(${residentIds}::uuid[])
     order by resident_id, from_on desc`
  return new Map(spans.map((span) => [span.residentId, span]))
}

async function insertSpans(tx: Tx, municipalityCode: string, spans: Span[]): Promise<void> {
  if (spans.length === 0) return
  const rows = spans.map(({ residentId, fromOn, household }) => {
    return { resident: residentId, from_on: fromOn, household }
  })
  await tx`
    insert into household_member (municipality_code, resident_id, from_on, household)
    select ${municipalityCode}, m.resident, m.from_on, decode(m.household, 'hex')
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as m(resident uuid, from_on date, household text)
    on conflict (municipality_code, resident_id, from_on) do update
      set household = excluded.household, recorded_at = now()`
  const ids = spans.map(({ residentId }) => residentId)
  await forgetRowDigests(tx, municipalityCode, ids)
}

/** Whoever has been in one household with somebody, ever: too many rather than too few. */
export async function housematesOf(tx: Tx, row: CourseHome): Promise<CourseHome[]> {
  return tx<CourseHome[]>`
    select distinct m.municipality_code as "municipalityCode", m.resident_id as "residentId"
      from household_member own
      join household_member m
        on m.municipality_code = own.municipality_code and m.household = own.household
     where own.municipality_code = ${row.municipalityCode} and own.resident_id = ${row.residentId}
       and m.resident_id <> own.resident_id`
}
