/** The verdict on all that left and all that should have: pure, from the evidence alone. */
import { addDays, dayOf, instantOf } from './days.ts'
import { invitationOwed, preDueOwed } from './early.ts'
import type { Evidence } from './evidence.ts'
import { type Grace, graceOf, type RecordedDose } from './grace.ts'
import { type Heard, heardDay, heardOf, knownFrom } from './known.ts'
import type { LeftNotice } from './left-notice.ts'
import {
  type Course,
  type Owed,
  relocationNoticesOwed,
  roundOneOwed,
  roundTwoOwed,
} from './owed.ts'
import { neverQuiet, quietOf } from './quiet.ts'
import { type Recipient, recipientFinder } from './recipient.ts'
import type { ToldLine } from './told-file.ts'
import type { TruthPerson } from './truth-file.ts'
import { heardBefore, truthAgainst, type Wrong, wrongAsKnown } from './wrong.ts'

/** One thing that is not as it should be, for whoever wants to look. */
export type Complaint = {
  counter: 'missed' | 'duplicate' | 'notOwed' | `wrong.${Wrong}` | `unreported.${string}`
  personId?: string
  what: string
  source?: string
}

export type Assessment = {
  owed: number
  noticesSent: number
  mails: number
  letters: number
  letterPages: number
  missedNotices: number
  duplicateNotices: number
  wrongNotices: Record<Wrong, number>
  /** Left although nothing was owed yet, or ever. */
  notOwedNotices: number
  unreported: { dosed: number; dead: number; moved: number }
  complaints: Complaint[]
}

type Left = { notice: LeftNotice; recipient: Recipient; heard: Heard[] }

export function assess(evidence: Evidence): Assessment {
  const { truth, notices } = evidence
  const result: Assessment = {
    owed: 0,
    noticesSent: notices.length,
    mails: notices.filter((notice) => notice.channel === 'mail').length,
    letters: notices.filter((notice) => notice.channel === 'letter').length,
    letterPages: evidence.letterPages,
    missedNotices: 0,
    duplicateNotices: 0,
    wrongNotices: { dosedAndRecorded: 0, dead: 0, leftAddress: 0, protected: 0, wrongPerson: 0 },
    notOwedNotices: 0,
    unreported: { dosed: 0, dead: 0, moved: 0 },
    complaints: [],
  }
  const courses = coursesOf(evidence)
  const leftTo = attribute(notices, courses, evidence, result)
  for (const person of truth.people) {
    judgePerson(courses.get(person.id)!, leftTo.get(person.id) ?? [], result)
  }
  return result
}

/** Who opened the link in a mail; where nobody is asked to, an address counts from the start. */
function verifiedMails(told: ToldLine[]): (personId: string) => number | undefined {
  const links = told.filter((line) => line.kind === 'mailVerified' && !line.refused)
  if (links.length === 0) return () => 0
  const byPerson = new Map(links.map((line) => [line.personId, Date.parse(line.campaignAt)]))
  return (personId) => byPerson.get(personId)
}

function wavesTold({ truth, told }: Evidence): Course['waves'] {
  return told.flatMap((line) => {
    const wave = truth.header.waves?.[Number(line.ref.split('/')[1])]
    if (line.kind !== 'wave' || line.refused || !wave) return []
    const campaignMs = Date.parse(line.campaignAt)
    return [{ ...wave, campaignMs, sinceMs: line.dueAt ? Date.parse(line.dueAt) : campaignMs }]
  })
}

function coursesOf(evidence: Evidence): Map<string, Course> {
  const { truth, told } = evidence
  const { ladder } = truth.header
  const shared = {
    ...(ladder && { ladder }),
    isQuiet: ladder ? quietOf(ladder) : neverQuiet,
    waves: wavesTold(evidence),
    isMailVerified: verifiedMails(told),
  }
  const toldTo = new Map<string, ToldLine[]>()
  for (const line of told) {
    const lines = toldTo.get(line.personId)
    if (lines) lines.push(line)
    else toldTo.set(line.personId, [line])
  }
  const heard = truth.people.map((person) => heardOf(person, toldTo.get(person.id) ?? []))
  const grace: Grace = graceOf(
    truth.people.flatMap((person, i) => recordedDoses(person, heard[i]!)),
  )
  const endMs = instantOf(addDays(truth.header.epoch, truth.header.days))
  return new Map(
    truth.people.map((person, i) => [
      person.id,
      { ...shared, person, heard: heard[i]!, grace, endMs },
    ]),
  )
}

