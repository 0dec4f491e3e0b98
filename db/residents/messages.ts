/** What residents said, for the clerk who answers: the open ones of a town, opened with a look each. */
import type { PlainDate } from '../../domain/course.ts'
import { look, type Sql, withPurpose } from '../client.ts'
import { openWords, type ResidentWords } from '../people/resident-words.ts'
import type { TaskKind } from '../schema/register.ts'
import type { Store } from '../store.ts'
import { endHold, findDoseTasks, lockBeforeTasks } from './statements.ts'

export type OpenMessage = ResidentWords & {
  id: string
  residentId: string
  kind: string
  saidOn: PlainDate
}

const shownAtMost = 50
const taskKinds = [...findDoseTasks, 'toldNotMine']

export async function openMessages(
  { sql, vault }: Store,
  municipalityCode: string,
): Promise<OpenMessage[]> {
  const scope = { municipalityCode, purpose: 'answerResident' } as const
  return withPurpose(sql, scope, async (tx) => {
    const rows = await tx<(Omit<OpenMessage, 'on' | 'place'> & { words: Uint8Array | null })[]>`
      select m.id, m.resident_id as "residentId", m.kind, m.said_on as "saidOn", m.words
        from resident_message m
        join task t on (t.municipality_code, t.occasion) = (m.municipality_code, m.id)
       where m.municipality_code = ${municipalityCode} and t.done_at is null
         and t.kind = any(${taskKinds})
       order by m.said_at limit ${shownAtMost}`
    await look(
      tx,
      rows.map(({ residentId }) => ({ municipalityCode, residentId, fields: ['tasks'] })),
    )
    const messages: OpenMessage[] = []
    for (const { words: sealed, ...message } of rows) {
      const row = { municipalityCode, residentId: message.residentId }
      const words = sealed && (await openWords(tx, vault, { row, messageId: message.id, sealed }))
      messages.push({ ...message, ...words })
    }
    return messages
  })
}

/**
 * False when there is no such open message. Whatever was decided about a dose that somebody says was
 * given, nobody waits for it any more: reminders go on at once, unless the dose is there by now, or somebody
 * still looks for one that was told of another time.
 */
export async function settleMessage(
  sql: Sql,
  message: { municipalityCode: string; id: string; outcome: string; by: string },
  today: PlainDate,
): Promise<boolean> {
  const { municipalityCode, id, outcome, by } = message
  const scope = { municipalityCode, purpose: 'answerResident' } as const
  return withPurpose(sql, scope, async (tx) => {
    const open = await tx<{ courseId: string | null }[]>`
      select course_id as "courseId" from task
       where municipality_code = ${municipalityCode} and occasion = ${id} and done_at is null
         and kind = any(${taskKinds})`
    await lockBeforeTasks(
      tx,
      open.map(({ courseId }) => courseId),
    )
    const done = await tx<{ residentId: string; courseId: string | null; kind: TaskKind }[]>`
      update task set done_at = now(), done_by = ${by}, outcome = ${outcome}
       where municipality_code = ${municipalityCode} and occasion = ${id} and done_at is null
         and kind = any(${taskKinds})
      returning resident_id as "residentId", course_id as "courseId", kind`
    await look(
      tx,
      done.map(({ residentId }) => ({ municipalityCode, residentId, fields: ['tasks'] })),
    )
    for (const { courseId, kind } of done) {
      if (courseId && findDoseTasks.includes(kind)) await endHold(tx, courseId, today)
    }
    return done.length > 0
  })
}
