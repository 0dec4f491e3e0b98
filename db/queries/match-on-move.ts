/**
 * A move-in that names the former town, but not the person's number there: that town is asked by My
 * Number, once the move-in is committed. The event says how far it is, so that a process that dies
 * between the two, or a keyd that is away, leaves a question and never half an answer; `sweepMatches`
 * asks it. Found, the former row is written into the event, and from there on everything is as if the
 * certificate had told its number.
 */
import type { Log } from '../../config/log.ts'
import type { PlainDate } from '../../domain/course.ts'
import { DomainError } from '../../domain/errors.ts'
import { legalBasisFor } from '../../domain/legal-basis.ts'
import type { ResidentKey, Vault } from '../../vault/vault.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import { type KeyColumns, keyColumns, keyFrom } from '../people/keys.ts'
import { openPersonFields, personFields } from '../people/open-person.ts'
import {
  bytesOf,
  type Identity,
  identityUnder,
  type Named,
  namesAgree,
  readIdentity,
} from '../people/same-person.ts'
import type { MatchState } from '../schema/register.ts'
import type { Store } from '../store.ts'
import { type RegisterReport, type Reported, recordReport, rowOf } from './moves.ts'
import type { CourseHome } from './plan-input.ts'
import { inRegister, type RegisterKey, takeTurns } from './register-events.ts'
import { settlePerson } from './residency.ts'
import { openTask } from './tasks.ts'

export type Matched = { state: MatchState; hasNews: boolean }
type EventKey = { municipalityCode: string; eventId: string }

/**
 * Records a report; a move-in that leaves a question to the former town is asked at once. What goes
 * wrong then is no fault of the report: it stays recorded, its question pending. Throws what
 * `recordReport` throws.
 */
export async function recordAndMatch(
  store: Store,
  report: RegisterReport,
  today: PlainDate,
  log: Log,
): Promise<Reported & { formerRecord?: MatchState }> {
  const recorded = await recordReport(store, report, today)
  const isAsked = report.kind === 'movedIn' && report.previous && !rowOf(report.previous)
  if (!isAsked) return recorded
  const matched = await matchFormerTown(store, report, today).catch((error): Matched => {
    log.warn(
      { err: error, eventId: report.eventId },
      'a former town could not be asked; it will be',
    )
    return { state: 'pending', hasNews: false }
  })
  const hasNews = recorded.hasNews || matched.hasNews
  return { answer: recorded.answer, hasNews, formerRecord: matched.state }
}

/**
 * Asks, unless it is answered already, and settles what follows. Safe to repeat and to be broken off
 * anywhere. Throws keyd's `keydAway`, `keydBusy`, `matchOverLimit`, `ledgerStalled`: then it is pending.
 */
export async function matchFormerTown(
  store: Store,
  event: EventKey,
  today: PlainDate,
): Promise<Matched> {
  const question = await readQuestion(store, event)
  if (question.state !== 'pending') return { state: question.state, hasNews: false }
  const found = await answerTo(store, question, today)
  return settle(store, question, found, today)
}

type Question = EventKey &
  CourseHome & {
    state: MatchState
    own: RegisterKey
    former: string
    consentBy: string | undefined
    /** Told otherwise meanwhile: another move-in of the person names the row. */
    isJoined: boolean
    number: { key: ResidentKey; sealed: Uint8Array } | undefined
    person: Record<'name' | 'kana' | 'bornOn', Uint8Array> | undefined
  }

type QuestionRow = CourseHome &
  KeyColumns & {
    state: MatchState
    registerNumber: string
    former: string | null
    consentBy: string | null
    isJoined: boolean
    sealed: Uint8Array | null
    name: Uint8Array | null
    kana: Uint8Array | null
    bornOn: Uint8Array | null
  }

