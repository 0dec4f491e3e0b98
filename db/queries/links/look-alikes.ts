/**
 * Two rows of one town's register with the same kana and birth date that were never on it at the same time:
 * somebody who came back and got a new number, or a stranger. A register numbers nobody twice at once, so
 * two who lived there together are two people. Nobody is merged for it: a clerk gets a task, looks, and
 * proposes a link or says that they are two. Between towns nothing can look alike, by design
 * (docs/blind-indexes.md): there a certificate, My Number or a person says so.
 */
import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../../domain/course.ts'
import { look, type Tx } from '../../client.ts'
import type { CourseHome } from '../plan-input.ts'
import { rowList } from '../register-events.ts'

/** So many of one name and birth date say nothing of who is who: a register of test rows, or a fault. */
const alikeAtMost = 20

type Pair = {
  municipalityCode: string
  residentId: string
  other: string
  occasion: string
  isLater: boolean
  isApart: boolean
}

/**
 * Opens and ends the tasks about these rows, as what is known of them says now; safe to repeat. With
 * `areOne` they are all of one person's rows, which are no question among themselves.
 */
export async function settleLookAlikes(
  tx: Tx,
  rows: CourseHome[],
  today: PlainDate,
  { areOne }: { areOne: boolean },
): Promise<void> {
  if (rows.length === 0) return
  const pairs = await tx<Pair[]>`
    select p.municipality_code as "municipalityCode", p.resident_id as "residentId",
           o.resident_id as other,
           md5(least(p.resident_id, o.resident_id)::text || greatest(p.resident_id, o.resident_id)::text)::uuid
             as occasion,
           coalesce(mine.begins > theirs.begins, false) as "isLater",
           not exists (
             select from residence a join residence b
               on a.from_on < coalesce(b.to_on, 'infinity') and b.from_on < coalesce(a.to_on, 'infinity')
              where (a.municipality_code, a.resident_id) = (p.municipality_code, p.resident_id)
                and (b.municipality_code, b.resident_id) = (o.municipality_code, o.resident_id)) as "isApart"
      from ${rowList(tx, rows)} as r(municipality_code, id)
      join person p on (p.municipality_code, p.resident_id) = (r.municipality_code, r.id)
      cross join lateral (select o.municipality_code, o.resident_id from person o
                           where o.municipality_code = p.municipality_code
                             and o.desk_index = p.desk_index and o.resident_id <> p.resident_id
                           order by o.resident_id limit ${alikeAtMost}) o
      cross join lateral (select min(from_on) as begins from residence
        where (municipality_code, resident_id) = (p.municipality_code, p.resident_id)) mine
      cross join lateral (select min(from_on) as begins from residence
        where (municipality_code, resident_id) = (o.municipality_code, o.resident_id)) theirs`
  if (pairs.length === 0) return
  const own = new Set(rows.map((row) => row.residentId))
  const isOne = (pair: Pair) => areOne && own.has(pair.other)
  const asked = pairs.filter((pair) => pair.isApart && !isOne(pair))
  await look(
    tx,
    asked.map(({ municipalityCode, other: residentId }) => {
      return { municipalityCode, residentId, fields: ['registerEvents'] }
    }),
  )
  await openTasks(tx, asked, today)
  await endTasks(tx, pairs.filter(isOne), 'linked')
  await endTasks(
    tx,
    pairs.filter((pair) => !pair.isApart && !isOne(pair)),
    'livedThereTogether',
  )
}

/** About the row that came later. Ended by what was known then, it stands again when that was wrong. */
async function openTasks(tx: Tx, pairs: Pair[], today: PlainDate): Promise<void> {
  for (const pair of pairs) {
    await tx`
      insert into task (municipality_code, id, kind, resident_id, occasion, opened_on)
      values (${pair.municipalityCode}, ${randomUUID()}, 'possiblySamePerson',
              ${pair.isLater ? pair.residentId : pair.other}, ${pair.occasion}, ${today})
      on conflict (municipality_code, kind, occasion, round) do update
        set done_at = null, done_by = null, outcome = null
        where task.done_by = 'system'`
  }
}

async function endTasks(tx: Tx, pairs: Pair[], outcome: string): Promise<void> {
  if (pairs.length === 0) return
  await tx`
    update task set done_at = now(), done_by = 'system', outcome = ${outcome}
     where kind = 'possiblySamePerson' and done_at is null
       and municipality_code = any (${pairs.map((pair) => pair.municipalityCode)}::text[])
       and occasion = any (${pairs.map((pair) => pair.occasion)}::uuid[])`
}
