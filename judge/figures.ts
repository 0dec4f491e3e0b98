/** What only the database can tell, asked by plain SQL of its owner: counts, and dose rows. */
import postgres from 'postgres'
import { z } from 'zod'

export const databaseFigures = z.object({
  courses: z.record(z.string(), z.int()),
  suppressed: z.record(z.string(), z.int()),
  heldScans: z.int(),
  waitingScans: z.int(),
  doseRows: z.array(
    z.object({
      scanId: z.string(),
      municipalityCode: z.string(),
      registerNumber: z.string(),
    }),
  ),
})
export type DatabaseFigures = z.infer<typeof databaseFigures>

/**
 * `url`: a superuser's or another that row security lets see everything; the owner of forced row
 * security would be shown nothing and count nothing.
 */
export async function readFigures(url: string): Promise<DatabaseFigures> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    const counted = (rows: { name: string; n: number }[]) =>
      Object.fromEntries(rows.map(({ name, n }) => [name, n]))
    const [unresolved] = await sql<{ held: number; waiting: number }[]>`
      select count(*) filter (where verdict = 'held')::int as held,
             count(*) filter (where verdict = 'waiting')::int as waiting
        from scan where resolved_at is null`
    return {
      courses: counted(await sql`select stage as name, count(*)::int as n from course group by 1`),
      suppressed: counted(
        await sql`
        select coalesce(reason, 'unknown') as name, count(*)::int as n
          from notice where state = 'suppressed' group by 1`,
      ),
      heldScans: unresolved?.held ?? 0,
      waitingScans: unresolved?.waiting ?? 0,
      doseRows: [
        ...(await sql<DatabaseFigures['doseRows']>`
          select d.scan_id as "scanId", r.municipality_code as "municipalityCode",
                 r.register_number as "registerNumber"
            from dose d
            join resident r on r.municipality_code = d.municipality_code and r.id = d.resident_id
           where d.voided_at is null`),
      ],
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}
