/**
 * Brings recorded findings into line with what the rules say now. A rule that hits no more leaves its
 * finding there with its history; what a person has decided stays decided.
 */
import type { PlainDate } from '../../../domain/course.ts'
import type { FindingCode } from '../../../domain/findings.ts'
import type { Tx } from '../../client.ts'

export type Judged = {
  municipalityCode: string
  doseId: string
  /** The codes that were asked about; of any other nothing is changed. */
  asked: readonly FindingCode[]
  /** Those of them that hit. */
  hits: readonly FindingCode[]
}

export type Settled = { found: number; hitNoMore: number }

/**
 * `correction`: a record was mended, so that what hit and does not any more is `corrected`. `lotData`: the
 * lot table has changed, and it is `withdrawn`. What hits again is open again.
 */
export async function settleFindings(
  tx: Tx,
  judged: readonly Judged[],
  why: { because: 'lotData' | 'correction'; by: string; today: PlainDate },
): Promise<Settled> {
  if (judged.length === 0) return { found: 0, hitNoMore: 0 }
  const { because, by, today } = why
  const told = judged.flatMap(({ municipalityCode, doseId, asked, hits }) =>
    asked.map((code) => ({
      town: municipalityCode,
      dose: doseId,
      code,
      hits: hits.includes(code),
    })),
  )
  const ended = because === 'correction' ? 'corrected' : 'withdrawn'
  const endable = because === 'correction' ? ['ruleHit', 'wrong'] : ['ruleHit']
  const [done] = await tx<Settled[]>`
    with told as (
      select * from json_to_recordset(${JSON.stringify(told)}::text::json)
        as t(town text, dose uuid, code text, hits boolean)
    ), was as materialized (
      select f.municipality_code, f.dose_id, f.code, f.state, f.hits as did, t.hits
        from told t join finding f on (f.municipality_code, f.dose_id, f.code) = (t.town, t.dose, t.code)
       order by 1, 2, 3 for no key update of f
    ), next as (
      select *, case when hits and state in ('withdrawn', 'corrected') then 'ruleHit'
                     when not hits and state = any (${endable}) then ${ended}
                     else state end as state_to
        from was where hits <> did
    ), changed as (
      update finding f
         set hits = n.hits, state = n.state_to,
             decided_by = case when n.state_to <> 'ruleHit' then f.decided_by end,
             decided_at = case when n.state_to <> 'ruleHit' then f.decided_at end,
             decided_on = case when n.state_to <> 'ruleHit' then f.decided_on end,
             reason = case when n.state_to <> 'ruleHit' then f.reason end
        from next n
       where (f.municipality_code, f.dose_id, f.code) = (n.municipality_code, n.dose_id, n.code)
    ), added as (
      insert into finding (municipality_code, dose_id, code, found_on)
      select t.town, t.dose, t.code, ${today} from told t
       where t.hits and not exists (select from was w where (w.municipality_code, w.dose_id, w.code)
                                                          = (t.town, t.dose, t.code))
      on conflict (municipality_code, dose_id, code) do nothing
      returning municipality_code, dose_id, code
    ), noted as (
      insert into finding_event (municipality_code, dose_id, code, on_day, by_whom, what, because,
                                 state_from, state_to)
      select municipality_code, dose_id, code, ${today}::date, ${by}, 'found', ${because}, null, 'ruleHit'
        from added
      union all
      select municipality_code, dose_id, code, ${today}::date, ${by},
             case when hits then 'foundAgain' else 'hitsNoMore' end, ${because}, state, state_to
        from next)
    select ((select count(*) from added) + count(*) filter (where hits))::int as found,
           (count(*) filter (where not hits))::int as "hitNoMore" from next`
  return done!
}
