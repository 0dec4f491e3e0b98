/** What the tests said of the plan's promises, run by run. */
import { randomUUID } from 'node:crypto'
import type { Proof } from '../../domain/control.ts'
import type { Sql, Tx } from '../client.ts'

/** Keeps one run of the tests; the same run told twice is one. */
export async function keepControlRun(
  sql: Sql,
  run: { ranAt: string; commit?: string | undefined },
  proofs: readonly Proof[],
): Promise<void> {
  await sql.begin(async (tx) => {
    const id = randomUUID()
    const kept = await tx`
      insert into control_run (id, ran_at, commit_hash)
      values (${id}, ${run.ranAt}, ${run.commit ?? null}) on conflict (ran_at) do nothing`
    if (kept.count === 0) return
    const rows = proofs.map(({ control, isProven, passed }) => ({
      ...{
        control_id: control.id,
        is_proven: isProven,
        is_drill: control.isDrill ?? false,
        passed,
      },
    }))
    await tx`
      insert into control_outcome (run_id, control_id, is_proven, is_drill, passed)
      select ${id}, control_id, is_proven, is_drill, passed
        from jsonb_to_recordset(${tx.json(rows)})
          as o (control_id text, is_proven boolean, is_drill boolean, passed integer)`
  })
}

export type LastRun = {
  ranAt: Date
  commit: string | null
  proven: number
  unproven: string[]
}

export async function lastControlRun(sql: Sql | Tx): Promise<LastRun | undefined> {
  const [run] = await sql<LastRun[]>`
    select r.ran_at as "ranAt", r.commit_hash as commit,
           (count(*) filter (where o.is_proven))::int as proven,
           coalesce(array_agg(o.control_id order by o.control_id) filter (where not o.is_proven),
                    '{}') as unproven
      from control_run r join control_outcome o on o.run_id = r.id
     group by r.id order by r.ran_at desc limit 1`
  return run
}

export type DrillDone = { controlId: string; lastRanAt: Date | null; lastWellAt: Date | null }

/** When each drill was last done, and when it last went well. */
export async function drillsDone(sql: Sql | Tx): Promise<DrillDone[]> {
  return sql<DrillDone[]>`
    select o.control_id as "controlId", max(r.ran_at) as "lastRanAt",
           max(r.ran_at) filter (where o.is_proven) as "lastWellAt"
      from control_outcome o join control_run r on r.id = o.run_id
     where o.is_drill group by o.control_id order by o.control_id`
}
