/** Whom a wave calls up: by age class, and by birth date only within the one class that its day divides. */
import { type AgeFacts, bornOnOrBefore } from '../../domain/age.ts'
import { compareDates } from '../../domain/calendar.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { WaveCount, WaveCriteria } from '../../domain/wave.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import { openBirthDates } from './birth.ts'

/** Older classes first, within a class by id: the order says nothing of birthdays. */
export type WavePosition = { ageClass: number; residentId: string }

export type Candidate = WavePosition & Pick<AgeFacts, 'ageClassOn'>

export type WaveOf = { municipalityCode: string } & WaveCriteria

/** What one run of a wave has found out and need not find out again. */
export type WaveMemory = { birthDates: Map<string, PlainDate>; least?: LeastClass[] }

/** Of a fiscal year by which residents were classed, the youngest class to look at. */
type LeastClass = { on: PlainDate; ageClass: number }

/**
 * Registered residents without a course whose class may be old enough, oldest class first, after a
 * position; their register rows stay locked until commit.
 */
export async function lockOldestWithoutCourse(
  tx: Tx,
  wave: WaveOf,
  memory: WaveMemory,
  after: WavePosition | undefined,
  atMost: number,
): Promise<Candidate[]> {
  memory.least ??= await leastClasses(tx, wave)
  const isOfAnyAge = !wave.bornOnOrBefore
  const days = memory.least.map(({ on }) => on)
  const classes = memory.least.map(({ ageClass }) => ageClass)
  return tx<Candidate[]>`
    select r.age_class as "ageClass", r.age_class_on as "ageClassOn", r.id as "residentId"
      from resident r ${inGroup(tx, wave)}
     where r.municipality_code = ${wave.municipalityCode} and r.status = 'registered'
       and (r.age_class, r.id) < (${after?.ageClass ?? aboveAll}::int, ${after?.residentId ?? firstId}::uuid)
       and (${isOfAnyAge} or r.age_class >= (select w.least from unnest(${days}::date[], ${classes}::int[]) w(on_day, least)
                                              where w.on_day = r.age_class_on))
       and not exists (select from course_link l
                        where l.municipality_code = r.municipality_code and l.resident_id = r.id)
     order by r.age_class desc, r.id desc
     limit ${atMost} for no key update of r`
}

/** Whoever is of the facility and the group that the wave names, if it does. */
function inGroup(tx: Tx, { facilityCode, priorityGroup }: WaveCriteria) {
  if (!facilityCode && !priorityGroup) return tx``
  return tx`
      join resident_group g
        on g.municipality_code = r.municipality_code and g.resident_id = r.id
       and (${facilityCode ?? null}::text is null or g.facility_code = ${facilityCode ?? null})
       and (${priorityGroup ?? null}::text is null or g.priority_group = ${priorityGroup ?? null})`
}

/** Counted by class, so that nobody is looked at. */
export async function countCalledUp(tx: Tx, wave: WaveOf): Promise<WaveCount> {
  const classes = await tx<(Pick<AgeFacts, 'ageClass' | 'ageClassOn'> & ClassCount)[]>`
    select r.age_class as "ageClass", r.age_class_on as "ageClassOn", count(*)::int as people,
           (count(*) filter (where exists (
              select from course_link l
               where l.municipality_code = r.municipality_code and l.resident_id = r.id)))::int
             as already
      from resident r ${inGroup(tx, wave)}
     where r.municipality_code = ${wave.municipalityCode} and r.status = 'registered'
     group by r.age_class, r.age_class_on`
  const count = { atLeast: 0, atMost: 0, already: 0 }
  for (const { people, already, ...of } of classes) {
    const answer = wave.bornOnOrBefore ? bornOnOrBefore(of, wave.bornOnOrBefore) : 'yes'
    if (answer === 'no') continue
    count.atMost += people - already
    count.already += already
    if (answer === 'yes') count.atLeast += people - already
  }
  return count
}

type ClassCount = { people: number; already: number }

const aboveAll = 1_000
const firstId = '00000000-0000-0000-0000-000000000000'

/** Of each fiscal year in the town, the youngest class that the day does not rule out. */
export async function leastClasses(
  tx: Tx,
  { municipalityCode, bornOnOrBefore: day }: WaveOf,
): Promise<LeastClass[]> {
  if (!day) return []
  const classes = await tx<{ ageClass: number; ageClassOn: PlainDate }[]>`
    select distinct age_class as "ageClass", age_class_on as "ageClassOn" from resident
     where municipality_code = ${municipalityCode}`
  const least = new Map<PlainDate, number>()
  for (const of of classes) {
    if (bornOnOrBefore(of, day) === 'no') continue
    least.set(of.ageClassOn, Math.min(of.ageClass, least.get(of.ageClassOn) ?? aboveAll))
  }
  return [...least].map(([on, ageClass]) => ({ on, ageClass }))
}

/**
 * The candidates who are old enough. Where the class does not tell, the birth dates are opened: one
 * look each, all at once. Remembered, so that a chunk that is tried again looks at nobody twice.
 */
export async function oldEnough(
  tx: Tx,
  vault: Vault,
  wave: WaveOf,
  candidates: Candidate[],
  { birthDates: known }: WaveMemory,
): Promise<Candidate[]> {
  const { municipalityCode, bornOnOrBefore: day } = wave
  if (!day) return candidates
  const doubtful = candidates.filter((each) => bornOnOrBefore(each, day) === 'perhaps')
  const unknown = doubtful.filter(({ residentId }) => !known.has(residentId))
  const rows = unknown.map(({ residentId }) => ({ municipalityCode, residentId }))
  const opened = await openBirthDates(tx, vault, { purpose: 'openWave', rows })
  for (const [residentId, bornOn] of opened) known.set(residentId, bornOn)
  return candidates.filter((each) => {
    const bornOn = known.get(each.residentId)
    if (bornOn !== undefined) return compareDates(bornOn, day) <= 0
    return bornOnOrBefore(each, day) === 'yes'
  })
}