async function readQuestion({ sql }: Store, event: EventKey): Promise<Question> {
  const { municipalityCode, eventId } = event
  const row = await withPurpose(
    sql,
    { municipalityCode, purpose: 'manageRegister' },
    async (tx) => {
      const [found] = await tx<QuestionRow[]>`
      select e.municipality_code as "municipalityCode", e.resident_id as "residentId",
             e.match_state as state, r.register_number as "registerNumber",
             e.previous_municipality_code as former, e.match_consent_by as "consentBy",
             exists (select from register_event o
                      where (o.municipality_code, o.resident_id, o.previous_municipality_code)
                          = (e.municipality_code, e.resident_id, e.previous_municipality_code)
                        and o.previous_register_number is not null) as "isJoined",
             n.sealed, p.name, p.kana, p.born_on as "bornOn", ${keyColumns(tx)}
        from register_event e
        join resident r on (r.municipality_code, r.id) = (e.municipality_code, e.resident_id)
        left join person p on (p.municipality_code, p.resident_id) = (r.municipality_code, r.id)
        left join my_number n on (n.municipality_code, n.resident_id) = (r.municipality_code, r.id)
        left join resident_key k on (k.municipality_code, k.resident_id) = (r.municipality_code, r.id)
       where e.id = ${eventId} and e.match_state is not null`
      const looks = found ? [{ ...homeOf(found), fields: ['registerEvents'] }] : []
      await look(tx, looks)
      return found
    },
  )
  // Erased meanwhile, the event names no former town any more: there is nothing left to ask.
  if (!row?.former) throw new DomainError('moveInMissing', 'No such move-in waits for an answer')
  return questionOf(event, { ...row, former: row.former })
}

function homeOf({ municipalityCode, residentId }: CourseHome): CourseHome {
  return { municipalityCode, residentId }
}

function questionOf(event: EventKey, row: QuestionRow & { former: string }): Question {
  const key = keyFrom(row)
  const { state, former, isJoined, sealed, name, kana, bornOn } = row
  return {
    ...{ ...event, ...homeOf(row), state, former, isJoined },
    own: { municipalityCode: row.municipalityCode, registerNumber: row.registerNumber },
    consentBy: row.consentBy ?? undefined,
    number: key && sealed ? { key, sealed } : undefined,
    person: name && kana && bornOn ? { name, kana, bornOn } : undefined,
  }
}

type Found =
  | { state: Exclude<MatchState, 'pending' | 'found'> }
  | { state: 'found'; former?: RegisterKey; identity?: Identity }

/** Nothing is written here but looks, and what keyd counts. */
async function answerTo(store: Store, question: Question, today: PlainDate): Promise<Found> {
  const { isJoined, number, consentBy, person } = question
  if (isJoined) return { state: 'found' }
  const basis = legalBasisFor(today)
  if (basis.needsConsentRecord && consentBy === undefined) return { state: 'noConsent' }
  if (!number || !person) return { state: 'noMyNumber' }
  const residentId = await store.vault
    .matchMyNumber({
      ...number,
      moveInEventId: question.eventId,
      formerMunicipality: question.former,
      legalBasis: basis.code,
      ...(consentBy !== undefined && { consentRecordedBy: consentBy }),
    })
    .catch(orUnusable)
  if (residentId === unusable) return { state: 'noMyNumber' }
  if (residentId === undefined) return { state: 'nobody' }
  return compare(store, { ...question, number, person }, residentId)
}

const unusable = Symbol('the number on record cannot be used')
/** A number that is none, or was sealed for somebody else: the register has to tell it again. */
const numberFaults = ['myNumberInvalid', 'sealBroken', 'wrappedKeyBroken', 'residentErased']

function orUnusable(error: unknown): typeof unusable {
  if (error instanceof DomainError && numberFaults.includes(error.code)) return unusable
  throw error
}

/**
 * A number alone joins nobody: one that was written down wrongly may be somebody else's, whose doses
 * would then be taken for this person's. Birth date and name must agree, as with a certificate.
 */
async function compare(
  { sql, vault }: Store,
  question: Question & { number: { key: ResidentKey }; person: NonNullable<Question['person']> },
  residentId: string,
): Promise<Found> {
  const municipalityCode = question.former
  const row = { municipalityCode, residentId }
  const kept = await withPurpose(sql, { municipalityCode, purpose: 'settleMove' }, async (tx) => {
    await look(tx, [{ ...row, fields: ['registerEvents'] }])
    const [resident] = await tx<{ registerNumber: string }[]>`
      select register_number as "registerNumber" from resident
       where municipality_code = ${municipalityCode} and id = ${residentId}`
    return resident && { ...resident, identity: await readIdentity(tx, row) }
  })
  if (!kept?.identity) return { state: 'nobody' }
  const former = { municipalityCode, registerNumber: kept.registerNumber }
  const identity = await identityUnder(vault, former, await openPerson(vault, question))
  const isSame = kept.identity.born === identity.born && namesAgree(kept.identity, identity)
  return isSame ? { state: 'found', former, identity } : { state: 'differs' }
}

