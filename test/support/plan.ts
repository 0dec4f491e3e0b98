/** The supervisory plan, published and accepted: what a town has done before it registers anybody. */
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { publishPlans } from '../../db/oversight/plan.ts'
import { newestPlan } from '../../db/oversight/plan-text.ts'

const login = 'plan-administrator'

/** For all municipalities that are there, or for some. Safe to repeat. */
export async function acceptPlans(sql: postgres.Sql, codes?: string[]): Promise<void> {
  await publishPlans(sql as never)
  await sql`
    insert into account (id, login, role, office, disabled_at)
    values (${randomUUID()}, ${login}, 'municipalAdministrator', '131041', now())
    on conflict (login) do nothing`
  await sql`
    insert into plan_answer (municipality_code, version, answer, answered_by)
    select m.code, ${newestPlan().version}, 'accepts', a.id
      from municipality m, account a
     where a.login = ${login} and plan_in_force(m.code) is null
       and (${codes ?? null}::text[] is null or m.code = any (${codes ?? null}::text[]))`
}
