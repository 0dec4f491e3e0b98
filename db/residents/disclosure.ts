/**
 * Everything held about one person, under one register row, for that person: what is sealed, what is
 * not, what was sent, who looked. Of a protected person every place is left out: the paper may be read
 * by whoever they live with, and they know where they are.
 */
import type { ClosedBecause, NoticeKind, PlainDate, Stage } from '../../domain/course.ts'
import type { DoseChangeKind } from '../../domain/dose-change.ts'
import type { CallOutcome } from '../../domain/follow-up-call.ts'
import type { ReturnEnding, ReturnReason } from '../../domain/returned-post.ts'
import type { IssueReason } from '../../domain/ticket-slips.ts'
import { look, type Tx, withPurpose } from '../client.ts'
import { type LookSeen, looksOf } from '../ledger/looks-of.ts'
import { type DisclosedPerson, openForDisclosure } from '../people/disclose.ts'
import type { MailState, StoppedBecause } from '../people/mail-address.ts'
import type { ManualChannel } from '../queries/manual-notices.ts'
import type { CourseHome } from '../queries/plan-input.ts'
import type { Store } from '../store.ts'

export type Disclosure = {
  municipalityCode: string
  residentId: string
  madeOn: PlainDate
  placesAreMasked: boolean
  /** Undefined of somebody who was erased. */
  person: DisclosedPerson | undefined
  register: Register
  protections: { fromOn: PlainDate; toOn: PlainDate | null }[]
  /** Days from which a register told with whom somebody lives; with whom, it is not kept. */
  households: { fromOn: PlainDate }[]
  /** Codes of the town's own list; null in a part where there is none. */
  groups: { facilityCode: string | null; priorityGroup: string | null }[]
  /** That there is one; what it says is for the office to tell in person. */
  hasDeliveryArrangement: boolean
  stayConsents: { givenOn: PlainDate; withdrawnOn: PlainDate | null }[]
  events: { kind: string; effectiveOn: PlainDate; recordedOn: PlainDate }[]
  links: Link[]
  course: Course | undefined
  doses: Dose[]
  doseChanges: DoseChange[]
  screenings: { screenedOn: PlainDate; venue: string | null }[]
  notices: Notice[]
  tasks: { kind: string; openedOn: PlainDate; isDone: boolean; outcome: string | null }[]
  ticketSheets: { reason: IssueReason; issuedOn: PlainDate; state: string }[]
  /** Dose forms on paper, for a venue. */
  paperForms: { printedOn: PlainDate; doseNumber: number }[]
  returnedLetters: {
    returnedOn: PlainDate
    reason: ReturnReason
    endedBecause: ReturnEnding | null
  }[]
  calls: { calledOn: PlainDate; outcome: CallOutcome }[]
  /** What a clerk told the person in place of a notice; one that was taken back was not told. */
  toldByHand: { toldOn: PlainDate; kind: NoticeKind; by: ManualChannel; isTakenBack: boolean }[]
  refusals: { refusedOn: PlainDate; isTakenBack: boolean }[]
  /** Whether notices may come by mail; the resident's own address stands with the person. */
  mail:
    | { state: MailState; because: StoppedBecause | null; verifiedOn: PlainDate | null }
    | undefined
  /** Mails that came back. */
  bounces: { receivedOn: PlainDate; status: string }[]
  letterCodes: { madeOn: PlainDate; triesLeft: number; endedBecause: string | null }[]
  looks: LookSeen[]
}

type Register = {
  registerNumber: string
  status: string
  statusOn: PlainDate | null
  ageClass: number
  recordedOn: string
}
/**
 * That two people of an office said this row and another are one person's: this row's own side. Which the
 * other row is, or where, is not in it.
 */
type Link = {
  side: 'now' | 'former'
  sinceOn: PlainDate
  linkedOn: PlainDate
  isStanding: boolean
}
type Course = {
  id: string
  stage: Stage
  dosesGiven: number
  closedBecause: ClosedBecause | null
  earliestOn: PlainDate | null
  dueOn: PlainDate | null
}
type Dose = {
  doseNumber: number
  givenOn: PlainDate
  productCode: string
  lotNumber: string
  /** Of a dose that this register recorded; null for an earlier town's, and where places are masked. */
  venue: string | null
  findings: string[]
}
/** What was changed of a dose while this register kept it; no place is in it. */
type DoseChange = {
  kind: DoseChangeKind
  changedOn: PlainDate
  reason: string
  givenOnBefore: PlainDate | null
  givenOnAfter: PlainDate | null
}
type Notice = {
  kind: string
  round: number
  state: string
  reason: string | null
  channel: string | null
  dueOn: PlainDate
  leftOn: PlainDate | null
}

const looksAtMost = 10_000
const fields = ['course', 'doses', 'notices', 'registerEvents', 'tasks', 'ticket', 'looks']

