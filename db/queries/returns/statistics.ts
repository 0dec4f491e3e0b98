/** What was published of a town, its prefecture and the whole: figures of releases, and no others. */
import type { PlainDate } from '../../../domain/course.ts'
import {
  type DoseGroup,
  type FigureBand,
  prefectureOf,
  stateCode,
} from '../../../domain/statistics.ts'
import { type Sql, withPurpose } from '../../client.ts'

export type PublishedRow = {
  fromOn: PlainDate
  closedOn: PlainDate
  areaCode: string
  /** Of a municipality its name, of a prefecture its own; null of the whole. */
  areaName: string | null
  doseGroup: DoseGroup
  ageBand: FigureBand
  /** Null: withheld. */
  doses: number | null
  isExact: boolean
}

/**
 * Nothing is counted here: whatever stands in the file has been through the disclosure control of its
 * release, for a figure of the town's own as for everybody's.
 */
export async function* publishedRows(
  { sql }: { sql: Sql },
  { municipalityCode }: { municipalityCode: string },
): AsyncGenerator<PublishedRow[]> {
  const areas = [stateCode, prefectureOf(municipalityCode), municipalityCode]
  const scope = { municipalityCode: [] as string[], purpose: 'count' } as const
  const rows = await withPurpose(
    sql,
    scope,
    (tx) => tx<PublishedRow[]>`
      select r.from_on as "fromOn", r.closed_on as "closedOn", f.area_code as "areaCode",
             coalesce(m.name, (select p.prefecture from municipality p
                                where length(f.area_code) = 2 and f.area_code <> ${stateCode}
                                  and p.code >= f.area_code order by p.code limit 1)) as "areaName",
             f.dose_group as "doseGroup", f.age_band as "ageBand", f.doses, a.is_exact as "isExact"
        from statistics_figure f
        join statistics_release r on r.closed_on = f.closed_on
        join statistics_area a on (a.closed_on, a.area_code) = (f.closed_on, f.area_code)
        left join municipality m on m.code = f.area_code
       where f.area_code = any(${areas})
       order by f.closed_on, f.area_code, f.dose_group, f.age_band`,
  )
  if (rows.length > 0) yield rows
}
