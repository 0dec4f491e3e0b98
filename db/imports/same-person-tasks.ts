/**
 * Somebody new who has the name and birth date of somebody whom the register knows under another number:
 * twins, chance, or one person renumbered. Nobody is ever merged on that: a clerk gets a task.
 */
import { randomUUID } from 'node:crypto'
import type { Applying } from './kinds/kind.ts'

/** More newcomers than this are a town's first file, in which everybody is told apart by their numbers. */
const newcomersMost = 20_000

/** A task for each pair; the other one is somebody whom this import did not bring. */
export async function openSamePersonTasks(
  { tx, job }: Applying,
  newcomers: string[],
): Promise<void> {
  if (newcomers.length === 0 || newcomers.length > newcomersMost) return
  const { municipalityCode, importId, today } = job
  const pairs = await tx<{ newcomer: string; known: string }[]>`
    select n.resident_id as newcomer, k.resident_id as known
      from person n
      join person k on k.municipality_code = n.municipality_code and k.desk_index = n.desk_index
      join resident r on (r.municipality_code, r.id) = (k.municipality_code, k.resident_id)
     where n.municipality_code = ${municipalityCode} and n.resident_id = any(${newcomers}::uuid[])
       and r.made_by_import is distinct from ${importId} and r.status = 'registered'`
  const rows = pairs.map(({ newcomer, known }) => ({ id: randomUUID(), newcomer, known }))
  if (rows.length === 0) return
  await tx`
    insert into task (municipality_code, id, kind, resident_id, occasion, opened_on)
    select ${municipalityCode}, t.id, 'possiblySamePerson', t.newcomer, t.known, ${today}
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as t(id uuid, newcomer uuid, known uuid)
    on conflict do nothing`
}