/** Undefined when there is no such register row. */
export async function readDisclosure(
  { sql, vault }: Store,
  row: CourseHome,
  today: PlainDate,
): Promise<Disclosure | undefined> {
  const scope = { municipalityCode: row.municipalityCode, purpose: 'disclose' } as const
  return withPurpose(sql, scope, async (tx) => {
    const register = await readRegister(tx, row)
    const course = register && (await readCourse(tx, row))
    await look(tx, register ? [{ ...row, ...(course && { courseId: course.id }), fields }] : [])
    if (!register) return undefined
    const placesAreMasked = await isShielded(tx, row, today)
    const person = await openForDisclosure(tx, vault, row)
    const disclosure = {
      ...{ ...row, madeOn: today, placesAreMasked, person, register, course },
      protections: await readProtections(tx, row),
      ...(await readStays(tx, row)),
      groups: await readGroups(tx, row),
      events: await readEvents(tx, row),
      links: await readLinks(tx, row),
      doses: course ? await readDoses(tx, course.id, row) : [],
      doseChanges: await readDoseChanges(tx, row),
      screenings: await readScreenings(tx, row),
      notices: await readNotices(tx, row),
      tasks: await readTasks(tx, row),
      ticketSheets: await readSheets(tx, row),
      paperForms: await readPaperForms(tx, row),
      returnedLetters: await readReturned(tx, row),
      calls: await readCalls(tx, row),
      toldByHand: await readToldByHand(tx, row),
      refusals: await readRefusals(tx, row),
      ...(await readMail(tx, row)),
      letterCodes: await readCodes(tx, row),
      looks: await readLooks(tx, row, course?.id, placesAreMasked),
    }
    return placesAreMasked ? withoutPlaces(disclosure) : disclosure
  })
}

/** Whatever tells where somebody is or was; days and products stay. */
export function withoutPlaces(disclosure: Disclosure): Disclosure {
  const { person, groups, doses, screenings } = disclosure
  return {
    ...disclosure,
    groups: groups.map((one) => ({ ...one, facilityCode: null })),
    person: person && {
      ...person,
      residences: person.residences.map((one) => ({ ...one, postcode: '', address: '' })),
      forwardings: [],
      letters: [],
      messages: person.messages.map(({ place: _, ...message }) => message),
    },
    doses: doses.map((dose) => ({ ...dose, venue: null })),
    screenings: screenings.map((one) => ({ ...one, venue: null })),
  }
}

async function isShielded(tx: Tx, row: CourseHome, today: PlainDate): Promise<boolean> {
  const [answer] = await tx<{ shielded: boolean }[]>`
    select is_shielded(${row.municipalityCode}, ${row.residentId}, ${today}) as shielded`
  return answer!.shielded
}

async function readRegister(tx: Tx, row: CourseHome): Promise<Register | undefined> {
  const [found] = await tx<Register[]>`
    select register_number as "registerNumber", status, status_on as "statusOn",
           age_class as "ageClass", (recorded_at at time zone 'Asia/Tokyo')::date::text as "recordedOn"
      from resident where municipality_code = ${row.municipalityCode} and id = ${row.residentId}`
  return found
}

async function readCourse(tx: Tx, row: CourseHome): Promise<Course | undefined> {
  const [found] = await tx<Course[]>`
    select id, stage, doses_given as "dosesGiven", closed_because as "closedBecause",
           earliest_on as "earliestOn", due_on as "dueOn"
      from course
     where home_municipality_code = ${row.municipalityCode} and home_resident_id = ${row.residentId}
     order by closed_because is not distinct from 'merged', opened_at limit 1`
  return found
}

function readProtections(tx: Tx, row: CourseHome): Promise<Disclosure['protections']> {
  return tx<Disclosure['protections']>`
    select from_on as "fromOn", to_on as "toOn" from protection
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by from_on`
}

