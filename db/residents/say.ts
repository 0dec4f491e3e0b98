/**
 * What a resident tells the municipality from the own page. Nothing here changes the record: a dose is
 * what a venue recorded, and a person at the municipality looks into the rest.
 */
import { randomUUID } from 'node:crypto'
import { currentActor } from '../../config/actor.ts'
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { ResidentWords } from '../people/resident-words.ts'
import type { Store } from '../store.ts'
import { inOwnRecord, type OwnMessageKind } from './own-record.ts'
import type { OwnSession, SessionKey } from './session.ts'
import { saidBefore } from './statement-once.ts'
import { holdReminders, keepStatement } from './statements.ts'

export type Said = 'said' | 'saidEnough'

/** Somebody who presses a button again and again is heard once a day and kind, and then a few times. */
const messagesADay = 3

/**
 * Opens a task, with the words sealed beside it; while a dose is looked for, reminders wait. A button
 * pressed twice is heard once. Undefined without a living session.
 */
export async function say(
  { sql, vault }: Store,
  key: SessionKey,
  { id, ...message }: { id: string; kind: OwnMessageKind; words?: ResidentWords },
  today: PlainDate,
): Promise<Said | undefined> {
  return inOwnRecord(sql, key, today, ['tasks'], async (tx, own, course) => {
    const asked = { id, ...message, via: 'ownPage' } as const
    const { once, before } = await saidBefore(tx, vault, own, asked)
    if (before) return before.isSame ? 'said' : 'saidEnough'
    if ((await saidToday(tx, own, message.kind, today)) >= messagesADay) return 'saidEnough'
    const about = { ...own, courseId: course?.id ?? null }
    if (message.kind === 'alreadyVaccinated' && course) await holdReminders(tx, course.id, today)
    await keepStatement(tx, vault, about, { ...message, once }, today)
    return 'said' as const
  })
}

async function saidToday(
  tx: Tx,
  { municipalityCode, residentId }: OwnSession,
  kind: OwnMessageKind,
  today: PlainDate,
): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    select count(*)::int as n from resident_message
     where municipality_code = ${municipalityCode} and resident_id = ${residentId}
       and kind = ${kind} and said_on = ${today}`
  return row!.n
}

/** No reminder leaves any more, until it is taken back. Told again, it is as it was. */
export async function refuseLetters(
  { sql }: Pick<Store, 'sql'>,
  key: SessionKey,
  today: PlainDate,
): Promise<'said' | undefined> {
  return inOwnRecord(sql, key, today, ['notices'], async (tx, { municipalityCode, residentId }) => {
    await tx`
      insert into letter_refusal (municipality_code, id, resident_id, refused_on, refused_by)
      values (${municipalityCode}, ${randomUUID()}, ${residentId}, ${today}, ${currentActor().id})
      on conflict (municipality_code, resident_id) where taken_back_at is null do nothing`
    return 'said' as const
  })
}

export async function takeBackRefusal(
  { sql }: Pick<Store, 'sql'>,
  key: SessionKey,
  today: PlainDate,
): Promise<'said' | undefined> {
  return inOwnRecord(sql, key, today, ['notices'], async (tx, { municipalityCode, residentId }) => {
    await tx`
      update letter_refusal
         set taken_back_at = clock_timestamp(), taken_back_by = ${currentActor().id}
       where municipality_code = ${municipalityCode} and resident_id = ${residentId}
         and taken_back_at is null`
    return 'said' as const
  })
}