/** A dose counts for the town that was home when it was recorded. */
function recordedDoses(person: TruthPerson, heard: Heard[]): RecordedDose[] {
  return heard.flatMap((fact) => {
    if (fact.kind !== 'dose') return []
    const known = knownFrom(
      person,
      heard.filter((one) => one.campaignMs <= fact.campaignMs),
    )
    const { municipalityCode } = person.residences[known.home]!
    return [{ municipalityCode, givenOn: fact.dose.givenOn, recordedOn: heardDay(fact) }]
  })
}

function attribute(
  notices: LeftNotice[],
  courses: Map<string, Course>,
  { truth }: Evidence,
  result: Assessment,
): Map<string, Left[]> {
  const find = recipientFinder(truth.people)
  const leftTo = new Map<string, Left[]>()
  for (const notice of [...notices].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))) {
    const recipient = find(notice)
    if (!recipient) {
      complain(result, 'wrong.wrongPerson', notice)
      continue
    }
    const { id } = recipient.person
    const heard = heardBefore(courses.get(id)!.heard, notice)
    leftTo.set(id, [...(leftTo.get(id) ?? []), { notice, recipient, heard }])
  }
  return leftTo
}

function judgePerson(course: Course, left: Left[], result: Assessment): void {
  const seen = new Map<string, Left>()
  for (const one of left) {
    const key = keyOf(one)
    if (seen.has(key)) complain(result, 'duplicate', one.notice, course.person)
    else seen.set(key, one)
  }
  const owed = owedTo(course, seen)
  for (const [key, one] of seen) {
    const wrong = wrongAsKnown(one.recipient, one.heard, one.notice)
    if (wrong) {
      complain(result, `wrong.${wrong}`, one.notice, course.person)
      continue
    }
    const debt = owed.get(key)
    if (!debt || one.notice.day < debt.notBefore) {
      complain(result, 'notOwed', one.notice, course.person)
      continue
    }
    result.owed += 1
    const unreported = truthAgainst(one.recipient, one.notice)
    if (unreported) complain(result, `unreported.${unreported}`, one.notice, course.person)
  }
  for (const [key, debt] of owed) {
    if (debt.deadlineMs === undefined || leftInTime(seen.get(key), debt.deadlineMs)) continue
    if (!seen.has(key)) result.owed += 1
    complainOfMissing(result, debt, course.person)
  }
}

function owedTo(course: Course, seen: Map<string, Left>): Map<string, Owed> {
  const owed = new Map<string, Owed>()
  const add = (debt: Owed | undefined) => {
    if (debt) owed.set(`${debt.kind} ${debt.round} ${debt.occasion}`, debt)
  }
  add(invitationOwed(course))
  add(preDueOwed(course))
  add(roundOneOwed(course))
  const first = seen.get('reminder 1 0')
  if (first) add(roundTwoOwed(course, first.notice.day))
  for (const debt of relocationNoticesOwed(course)) add(debt)
  return owed
}

/** The occasion is not printed: a relocation notice is about the last move told before it left. */
function keyOf({ notice, heard, recipient }: Left): string {
  const occasion = notice.kind === 'relocationNotice' ? lastMove(heard, recipient.person) : 0
  return `${notice.kind} ${notice.round} ${occasion}`
}

function lastMove(heard: Heard[], person: TruthPerson): number {
  const { home } = knownFrom(person, heard)
  const moves = heard.filter(
    (fact) => fact.kind === 'home' && fact.isMove && fact.residence <= home,
  )
  return Math.max(0, ...moves.map((fact) => (fact.kind === 'home' ? fact.residence : 0)))
}

function leftInTime(left: Left | undefined, deadlineMs: number): boolean {
  if (!left) return false
  if ('campaignMs' in left.notice.left) return left.notice.left.campaignMs < deadlineMs
  return instantOf(left.notice.day) < deadlineMs
}

function complain(
  result: Assessment,
  counter: Complaint['counter'],
  notice: LeftNotice,
  person?: TruthPerson,
): void {
  const [group, which] = counter.split('.') as [string, string | undefined]
  if (group === 'duplicate') result.duplicateNotices += 1
  if (group === 'notOwed') result.notOwedNotices += 1
  if (group === 'wrong') result.wrongNotices[which as Wrong] += 1
  if (group === 'unreported') result.unreported[which as keyof Assessment['unreported']] += 1
  result.complaints.push({
    counter,
    ...(person && { personId: person.id }),
    what: `${notice.kind} round ${notice.round} by ${notice.channel} on ${notice.day}`,
    source: notice.source,
  })
}

function complainOfMissing(result: Assessment, debt: Owed, person: TruthPerson): void {
  result.missedNotices += 1
  const latest = dayOf((debt.deadlineMs ?? 0) - 1)
  result.complaints.push({
    counter: 'missed',
    personId: person.id,
    what: `${debt.kind} round ${debt.round} had to leave by ${latest}`,
  })
}
