/**
 * What a resident sees of the own record: where the course stands, doses by day and product, what was
 * sent, who looked. No name, no address, no venue, no town of a dose, no ticket, no lot: whoever stands
 * behind the reader, or has taken the letter from them, learns nothing of where they were.
 */
import { actAs } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import { triesOfACode } from '../../domain/letter-code.ts'
import { look, type Sql, type Tx, withPurpose } from '../client.ts'
import { type LookSeen, looksOf } from '../ledger/looks-of.ts'
import { type OwnMail, readOwnMail } from './own-mail.ts'
import {
  courseAtHome,
  readDoses,
  readLeftNotices,
  rowsAtMost,
  type ToldCourse,
  type ToldDose,
  type ToldNotice,
} from './read-course.ts'
import { refusesReminder } from './refusals.ts'
import { type OwnSession, readOwnSession, type SessionKey } from './session.ts'

export type OwnRecord = {
  municipalityCode: string
  /** Where the course stands; undefined for somebody who has none. */
  course: ToldCourse | undefined
  doses: ToldDose[]
  notices: ToldNotice[]
  looks: LookSeen[]
  refusesLetters: boolean
  mail: OwnMail
  /** What was said on this page before, newest first. */
  said: { kind: OwnMessageKind; saidOn: PlainDate }[]
  /** How often this letter's code was tried with another birth date. */
  wrongTries: number
}

export type OwnMessageKind = 'alreadyVaccinated' | 'notMine'

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
  work: (tx: Tx, own: OwnSession, course: ToldCourse | undefined) => Promise<T>,
): Promise<T | undefined> {
  const scope = { municipalityCode: key.municipalityCode, purpose: 'residentPage' } as const
  return withPurpose(sql, scope, async (tx) => {
    const own = await readOwnSession(tx, key, today)
    if (!own) {
      await look(tx, [])
      return undefined
    }
    return actAsReader(own, async () => {
      const course = await courseAtHome(tx, own)
      // Before its own look, which would otherwise stand on top of the list that it makes.
      const answer = await work(tx, own, course)
      const { municipalityCode, residentId } = own
      const about = { municipalityCode, residentId, fields }
      await look(tx, [course ? { ...about, courseId: course.id } : about])
      return answer
    })
  })
}

async function readAll(
  tx: Tx,
  own: OwnSession,
  course: ToldCourse | undefined,
): Promise<OwnRecord> {
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
    notices: await readLeftNotices(tx, course?.id),
    looks,
    refusesLetters: await refusesReminder(tx, own, 'reminder'),
    mail: await readOwnMail(tx, own),
    said: await readSaid(tx, own),
    wrongTries: triesOfACode - own.triesLeft,
  }
}

async function readSaid(tx: Tx, own: OwnSession): Promise<OwnRecord['said']> {
  return tx<OwnRecord['said']>`
    select kind, said_on as "saidOn" from resident_message
     where municipality_code = ${own.municipalityCode} and resident_id = ${own.residentId}
       and via = 'ownPage'
     order by said_at desc limit ${rowsAtMost}`
}
