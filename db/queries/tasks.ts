import { randomUUID } from 'node:crypto'
import type { PlainDate } from '../../domain/course.ts'
import type { Tx } from '../client.ts'
import type { TaskKind } from '../schema/register.ts'

export type TaskToOpen = {
  municipalityCode: string
  kind: TaskKind
  courseId: string | null
  /** Null where it is about a batch. */
  residentId: string | null
  /** What the task is about: a dose, a move, a notice's occasion, a message or a batch. Once per occasion and round. */
  occasion: string
  round: number
  openedOn: PlainDate
}

/** Opens a task for a person at the municipality; one that was opened before is left as it is. */
export async function openTask(tx: Tx, task: TaskToOpen): Promise<void> {
  await tx`
    insert into task (municipality_code, id, kind, course_id, resident_id, occasion, round, opened_on)
    values (${task.municipalityCode}, ${randomUUID()}, ${task.kind}, ${task.courseId},
            ${task.residentId}, ${task.occasion}, ${task.round}, ${task.openedOn})
    on conflict (municipality_code, kind, occasion, round) do nothing`
}
