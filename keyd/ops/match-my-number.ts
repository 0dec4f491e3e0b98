import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { legalBasisOn } from '../../domain/legal-basis.ts'
import { isMyNumber } from '../../domain/my-number.ts'
import { open } from '../../vault/field-seal.ts'
import { type Asking, assertNotErased } from '../context.ts'
import { checkLook, type Look, readLooks } from '../looks.ts'
import type { Answers, Request } from '../protocol.ts'
import { fieldKey, withResidentKey } from '../resident-keys.ts'
import { blind } from './blind-index.ts'
import { assertSealerKeepsUp } from './unlock.ts'

type Asked = Request<'matchMyNumber'>

/** How `match_my_number` of the database answers. */
type Match = {
  outcome: 'found' | 'nobody' | 'noMoveIn' | 'overLimit'
  residentId: string | null
  lookId: string | null
}

const PURPOSE = 'legalMatch'

/**
 * Whether the former municipality of a mover knows the same person. The number is opened here, turned
 * into the former town's index here, and looked up by a function that nobody else may call: what
 * leaves is a resident id or nothing, so that two towns' indexes can never be joined.
 */
export async function matchMyNumber(
  { context, client }: Asking,
  asked: Asked,
): Promise<Answers['matchMyNumber']> {
  const { key, formerMunicipality, lookIds } = asked
  if (key.municipalityCode === formerMunicipality) {
    throw new DomainError('keydRequestInvalid', 'A municipality does not ask itself')
  }
  const looks = await readLooks(context.sql, [...lookIds])
  assertSealerKeepsUp(looks, context.settings.ledgerStalledAfterSeconds)
  const asking = checkLook(looks.byId.get(lookIds[0]), { ...key, fields: ['myNumber'] })
  const former = checkLook(looks.byId.get(lookIds[1]), {
    municipalityCode: formerMunicipality,
    residentId: null,
    fields: ['myNumber'],
  })
  for (const look of [asking, former]) assertLegal(look, context.today(), asked)
  assertNotErased(context, key)
  await context.towns.ensure(formerMunicipality)
  const hmac = await hmacUnderFormerTown({ context, client }, asked)
  const match = await lookUp({ context, client }, asked, hmac)
  context.keydLog.append({
    op: 'matchMyNumber',
    client,
    looks: [...lookIds, ...(match.lookId ? [match.lookId] : [])],
    municipality: key.municipalityCode,
    resident: key.residentId,
    former: formerMunicipality,
    outcome: match.outcome,
    legalBasis: asked.legalBasis,
    ...(asked.consentRecordedBy !== undefined && { consentRecordedBy: asked.consentRecordedBy }),
  })
  return answerOf(match)
}

function assertLegal(look: Look, today: PlainDate, asked: Asked): void {
  if (look.purpose !== PURPOSE) {
    throw new DomainError('purposeNotAllowed', 'A match needs looks of its own purpose')
  }
  const basis = legalBasisOn(asked.legalBasis, today)
  if (!basis || look.legalBasis !== asked.legalBasis) {
    throw new DomainError('legalBasisMissing', 'No legal basis of that name holds on this day')
  }
  if (basis.needsConsentRecord && asked.consentRecordedBy === undefined) {
    throw new DomainError('legalBasisMissing', 'Who recorded the consent has to be named')
  }
}

async function hmacUnderFormerTown({ context }: Asking, asked: Asked): Promise<Buffer> {
  const { key } = asked
  const number = await withResidentKey(context.store, key, (dek) =>
    open(
      { myNumber: fieldKey(dek, 'myNumber'), dekVersion: key.dekVersion },
      {
        table: 'my_number',
        column: 'sealed',
        field: 'myNumber',
        municipalityCode: key.municipalityCode,
        rowId: key.residentId,
      },
      Buffer.from(asked.sealed, 'base64'),
    ),
  )
  if (!isMyNumber(number)) {
    throw new DomainError('myNumberInvalid', 'What was sealed is no My Number')
  }
  return blind(await context.store.indexKey(asked.formerMunicipality, 'myNumber'), number)
}

async function lookUp({ context }: Asking, asked: Asked, hmac: Buffer): Promise<Match> {
  const { key, formerMunicipality, lookIds, moveInEventId } = asked
  const [match] = await context.sql<Match[]>`
    select outcome, resident_id as "residentId", look_id as "lookId"
      from match_my_number(${key.municipalityCode}, ${key.residentId}, ${moveInEventId},
                           ${formerMunicipality}, ${hmac}, ${lookIds[1]}, ${context.today()}::date,
                           ${context.settings.matchesPerDay})`
  if (!match) throw new Error('match_my_number answered nothing')
  return match
}

function answerOf({ outcome, residentId }: Match): Answers['matchMyNumber'] {
  switch (outcome) {
    case 'found':
      return { residentId: residentId as string }
    case 'nobody':
      return {}
    case 'noMoveIn':
      throw new DomainError('moveInMissing', 'No move-in of this resident names that municipality')
    case 'overLimit':
      throw new DomainError('matchOverLimit', 'This municipality has asked often enough today')
    default:
      throw new Error(`match_my_number answered ${String(outcome satisfies never)}`)
  }
}
