/** What imports cost a town's clerks: presses, questions answered, minutes with a page of theirs open. */
import { sql as query } from 'drizzle-orm'
import { type Sql, withPurpose } from '../../client.ts'
import type { OrmTx } from '../../orm.ts'
import { type ImportRef, runScope } from './run.ts'

export type ClerkEffort = {
  imports: number
  residents: number
  actions: number
  decisions: number
  minutesOpen: number
}

/** Noted as often as the page is asked for; a minute counts once. */
export async function noteLook(sql: Sql, ref: ImportRef, lookedBy: string): Promise<void> {
  await withPurpose(
    sql,
    runScope(ref.municipalityCode),
    (tx) => tx`
      insert into import_minute (municipality_code, import_id, looked_by, minute)
      select ${ref.municipalityCode}, ${ref.importId}, ${lookedBy},
             date_trunc('minute', clock_timestamp())
      on conflict do nothing`,
  )
}

/** Of all imports of the town, whatever came of them. */
export async function clerkEffort(tx: OrmTx, municipalityCode: string): Promise<ClerkEffort> {
  const [row] = (await tx.execute(query`
    select p.actions, p.decisions, m.minutes as "minutesOpen", p.imports,
           (select count(*)::int from resident where municipality_code = ${municipalityCode}) as residents
      from (select count(*)::int as actions, coalesce(sum(decisions), 0)::int as decisions,
                   count(distinct import_id)::int as imports
              from import_press where municipality_code = ${municipalityCode}) p,
           (select count(*)::int as minutes
              from import_minute where municipality_code = ${municipalityCode}) m`)) as unknown as ClerkEffort[]
  return row!
}
