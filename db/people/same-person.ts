/**
 * Whether two register rows tell of one person, decided without opening either. What a move-in tells of
 * the former row is kept as blind indexes under the former town's key, bound to that row's number; the
 * row has the same of itself. Equal ones mean: born on that day, and the kana agrees, or, as after a
 * marriage, the given name does, in its own writing or in kana (the last word of it). The family name
 * alone is not enough: twins share it, and often stand side by side in a register.
 */
import type { PlainDate } from '../../domain/course.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Tx } from '../client.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import type { RegisterKey } from '../queries/register-events.ts'
import { identityValues, indexesInHex } from './blind.ts'
import type { PersonName } from './names.ts'

/** In hex: the birth date alone, and the birth date with each form of the name. */
export type Identity = { born: string; names: string[] }

export type Named = { name: PersonName; bornOn: PlainDate }

/** Who `told` says that a row of a register is, under the key of that register's town. */
export async function identityUnder(
  vault: Vault,
  { municipalityCode, registerNumber }: RegisterKey,
  told: Named,
): Promise<Identity> {
  const { born, names } = identityValues(registerNumber, told)
  const [first, ...others] = await indexesInHex(vault, municipalityCode, 'identity', [
    born,
    ...names,
  ])
  return { born: first!, names: others }
}

/** What a register row says of itself. */
export async function readIdentity(tx: Tx, row: CourseHome): Promise<Identity | undefined> {
  const [found] = await tx<Identity[]>`
    select encode(identity_born, 'hex') as born,
           (select array_agg(encode(name, 'hex')) from unnest(identity_names) name) as names
      from person
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
  return found
}

export function namesAgree(a: Identity, b: Identity): boolean {
  return a.names.some((name) => b.names.includes(name))
}

/** Blind indexes in hex as an array of bytes, for SQL. */
export function bytesOf(tx: Tx, inHex: string[]) {
  return tx`array(select decode(name, 'hex') from unnest(${inHex}::text[]) name)`
}

type Renamed = { residentId: string; told: Named }
type FormerRow = { eventId: string; residentId: string } & RegisterKey

/**
 * Somebody who moved in is told under another name: what is kept of the former row follows, so that a
 * former row that is registered later is compared with the name as it is now.
 */
export async function retellFormerRows(
  tx: Tx,
  vault: Vault,
  municipalityCode: string,
  renamed: Renamed[],
): Promise<void> {
  const ids = renamed.map(({ residentId }) => residentId)
  const formerRows = await tx<FormerRow[]>`
    select id as "eventId", resident_id as "residentId",
           previous_municipality_code as "municipalityCode",
           previous_register_number as "registerNumber"
      from register_event
     where municipality_code = ${municipalityCode} and resident_id = any(${ids}::uuid[])
       and previous_register_number is not null`
  for (const { eventId, residentId, ...former } of formerRows) {
    const { told } = renamed.find((each) => each.residentId === residentId)!
    const { names } = await identityUnder(vault, former, told)
    await tx`
      update register_event set previous_names = ${bytesOf(tx, names)} where id = ${eventId}`
  }
}
