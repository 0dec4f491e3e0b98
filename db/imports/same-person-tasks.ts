/**
 * Somebody new who has the name and birth date of somebody whom the register knows under another number:
 * twins, chance, or one person renumbered. Nobody is ever merged on that: a clerk gets a task.
 */
import { settleLookAlikes } from '../queries/links/look-alikes.ts'
import type { Applying } from './kinds/kind.ts'

/** More newcomers than this are a town's first file, in which everybody is told apart by their numbers. */
const newcomersMost = 20_000

/** Of a city's first file nobody is kept: its memory does not grow with the file. */
export class Newcomers {
  #ids: string[] | undefined = []

  add(ids: readonly string[]): void {
    if (this.#ids && this.#ids.length + ids.length <= newcomersMost) this.#ids.push(...ids)
    else this.#ids = undefined
  }

  /** Nobody, where there were too many. */
  get few(): readonly string[] {
    return this.#ids ?? []
  }
}

export async function openSamePersonTasks(
  { tx, job }: Applying,
  newcomers: readonly string[],
): Promise<void> {
  const { municipalityCode, today } = job
  const rows = newcomers.map((residentId) => ({ municipalityCode, residentId }))
  await settleLookAlikes(tx, rows, today, { areOne: false })
}
