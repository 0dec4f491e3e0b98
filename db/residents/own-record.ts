/**
 * What a resident sees of the own record: where the course stands, doses by day and product, what was
 * sent, who looked. No name, no address, no venue, no town of a dose, no ticket, no lot: whoever stands
 * behind the reader, or has taken the letter from them, learns nothing of where they were.
 */
import { actAs } from '../../config/actor.ts'
import type { ClosedBecause, PlainDate, Stage } from '../../domain/course.ts'
import { triesOfACode } from '../../domain/letter-code.ts'
import { look, type Sql, type Tx, withPurpose } from '../client.ts'
import { type LookSeen, looksOf } from '../ledger/looks-of.ts'
import { refusesReminder } from './refusals.ts'
import { type OwnSession, readOwnSession, type SessionKey } from './session.ts'

export type OwnRecord = {
  municipalityCode: string
  /** Where the course stands; undefined for somebody who has none. */
  course: OwnCourse | undefined
  doses: OwnDose[]
  notices: OwnNotice[]
  looks: LookSeen[]
  refusesLetters: boolean
  /** What was said on this page before, newest first. */
  said: { kind: OwnMessageKind; saidOn: PlainDate }[]
  /** How often this letter's code was tried with another birth date. */
  wrongTries: number
}

export type OwnMessageKind = 'alreadyVaccinated' | 'notMine'

export type OwnCourse = {
  id: string
  stage: Stage
  dosesGiven: number
  closedBecause: ClosedBecause | null
  earliestOn: PlainDate | null
  dueOn: PlainDate | null
}

export type OwnDose = { doseNumber: number; givenOn: PlainDate; productCode: string }

export type OwnNotice = {
  kind: 'reminder' | 'relocationNotice'
  round: number
  channel: 'mail' | 'letter'
  leftOn: PlainDate
}

const rowsAtMost = 50

/** As whom the reader of a letter stands in the ledger: a random id and no office. */
export function actAsReader<T>({ letterCodeId }: OwnSession, work: () => T): T {
  return actAs({ id: `letter/${letterCodeId}`, role: 'resident', office: 'none' }, work)
}

/** Undefined when there is no session, or none any more. The view is itself a look. */
export async function readOwnRecord(
  sql: Sql,
  key: SessionKey,
  today: PlainDate,
): Promise<OwnRecord | undefined> {
  return inOwnRecord(sql, key, today, ['course', 'doses', 'notices', 'looks'], readAll)
}

/** One transaction about the reader's own record, with its look. Undefined without a living session. */
export async function inOwnRecord<T>(
  sql: Sql,
  key: SessionKey,
  today: PlainDate,
  fields: string[],
  work: (tx: Tx, own: OwnSession, course: OwnCourse | undefined) => Promise<T>,
): Promise<T | undefined> {
  const scope = { municipalityCode: key.municipalityCode, purpose: 'residentPage' } as const
  return withPurpose(sql, scope, async (tx) => {
    const own = await readOwnSession(tx, key, today)
    if (!own) {
      await look(tx, [])
      return undefined
    }
    return actAsReader(own, async () => {
      const course = await readCourse(tx, own)
      // Before its own look, which would otherwise stand on top of the list that it makes.
      const answer = await work(tx, own, course)
      const { municipalityCode, residentId } = own
      const about = { municipalityCode, residentId, fields }
      await look(tx, [course ? { ...about, courseId: course.id } : about])
      return answer
    })
  })
}

async function readAll(tx: Tx, own: OwnSession, course: OwnCourse | undefined): Promise<OwnRecord> {
  const { municipalityCode, residentId } = own
  const looks = await looksOf(tx, {
    registerRows: [{ municipalityCode, residentId }],
    ...(course && { courseId: course.id }),
    hidesPlaces: false,
  })
  return {
    municipalityCode,
    course,
    doses: await readDoses(tx, own, course?.id),
    notices: course ? await readNotices(tx, course.id) : [],
    looks,
    refusesLetters: await refusesReminder(tx, own, 'reminder'),
    said: await readSaid(tx, own),
    wrongTries: triesOfACode - own.triesLeft,
  }
}

/** The course that is at home in this register; one that has left is shown by no code of this town. */
async function readCourse(tx: Tx, own: OwnSession): Promise<OwnCourse | undefined> {
  const [row] = await tx<OwnCourse[]>`
    select id, stage, doses_given as "dosesGiven", closed_because as "closedBecause",
           earliest_on as "earliestOn", due_on as "dueOn"
      from course
     where home_municipality_code = ${own.municipalityCode} and home_resident_id = ${own.residentId}
       and closed_because is distinct from 'merged'
     order by opened_at limit 1`
  return row
}

/** Those of the course, and those that the person consented to have told between two towns. */
async function readDoses(
  tx: Tx,
  { municipalityCode, residentId }: OwnSession,
  courseId: string | undefined,
): Promise<OwnDose[]> {
  return tx<OwnDose[]>`
    select claimed_dose_number as "doseNumber", given_on as "givenOn", product_code as "productCode"
      from (select * from linked_doses(${courseId ?? null}::uuid)
            union all
            select * from shared_doses(${municipalityCode}, ${residentId})) given
     order by given_on, claimed_dose_number limit ${rowsAtMost}`
}

async function readNotices(tx: Tx, courseId: string): Promise<OwnNotice[]> {
  return tx<OwnNotice[]>`
    select kind, round, channel, left_on as "leftOn" from linked_notices(${courseId})
     where state = 'left' order by left_on, round limit ${rowsAtMost}`
}

async function readSaid(tx: Tx, own: OwnSession): Promise<OwnRecord['said']> {
  return tx<OwnRecord['said']>`
    select kind, said_on as "saidOn" from resident_message
     where municipality_code = ${own.municipalityCode} and resident_id = ${own.residentId}
       and via = 'ownPage'
     order by said_at desc limit ${rowsAtMost}`
}
