import { bornOtherwise, type NumberAndBirth } from '../../people/birth.ts'
import type { Applying } from './kind.ts'
import { movedOn } from './resident-applier.ts'

/** Throws `registerMovedOn`: somebody's birth date was corrected since the review found it as told. */
export async function assertBornAsTold(
  { tx, store, job }: Applying,
  told: readonly NumberAndBirth[],
): Promise<void> {
  const others = await bornOtherwise(tx, store.vault, job.municipalityCode, told)
  if (others.includes(true)) throw movedOn()
}
