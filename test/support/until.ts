import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again and again; the test's own time limit is the only clock. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}
