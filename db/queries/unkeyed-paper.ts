/** Dose forms that lie at a town or a venue and are not keyed yet, as the town says of itself. */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Sql, Tx } from '../client.ts'

export type UnkeyedPaper = {
  id: string
  venueCode: string | null
  givenFrom: PlainDate
  givenTo: PlainDate
  slipsAbout: number | null
  declaredOn: PlainDate
  keyedOn: PlainDate | null
}

/** Throws `dateInFuture`, `datesReversed`, `unknownVenue` for one that is not the town's own. */
export async function declareUnkeyedPaper(
  tx: Tx,
  town: string,
  told: Pick<UnkeyedPaper, 'venueCode' | 'givenFrom' | 'givenTo' | 'slipsAbout'>,
  today: PlainDate,
): Promise<{ id: string }> {
  if (told.givenTo > today) throw new DomainError('dateInFuture', 'Not given yet', 'givenTo')
  if (told.givenTo < told.givenFrom) {
    throw new DomainError('datesReversed', 'It ends before it begins', 'givenTo')
  }
  if (told.venueCode !== null) {
    const [venue] = await tx`
      select from venue where code = ${told.venueCode} and municipality_code = ${town}`
    if (!venue) throw new DomainError('unknownVenue', 'The town has no such venue', 'venueCode')
  }
  const id = randomUUID()
  await tx`
    insert into unkeyed_paper (municipality_code, id, venue_code, given_from, given_to, slips_about,
                               declared_on, declared_by)
    values (${town}, ${id}, ${told.venueCode}, ${told.givenFrom}, ${told.givenTo},
            ${told.slipsAbout}, ${today}, ${currentActor().id})`
  return { id }
}

/** Whoever waited for it is looked at again the next morning. False: none such is open. */
export async function paperIsKeyed(
  tx: Tx,
  town: string,
  id: string,
  today: PlainDate,
): Promise<boolean> {
  const keyed = await tx`
    update unkeyed_paper set keyed_on = ${today}, keyed_by = ${currentActor().id}
     where municipality_code = ${town} and id = ${id} and keyed_on is null`
  return keyed.count > 0
}

/** The open ones first. */
export async function unkeyedPaperOf(sql: Sql | Tx, town: string): Promise<UnkeyedPaper[]> {
  return sql<UnkeyedPaper[]>`
    select id, venue_code as "venueCode", given_from as "givenFrom", given_to as "givenTo",
           slips_about as "slipsAbout", declared_on as "declaredOn", keyed_on as "keyedOn"
      from unkeyed_paper where municipality_code = ${town}
     order by keyed_on is not null, declared_on desc limit 100`
}
