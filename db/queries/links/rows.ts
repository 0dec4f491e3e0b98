/** Two register rows that may be one person's: found, and compared by what their registers say. */
import type { PlainDate } from '../../../domain/course.ts'
import { DomainError } from '../../../domain/errors.ts'
import { residencyOf } from '../../../domain/residency.ts'
import type { Vault } from '../../../vault/vault.ts'
import { look, type Tx } from '../../client.ts'
import { isBeforeBirth } from '../../people/birth.ts'
import { unlockPeople } from '../../people/keys.ts'
import {
  type OpenPerson,
  openPersonFields,
  personFields,
  readSealedPeople,
} from '../../people/open-person.ts'
import { identityUnder, namesAgree, readIdentity } from '../../people/same-person.ts'
import { inTownsOf } from '../../scope.ts'
import type { CourseHome } from '../plan-input.ts'
import { findPerson, type RegisterKey, readFactsOfPerson } from '../register-events.ts'

/** A register row with the number that its town gave it. */
export type LinkRow = CourseHome & { registerNumber: string }

export type LinkPair = { now: LinkRow; former: LinkRow; since: PlainDate }

/** Of both rows, in the scope of their towns; the town named first is the office's own. */
export async function findRow(tx: Tx, key: RegisterKey | CourseHome, field: string) {
  const byNumber = 'registerNumber' in key
  const [row] = await tx<LinkRow[]>`
    select municipality_code as "municipalityCode", id as "residentId",
           register_number as "registerNumber"
      from resident
     where municipality_code = ${key.municipalityCode} and erased_at is null
       and ${byNumber ? tx`register_number = ${key.registerNumber}` : tx`id = ${key.residentId}`}`
  if (!row) throw new DomainError('unknownResident', 'The register has no such row', field)
  await look(tx, [{ ...homeOf(row), fields: ['registerEvents'] }])
  return row
}

export function homeOf({ municipalityCode, residentId }: CourseHome): CourseHome {
  return { municipalityCode, residentId }
}

/**
 * Whether the two rows may be one person's: the birth date is the same, and they are not one already.
 * Answers whether the names agree in one of their forms; they need not, a name can change. Only the
 * office's own row is opened. Throws `linkSameRow`, `linkOfLeaver`, `alreadyOnePerson`,
 * `linkBirthDateDiffers`, `dateInFuture`, `dateBeforeBirth`, `residentErased`.
 */
export async function compareRows(
  tx: Tx,
  vault: Vault,
  { now, former, since }: LinkPair,
  office: string,
  today: PlainDate,
): Promise<{ namesAgree: boolean }> {
  if (now.residentId === former.residentId) refuse('linkSameRow', 'formerNumber')
  if (since > today) refuse('dateInFuture', 'since')
  const own = now.municipalityCode === office ? now : former
  const other = own === now ? former : now
  const rows = await inTownsOf(tx, 'settleMove', homeOf(own), () =>
    rowsSeenBy(tx, own, other.municipalityCode === office),
  )
  await look(tx, [])
  if (rows.some((row) => row.residentId === other.residentId)) {
    refuse('alreadyOnePerson', 'formerNumber')
  }
  const { bornOn, ...name } = (await openRows(tx, vault, [own])).get(own.residentId) ?? erased()
  const asked = await identityUnder(vault, other, { name, bornOn })
  const kept = (await readIdentity(tx, other)) ?? erased()
  if (asked.born !== kept.born) refuse('linkBirthDateDiffers', 'formerNumber')
  if (await isBeforeBirth(tx, vault, now, since)) refuse('dateBeforeBirth', 'since')
  return { namesAgree: namesAgree(asked, kept) }
}

/**
 * All rows of the person. A town that somebody has left sees that they moved out, and not where: it gets one
 * answer about whatever row of another town it names, that of the person's new row too. Throws `linkOfLeaver`.
 */
async function rowsSeenBy(tx: Tx, own: LinkRow, areBothOwn: boolean): Promise<CourseHome[]> {
  const rows = await findPerson(tx, homeOf(own))
  if (rows.length === 1 || areBothOwn) return rows
  const ids = rows.map((row) => row.residentId)
  const { home } = residencyOf(ids, await readFactsOfPerson(tx, rows))
  if (home.residentId !== own.residentId) refuse('linkOfLeaver', 'formerNumber')
  return rows
}

/** What registers say of these rows, by resident id; each is a look. Whoever was erased is missing. */
export async function openRows(
  tx: Tx,
  vault: Vault,
  rows: CourseHome[],
): Promise<Map<string, OpenPerson>> {
  const asked = { purpose: 'linkPeople', rows: rows.map(homeOf), fields: personFields }
  const keys = await unlockPeople(tx, vault, asked)
  const sealed = await readSealedPeople(tx, rows)
  return new Map(
    sealed.flatMap((row) => {
      const unlocked = keys.get(row.residentId)
      return unlocked ? [[row.residentId, openPersonFields(unlocked, row, row)] as const] : []
    }),
  )
}

function erased(): never {
  throw new DomainError('residentErased', 'The person was erased', 'formerNumber')
}

function refuse(code: string, field: string): never {
  throw new DomainError(code, 'The two rows cannot be linked', field)
}
