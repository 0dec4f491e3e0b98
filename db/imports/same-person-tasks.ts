/**
 * Somebody new who has the name and birth date of somebody whom the register knows under another number:
 * twins, chance, or one person renumbered. Nobody is ever merged on that: a clerk gets a task.
 */
import { settleLookAlikes } from '../queries/links/look-alikes.ts'
import type { Applying } from './kinds/kind.ts'

/** More newcomers than this are a town's first file, in which everybody is told apart by their numbers. */
const newcomersMost = 20_000

export async function openSamePersonTasks(
  { tx, job }: Applying,
  newcomers: string[],
): Promise<void> {
  if (newcomers.length > newcomersMost) return
  const { municipalityCode, today } = job
  const rows = newcomers.map((residentId) => ({ municipalityCode, residentId }))
  await settleLookAlikes(tx, rows, today, { areOne: false })
}