async function openPerson(
  vault: Vault,
  question: Question & { number: { key: ResidentKey }; person: NonNullable<Question['person']> },
): Promise<Named> {
  const asked = { ...question.number.key, fields: personFields }
  const unlocked = await vault.unlock('manageRegister', [asked])
  const keys = unlocked.get(question.residentId)
  if (!keys) throw new DomainError('residentErased', 'The person was erased')
  const { bornOn, ...name } = openPersonFields(keys, question, question.person)
  return { name, bornOn }
}

/** One transaction: the answer and all that follows from it, or nothing of it. */
async function settle(
  { sql }: Store,
  question: Question,
  found: Found,
  today: PlainDate,
): Promise<Matched> {
  const { municipalityCode, eventId, own } = question
  const home = homeOf(question)
  return inRegister(sql, municipalityCode, async (tx) => {
    const former = 'former' in found ? found.former : undefined
    await takeTurns(tx, former ? [own, former] : [own])
    await look(tx, [{ ...home, fields: ['registerEvents'] }])
    const [event] = await tx<{ state: MatchState }[]>`
      select match_state as state from register_event where id = ${eventId} for update`
    if (event?.state !== 'pending') return { state: event?.state ?? 'nobody', hasNews: false }
    await writeAnswer(tx, eventId, found)
    if (found.state === 'found') {
      return { state: found.state, ...(await settlePerson(tx, home, today)) }
    }
    await openTask(tx, {
      ...{ ...home, kind: 'findFormerRecord', courseId: await courseOf(tx, home) },
      ...{ occasion: eventId, round: 0, openedOn: today },
    })
    return { state: found.state, hasNews: false }
  })
}

async function writeAnswer(tx: Tx, eventId: string, found: Found): Promise<void> {
  const { former, identity } = { former: undefined, identity: undefined, ...found }
  await tx`
    update register_event
       set match_state = ${found.state},
           previous_register_number = ${former?.registerNumber ?? null},
           previous_born = decode(${identity?.born ?? null}, 'hex'),
           previous_names = ${identity ? bytesOf(tx, identity.names) : null}
     where id = ${eventId}`
}

async function courseOf(tx: Tx, home: CourseHome): Promise<string | null> {
  const [course] = await tx<{ id: string }[]>`
    select c.id from course_link l join course c on c.id = l.course_id
     where (l.municipality_code, l.resident_id) = (${home.municipalityCode}, ${home.residentId}::uuid)
       and c.closed_because is distinct from 'merged'
     order by c.opened_at limit 1`
  return course?.id ?? null
}

const askedAtMost = 100

/** Answers whether any course has news. */
export type MatchSweep = (today: PlainDate) => Promise<boolean>

/**
 * Asks what is still pending. A town that has asked often enough for a day rests until the next; keyd
 * away, all of it waits.
 */
export function matchSweep(store: Store, log: Log): MatchSweep {
  const restsOn = new Map<string, PlainDate>()
  return async (today) => {
    const resting = [...restsOn].filter(([, day]) => day === today).map(([town]) => town)
    const pending = await store.sql<EventKey[]>`
      select municipality_code as "municipalityCode", event_id as "eventId"
        from pending_matches(${resting}::text[], ${askedAtMost})`
    let hasNews = false
    for (const event of pending) {
      if (restsOn.get(event.municipalityCode) === today) continue
      try {
        hasNews = (await matchFormerTown(store, event, today)).hasNews || hasNews
      } catch (error) {
        const { code } = error as { code?: string }
        if (code === 'keydAway' || code === 'ledgerStalled') throw error
        if (code === 'matchOverLimit') restsOn.set(event.municipalityCode, today)
        else log.warn({ err: error, eventId: event.eventId }, 'a former town could not be asked')
      }
    }
    return hasNews
  }
}
