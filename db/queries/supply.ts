/**
 * What distribution needs to know of a town: doses at its venues, what is held or waiting there, and the
 * doses that are promised. Counts alone, across towns through functions (0029_findings.sql).
 */
import type { PlainDate } from '../../domain/course.ts'
import type { SupplyPeriod } from '../../domain/supply-period.ts'
import { type Sql, withPurpose } from '../client.ts'

/** Axis: venue. On the days of counting, what was taken back stands below 0. */
export type VenueDoses = {
  venueCode: string
  venueName: string
  onDay: PlainDate
  productCode: string
  lotNumber: string
  doseNumber: number
  doses: number
}

/** In no sum: attached to nobody yet. */
export type VenueUnresolved = {
  venueCode: string
  verdict: 'held' | 'waiting'
  productCode: string
  lotNumber: string
  doseNumber: number
  scans: number
}

export type Standing = 'awaiting' | 'overdue' | 'inFollowUp'

export type ReserveLine = {
  productCode: string
  /** The Monday of the week in which the next dose is due. */
  dueWeek: PlainDate
  /** Of the first dose; null: moved here since, and at no venue yet. */
  venueCode: string | null
  venueName: string | null
  doseNumber: number
  awaiting: number
  overdue: number
  /** Beside the reserve, in no sum: two letters have gone unanswered. */
  inFollowUp: number
  /** Awaiting and overdue. */
  reserved: number
}

export type CountsAsked = SupplyPeriod & { municipalityCode: string }

export type VenueCounts = {
  doses: VenueDoses[]
  unresolved: VenueUnresolved[]
  /** How far the statistics have come; null before they ever counted. */
  countedAt: Date | null
}

export function countsAtVenues(sql: Sql, asked: CountsAsked): Promise<VenueCounts> {
  const { municipalityCode, by, from, to } = asked
  return withPurpose(sql, { municipalityCode, purpose: 'showTown' }, async (tx) => {
    const doses = await tx<VenueDoses[]>`
      select d.venue_code as "venueCode", v.name as "venueName", d.on_day as "onDay",
             d.product_code as "productCode", d.lot_number as "lotNumber",
             d.dose_number as "doseNumber", d.doses
        from venue_doses(${municipalityCode}, ${by}, ${from}, ${to}) d
        join venue v on v.code = d.venue_code
       order by 1, 3, 4, 5, 6`
    const unresolved = await tx<VenueUnresolved[]>`
      select venue_code as "venueCode", verdict, product_code as "productCode",
             lot_number as "lotNumber", dose_number as "doseNumber", scans
        from venue_unresolved(${municipalityCode}) order by 1, 2, 3, 4, 5`
    const [upkeep] = await tx<{ at: Date }[]>`select refreshed_at as at from statistics_upkeep`
    return { doses, unresolved, countedAt: upkeep?.at ?? null }
  })
}

export function reserveOf(
  sql: Sql,
  municipalityCode: string,
  today: PlainDate,
): Promise<ReserveLine[]> {
  return withPurpose(
    sql,
    { municipalityCode, purpose: 'showTown' },
    (tx) => tx<ReserveLine[]>`
      with r as (
        select product_code, due_week, venue_code, dose_number,
               coalesce(sum(people) filter (where standing = 'awaiting'), 0)::int as awaiting,
               coalesce(sum(people) filter (where standing = 'overdue'), 0)::int as overdue,
               coalesce(sum(people) filter (where standing = 'inFollowUp'), 0)::int as in_follow_up
          from dose_reserve(${municipalityCode}, ${today}) group by 1, 2, 3, 4)
      select r.product_code as "productCode", r.due_week as "dueWeek", r.venue_code as "venueCode",
             v.name as "venueName", r.dose_number as "doseNumber", r.awaiting, r.overdue,
             r.in_follow_up as "inFollowUp", r.awaiting + r.overdue as reserved
        from r left join venue v on v.code = r.venue_code
       order by r.due_week, r.product_code, r.venue_code nulls last, r.dose_number`,
  )
}
