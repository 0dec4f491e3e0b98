/** A dose as a change finds it, with what its change concerns locked until commit. */
import type { PlainDate } from '../../../domain/course.ts'
import type { DoseContent } from '../../../domain/dose-change.ts'
import type { Tx } from '../../client.ts'
import { inTowns, widenScope } from '../../scope.ts'
import type { CourseHome } from '../plan-input.ts'
import { protectedUnder } from '../protection.ts'
import { rowList } from '../register-events.ts'
import { type ConsentPeer, consentPeers } from '../stay-consents.ts'

/** Where a dose is kept, and where its course is at home. */
export type DosePlace = CourseHome & { courseId: string; homeMunicipalityCode: string }

export type LockedDose = DoseContent &
  CourseHome & {
    id: string
    courseId: string
    revision: number
    issuingMunicipalityCode: string
    ticketIndex: Uint8Array
    scanId: string
    recordedOn: PlainDate
    isConfirmed: boolean
    isVoided: boolean
    voidReason: string | null
  }

/** Under the purpose `changeDose`, whatever the scope. */
export async function placeOf(tx: Tx, doseId: string): Promise<DosePlace | undefined> {
  const [place] = await tx<DosePlace[]>`
    select municipality_code as "municipalityCode", resident_id as "residentId",
           course_id as "courseId", home_municipality_code as "homeMunicipalityCode"
      from dose_place(${doseId})`
  return place
}

/** Its town must be in scope. */
export async function readDose(
  tx: Tx,
  { municipalityCode }: { municipalityCode: string },
  doseId: string,
): Promise<LockedDose | undefined> {
  const [dose] = await tx<LockedDose[]>`
    select municipality_code as "municipalityCode", id, resident_id as "residentId",
           course_id as "courseId", revision, claimed_dose_number as "claimedDoseNumber",
           issuing_municipality_code as "issuingMunicipalityCode", ticket_index as "ticketIndex",
           given_on as "givenOn", venue_code as "venueCode", product_code as "productCode",
           lot_number as "lotNumber", scan_id as "scanId", recorded_on as "recordedOn",
           confirmed_on_paper_at is not null as "isConfirmed", voided_at is not null as "isVoided",
           void_reason as "voidReason"
      from dose where municipality_code = ${municipalityCode} and id = ${doseId}`
  return dose
}

/** From whoever does not keep the dose, and of a protected person from everybody. */
export async function placesAreHidden(
  tx: Tx,
  dose: LockedDose,
  office: string,
  today: PlainDate,
): Promise<boolean> {
  if (dose.municipalityCode !== office) return true
  return (await protectedUnder(tx, dose, today)) !== undefined
}

/** Brings every town in which one of these people has a register row into the scope of the transaction. */
export async function followPeople(tx: Tx, rows: CourseHome[]): Promise<string[]> {
  const own = rows.map((row) => row.municipalityCode)
  const purpose = 'settleMove'
  const found = await inTowns(
    tx,
    { municipalityCode: own, purpose },
    () => tx<{ towns: string | null }[]>`
      select string_agg(person_towns(r.town, r.id), ',') as towns
        from ${rowList(tx, rows)} as r(town, id)`,
  )
  const towns = [...new Set([...own, ...(found[0]?.towns ?? '').split(',').filter(Boolean)])]
  await widenScope(tx, towns)
  return towns
}

export type LockedCourses = {
  /** Of each row, in their order; undefined where the person has none. */
  courseIds: (string | undefined)[]
  /** Courses of other towns that hear of these people by consent. */
  peers: ConsentPeer[]
}

/**
 * Locks people, then the courses of all of them and whoever hears of them: each kind in the order of its
 * ids, for everybody the same, so that no two changes wait for each other in a ring.
 */
export async function lockCoursesAround(
  tx: Tx,
  rows: CourseHome[],
  ofDose?: string,
): Promise<LockedCourses> {
  await tx`
    select from resident where (municipality_code, id) in (select * from ${rowList(tx, rows)})
     order by municipality_code, id for no key update`
  const peers = (await Promise.all(rows.map((row) => consentPeers(tx, row)))).flat()
  const courseIds: (string | undefined)[] = []
  for (const row of rows) courseIds.push(await courseOf(tx, row))
  const own = [ofDose, ...courseIds].flatMap((id) => id ?? [])
  const all = [...own, ...peers.map((p) => p.courseId)]
  const homes = await tx<{ town: string }[]>`
    select distinct h.municipality_code as town
      from unnest(${all}::uuid[]) as wanted(id), course_home(wanted.id) h`
  const municipalityCode = homes.map(({ town }) => town)
  await inTowns(
    tx,
    { municipalityCode, purpose: 'settleMove' },
    () => tx`select from course where id = any(${all}::uuid[]) order by id for update`,
  )
  return { courseIds, peers: peers.filter(({ courseId }) => !courseIds.includes(courseId)) }
}

async function courseOf(tx: Tx, row: CourseHome): Promise<string | undefined> {
  const [found] = await tx<{ id: string }[]>`
    select c.id from course_link l join course c on c.id = l.course_id
     where l.municipality_code = ${row.municipalityCode} and l.resident_id = ${row.residentId}
       and c.closed_because is distinct from 'merged'`
  return found?.id
}
