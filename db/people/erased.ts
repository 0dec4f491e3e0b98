/** Register numbers of people who were erased in a town; whose rows they were, nobody knows any more. */
import type { Tx } from '../client.ts'

export async function erasedNumbers(
  tx: Tx,
  municipalityCode: string,
  registerNumbers: string[],
): Promise<Set<string>> {
  const rows = await tx<{ number: string }[]>`
    select register_number as number from erased_register_number
     where municipality_code = ${municipalityCode} and register_number = any(${registerNumbers})`
  return new Set(rows.map(({ number }) => number))
}