async function readStays(tx: Tx, row: CourseHome) {
  const households = await tx<Disclosure['households']>`
    select from_on as "fromOn" from household_member
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by from_on`
  const deliveries = await tx`
    select from delivery_arrangement
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
  const stayConsents = await tx<Disclosure['stayConsents']>`
    select given_on as "givenOn", withdrawn_on as "withdrawnOn" from stay_consent
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by given_at`
  return { households, hasDeliveryArrangement: deliveries.length > 0, stayConsents }
}

function readGroups(tx: Tx, row: CourseHome): Promise<Disclosure['groups']> {
  return tx<Disclosure['groups']>`
    select facility_code as "facilityCode", priority_group as "priorityGroup" from resident_group
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}`
}

function readEvents(tx: Tx, row: CourseHome): Promise<Disclosure['events']> {
  return tx<Disclosure['events']>`
    select kind, effective_on as "effectiveOn", recorded_on as "recordedOn" from register_event
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by recorded_at`
}

function readLinks(tx: Tx, row: CourseHome): Promise<Link[]> {
  return tx<Link[]>`
    select side, since_on as "sinceOn", linked_on as "linkedOn", is_standing as "isStanding"
      from person_link_side
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by linked_at, side`
}

/** Of an earlier town what the course's link lets through; of the own register the venue as well. */
function readDoses(tx: Tx, courseId: string, row: CourseHome): Promise<Dose[]> {
  return tx<Dose[]>`
    select l.claimed_dose_number as "doseNumber", l.given_on as "givenOn",
           l.product_code as "productCode", l.lot_number as "lotNumber", v.name as venue,
           coalesce((select array_agg(f.code order by f.code) from finding f
                      where (f.municipality_code, f.dose_id) = (d.municipality_code, d.id)), '{}')
             as findings
      from linked_doses(${courseId}) l
      left join dose d on (d.municipality_code, d.id) = (${row.municipalityCode}, l.id)
      left join venue v on v.code = d.venue_code
     order by l.given_on, l.claimed_dose_number`
}

function readDoseChanges(tx: Tx, row: CourseHome): Promise<DoseChange[]> {
  return tx<DoseChange[]>`
    select kind, changed_on as "changedOn", reason, before ->> 'givenOn' as "givenOnBefore",
           after ->> 'givenOn' as "givenOnAfter"
      from dose_change
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by changed_at`
}

function readScreenings(tx: Tx, row: CourseHome): Promise<Disclosure['screenings']> {
  return tx<Disclosure['screenings']>`
    select s.screened_on as "screenedOn", v.name as venue
      from screening s left join venue v on v.code = s.venue_code
     where s.municipality_code = ${row.municipalityCode} and s.resident_id = ${row.residentId}
       and s.voided_at is null
     order by s.screened_on`
}

function readNotices(tx: Tx, row: CourseHome): Promise<Notice[]> {
  return tx<Notice[]>`
    select kind, round, state, reason, channel, due_on as "dueOn", left_on as "leftOn" from notice
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by due_on, round`
}

function readTasks(tx: Tx, row: CourseHome): Promise<Disclosure['tasks']> {
  return tx<Disclosure['tasks']>`
    select kind, opened_on as "openedOn", done_at is not null as "isDone", outcome from task
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by opened_at`
}

function readSheets(tx: Tx, row: CourseHome): Promise<Disclosure['ticketSheets']> {
  return tx<Disclosure['ticketSheets']>`
    select reason, issued_on as "issuedOn", state from ticket_sheet
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by issued_at`
}

function readPaperForms(tx: Tx, row: CourseHome): Promise<Disclosure['paperForms']> {
  return tx<Disclosure['paperForms']>`
    select o.asked_on as "printedOn", f.dose_number as "doseNumber"
      from paper_form f
      join office_file o on (o.municipality_code, o.id) = (f.municipality_code, f.file_id)
     where f.municipality_code = ${row.municipalityCode} and f.resident_id = ${row.residentId}
     order by o.asked_at`
}

function readReturned(tx: Tx, row: CourseHome): Promise<Disclosure['returnedLetters']> {
  return tx<Disclosure['returnedLetters']>`
    select returned_on as "returnedOn", reason, ended_because as "endedBecause"
      from returned_letter
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by returned_at`
}

function readCalls(tx: Tx, row: CourseHome): Promise<Disclosure['calls']> {
  return tx<Disclosure['calls']>`
    select called_on as "calledOn", outcome from follow_up_call
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by called_at`
}

function readToldByHand(tx: Tx, row: CourseHome): Promise<Disclosure['toldByHand']> {
  return tx<Disclosure['toldByHand']>`
    select told_on as "toldOn", kind, told_by as by, taken_back_at is not null as "isTakenBack"
      from manual_notice
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by recorded_at`
}

function readRefusals(tx: Tx, row: CourseHome): Promise<Disclosure['refusals']> {
  return tx<Disclosure['refusals']>`
    select refused_on as "refusedOn", taken_back_at is not null as "isTakenBack" from letter_refusal
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by refused_at`
}

async function readMail(tx: Tx, row: CourseHome): Promise<Pick<Disclosure, 'mail' | 'bounces'>> {
  const { municipalityCode, residentId } = row
  const [mail] = await tx<NonNullable<Disclosure['mail']>[]>`
    select state, stopped_because as because, verified_on as "verifiedOn" from mail_address
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}`
  const bounces = await tx<Disclosure['bounces']>`
    select b.received_on as "receivedOn", b.status
      from mail_bounce b
      join notice_attempt a on (a.municipality_code, a.id) = (b.municipality_code, b.attempt_id)
      join notice n on (n.municipality_code, n.id) = (a.municipality_code, a.notice_id)
     where n.municipality_code = ${municipalityCode} and n.resident_id = ${residentId}
     order by b.received_at`
  return { mail, bounces }
}

function readCodes(tx: Tx, row: CourseHome): Promise<Disclosure['letterCodes']> {
  return tx<Disclosure['letterCodes']>`
    select made_on as "madeOn", tries_left as "triesLeft", died_because as "endedBecause"
      from letter_code
     where municipality_code = ${row.municipalityCode} and resident_id = ${row.residentId}
     order by made_on`
}

function readLooks(
  tx: Tx,
  row: CourseHome,
  courseId: string | undefined,
  hidesPlaces: boolean,
): Promise<LookSeen[]> {
  const about = { registerRows: [row], hidesPlaces, ...(courseId !== undefined && { courseId }) }
  return looksOf(tx, about, looksAtMost)
}
